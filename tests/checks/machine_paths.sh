#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No file names a path of the machine it was written on: this checkout's, the folder it lies in, or a home.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

patterns=(-e '/home/[a-z]' -e '/Users/[A-Za-z]' -e "$root\\b")
parent=$(dirname "$root")
case $parent in
    / | /tmp | /var/tmp | /root | /srv | /opt | /mnt | /usr/src) ;; # said for good reasons elsewhere
    *) patterns+=(-e "(^|[^A-Za-z0-9._-])$parent/") ;;
esac

cd "$root"
found=$(filesBelow "$root" -true | grep -v '^tests/checks/' | tr '\n' '\0' |
    xargs -0 grep -HnIE "${patterns[@]}" --) || true # grep says 1 for a batch without a match
if [[ -n $found ]]; then
    echo "$found"
    exit 1
fi

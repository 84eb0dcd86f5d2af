#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang-tidy finds nothing in any file that the build compiles. CGPRUNE_BUILD is a configured build.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
build=${CGPRUNE_BUILD:-$root/build}

# The build is gcc's: what it is told and clang does not know is no finding.
tidyOne=(clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option
    --extra-arg=-Wno-ignored-optimization-argument)

cd "$root"
if findings=$(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$build/compile_commands.json" | sort -u | tr '\n' '\0' |
    xargs -0 -n 1 -P 2 "${tidyOne[@]}" 2>&1); then
    exit 0
fi
# A header's finding comes again with each file that includes it.
grep -E ': (fatal error|error|warning): |^error' <<<"$findings" | sort -u || echo "$findings"
exit 1

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every header of libprune begins with a comment that says what it is for.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

bad=0
while read -r file; do
    first=$(grep -m 1 -vE '^$|SPDX-License-Identifier|^#pragma once' "$root/$file") || first=''
    if [[ $first != //* && $first != '/*'* ]]; then
        echo "$file: does not begin with a comment that says what it is for"
        bad=1
    fi
done < <(filesBelow "$root" -path './libprune/*.h')
exit $bad

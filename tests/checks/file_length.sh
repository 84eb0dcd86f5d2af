#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No file of code is longer than 400 lines.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
limit=400

bad=0
while read -r file; do
    lines=$(wc -l <"$root/$file")
    if ((lines > limit)); then
        echo "$file: $lines lines, more than $limit"
        bad=1
    fi
done < <(
    filesBelow "$root" -name '*.cpp' -o -name '*.h' -o -name '*.c' -o -name '*.py' -o -name CMakeLists.txt -o -name '*.cmake'
    shellScripts "$root"
)
exit $bad

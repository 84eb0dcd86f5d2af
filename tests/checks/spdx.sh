#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every source file names its licence in its first line (the second, after a #! line).
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

sources() {
    filesBelow "$root" -name '*.cpp' -o -name '*.h' -o -name '*.c' -o -name '*.py' -o -name CMakeLists.txt -o -name '*.cmake' \
        -o -path './conf/*.conf' -o -path './man/*.[1-8]' -o -name '.clang-*' -o -path ./.editorconfig
    shellScripts "$root"
}

bad=0
while read -r file; do
    if ! sed -n '1{/^#!/!{p;q}};2{p;q}' "$root/$file" | grep -q 'SPDX-License-Identifier: MIT'; then
        echo "$file: no SPDX line at the top"
        bad=1
    fi
done < <(sources)
exit $bad

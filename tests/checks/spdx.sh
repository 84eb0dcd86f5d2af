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

unlicensed() {
    awk 'FNR == 1 && /^#!/ { next }
        !/SPDX-License-Identifier: MIT/ { print FILENAME ": no SPDX line at the top" }
        { nextfile }' "$@"
}

cd "$root"
mapfile -t files < <(sources)
bad=$(unlicensed "${files[@]}")
[[ -z $bad ]] || { printf '%s\n' "$bad" && exit 1; }

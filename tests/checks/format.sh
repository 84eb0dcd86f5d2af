#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All C++ is as clang-format lays it out.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

cd "$root"
bad=0
while read -r file; do
    if ! clang-format --style=file -Werror "$file" | cmp -s - "$file"; then
        echo "$file: run clang-format -i"
        bad=1
    fi
done < <(filesBelow "$root" -name '*.cpp' -o -name '*.h' -o -name '*.c')
exit $bad

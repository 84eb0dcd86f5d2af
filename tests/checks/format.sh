#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All C++ is as clang-format lays it out.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

cd "$root"
bad=$(filesBelow "$root" -name '*.cpp' -o -name '*.h' -o -name '*.c' | tr '\n' '\0' |
    xargs -0 -r -n 32 -P "$(nproc)" clang-format --style=file --dry-run 2>&1 |
    sed -n 's/^\(.*\):[0-9]*:[0-9]*: warning: .*$/\1: run clang-format -i/p' | sort -u)
[[ -z $bad ]] || { printf '%s\n' "$bad" && exit 1; }

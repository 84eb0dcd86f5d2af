#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The tests are at least as long as the library.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

linesOf() { (cd "$root" && tr '\n' '\0' | xargs -0 -r cat | wc -l); }

library=$(filesBelow "$root" -path './libprune/*.cpp' -o -path './libprune/*.h' | linesOf)
tests=$(filesBelow "$root" -path './tests/*.cpp' -o -path './tests/*.h' -o -path './tests/*.sh' | linesOf)
echo "tests $tests lines, library $library lines"
((tests >= library))

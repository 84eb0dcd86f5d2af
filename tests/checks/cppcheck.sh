#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cppcheck finds nothing in the product's code; what is on purpose is said at its line (cppcheck-suppress).
# Off, since it is wrong about them: passedByValue (takes views for large values), returnStdMoveLocal (takes members
# for locals), CastIntegerToAddressAtReturn (takes an enum's array for an address). The compilers look for the real ones.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

cd "$root"
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c++20 --language=c++ -j 2 \
    --enable=warning,performance,portability --suppress=passedByValue \
    --suppress=returnStdMoveLocal --suppress=CastIntegerToAddressAtReturn \
    -I libprune -I agent libprune agent

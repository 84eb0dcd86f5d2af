#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# coverage.sh BUILD: lines and branches of libprune and agent that the tests of an instrumented build ran. Branches
# that only an exception takes are not counted: no code of ours throws.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1

gcovr --root . --object-directory "$build" --filter 'libprune/' --filter 'agent/' \
    --exclude-throw-branches --exclude-unreachable-branches --merge-mode-functions=separate \
    --json-summary "$build/coverage.json" --html-details "$build/coverage.html" "$build"

# The files that miss the most, the worst first; then each folder, and all.
jq --raw-output '
    def percent(part; all): if all == 0 then "-" else (part * 1000 / all | floor / 10 | tostring) end;
    def row(name; lines; total; branches; all):
        [name, lines, total, percent(lines; total), branches, all, percent(branches; all)] | @tsv;
    (["file", "lines", "of", "%", "branches", "of", "%"] | @tsv),
    (.files | sort_by(.line_covered - .line_total) | .[]
        | row(.filename; .line_covered; .line_total; .branch_covered; .branch_total)),
    row("all"; .line_covered; .line_total; .branch_covered; .branch_total)' "$build/coverage.json" |
    column -t -s "$(printf '\t')"
echo "details: $build/coverage.html"

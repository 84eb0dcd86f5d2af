#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# coverage.sh BUILD: lines and branches of libprune and agent that the tests of a build with CGPRUNE_COVERAGE ran, on
# this machine and in guests. A branch is one outcome of one condition in the source.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
profile=$build/coverage.profdata

# Every program that has counts; what is in several of them is counted once, with the sum.
programs=("$build/agent/cgprune" "$build/agent/release-agent")
for program in "$build"/tests/unit-tests "$build"/tests/faults/fault-trials "$build"/tests/model/model-steps; do
    if [[ -x $program ]]; then programs+=("$program"); fi
done
objects=("${programs[0]}")
for program in "${programs[@]:1}"; do objects+=(--object "$program"); done

find "$build/coverage" -name '*.profraw' -print0 |
    xargs -0 llvm-profdata merge --sparse --failure-mode=all --output "$profile"
llvm-cov export --summary-only --instr-profile "$profile" --ignore-filename-regex '/(tests|usr)/' "${objects[@]}" \
    >"$build/coverage.json"
llvm-cov show --format html --show-branches count --instr-profile "$profile" \
    --ignore-filename-regex '/(tests|usr)/' --output-dir "$build/coverage-pages" "${objects[@]}" >"$build/coverage.log" 2>&1

# The files that miss the most, the worst first; then all.
jq --raw-output --arg root "$PWD/" '
    def percent: if .count == 0 then "-" else (.covered * 1000 / .count | floor / 10 | tostring) end;
    def row(name): [name, (.lines | .covered, .count, percent), (.branches | .covered, .count, percent)] | @tsv;
    (["file", "lines", "of", "%", "branches", "of", "%"] | @tsv),
    (.data[0]
        | (.files | sort_by(.summary.branches | .covered - .count) | .[] | .filename as $name
            | .summary | row($name | ltrimstr($root))),
          (.totals | row("all")))' "$build/coverage.json" |
    column -t -s "$(printf '\t')"
echo "each line: $build/coverage-pages/index.html"

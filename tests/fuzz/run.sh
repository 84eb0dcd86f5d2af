#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzzes: run.sh PROGRAM SECONDS, with one of libFuzzer's programs that ./dev fuzz builds. What reaches a branch that
# no input of the corpus reaches is added to it; the many that only come by another way stay in the build's folder.
set -euo pipefail
cd "$(dirname "$0")"
program=$1 seconds=$2
name=${program##*/fuzz-}
found=${program%/*}/found/$name
mkdir -p "$found/corpus" "$found/findings" "corpus/$name"
log=$found/log

# Longer inputs come to nothing new, and cost time.
longest() {
    case $1 in
        handle) echo 128 ;;
        path_pattern | path | proc_status | text) echo 256 ;;
        proc_* | log) echo 512 ;;
        agent | conf) echo 3000 ;;
        *) echo 1500 ;;
    esac
}

options=(-max_len="$(longest "$name")" -timeout=20 -rss_limit_mb=2048 -artifact_prefix="$found/findings/")
if [[ -e $name.dict ]]; then options+=(-dict="$name.dict"); fi
inputs() { find "corpus/$name" -type f | wc -l; }

# The last number in the log before or behind these words.
figure() { grep -aoE "$1" "$log" | tail -n 1 | tr -dc '0-9'; }

say_finding() {
    local finding
    finding=$(grep -ao 'Test unit written to .*' "$log" | tail -n 1) || true
    grep -a -m 1 -A 12 -E '^does not hold|ERROR: |runtime error' "$log" || tail -n 20 "$log"
    echo "$name: a finding: ${finding#Test unit written to }"
    echo "to see it again: $program ${finding#Test unit written to }"
    echo "once it is mended, put that file into tests/fuzz/corpus/$name, and a test of the case into tests/unit"
}

# Short stacks of allocations, and freed memory that is not kept for long, make it half as fast again.
export ASAN_OPTIONS=malloc_context_size=5:quarantine_size_mb=32
status=0
before=$(inputs)
"$program" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 "$found/corpus" "corpus/$name" >"$log" 2>&1 ||
    status=1
spent=$SECONDS
"$program" "${options[@]}" -set_cover_merge=1 -use_counters=0 "corpus/$name" "$found/corpus" >"$found/merge.log" 2>&1 ||
    { tail -n 5 "$found/merge.log" && status=1; }

echo "$name: $(figure 'executed_units: *[0-9]+') executions in $spent s, $(figure 'cov: [0-9]+') of" \
    "$(figure '[0-9]+ inline') edges and $(figure 'ft: [0-9]+') features reached"
echo "$name: $(inputs) inputs in tests/fuzz/corpus/$name, $(($(inputs) - before)) of them new"
if grep -aq 'Test unit written to' "$log"; then say_finding; fi
exit "$status"

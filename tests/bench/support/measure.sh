#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measure the cases of a plan: measure.sh TOOL PLAN RUNS [MOUNTS]
# With MOUNTS there are as many mounts, which the caller's mount namespace keeps: give it one of its own.
# A line for each case: what `bench-tool turns` says, and then system calls, peak of memory in kB, instructions (or -).
# Exit: 3 if a case did not do what it should in too many runs.
set -euo pipefail
tool=$1 plan=$2 runs=$3 mounts=${4:-0}
work=$(mktemp -d /run/measure.XXXXXX)
trap 'rm -rf "$work"' EXIT

# Of the program and all that it starts.
instructions() { # CASE
    command -v valgrind >/dev/null || {
        echo -
        return
    }
    rm -f "$work"/callgrind.*
    "$tool" once "$plan" "$1" "$(command -v valgrind)" --tool=callgrind --trace-children=yes \
        --callgrind-out-file="$work/callgrind.%p" --log-file="$work/log" || return
    awk '/^summary:/ { sum += $2 } END { print sum }' "$work"/callgrind.*
}

if ((mounts > 0)); then "$tool" mounts "$(mktemp -d /run/mounts.XXXXXX)" "$mounts"; fi

# On one CPU: a program that moves to another finds its caches cold.
cpu=$(taskset -cp $$ | sed 's/.*[ ,-]//')
taskset -cp "$cpu" $$ >/dev/null
# Who is made to wait in the middle of a run measures others.
renice -n -20 -p $$ >/dev/null 2>&1 || true

status=0
"$tool" turns "$plan" "$runs" >"$work/figures" || status=$?
((status == 0 || status == 3)) || exit "$status"
while IFS= read -r figures; do
    name=${figures%%$'\t'*}
    traced=$("$tool" trace "$plan" "$name") || traced=$'-\t-'
    counted=$(instructions "$name") || counted=-
    printf '%s\t%s\t%s\n' "$figures" "$traced" "$counted"
done <"$work/figures"
exit "$status"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `cgprune tree` and `cgprune status` cost for each cgroup, beside find over the same tree. In a hierarchy of its
# own, in which no task is; all is removed at the end: walk.sh [CGROUPS...]
build=${CGPRUNE_BUILD:-$(dirname "$0")/../../build}
export CGPRUNE=${CGPRUNE:-$build/agent/cgprune} RELEASE_AGENT=${RELEASE_AGENT:-$build/agent/release-agent}
# shellcheck source=../cli/support/lib.sh
. "$(dirname "$0")/../cli/support/lib.sh"
clean_world

per_parent=100
rounds=5

# make COUNT: as many cgroups, the parents included.
make() {
    awk -v top="$mount" -v count="$1" -v each="$per_parent" 'BEGIN {
        for (i = 0; i < count; i++)
            if (i % each == 0) { parent = top "/parent" i; print parent } else print parent "/child" i
    }' | xargs -d '\n' mkdir --
}

# took COMMAND...: its microseconds.
took() {
    local begin=$EPOCHREALTIME end
    "$@" >/dev/null || return
    end=$EPOCHREALTIME
    echo $((${end/./} - ${begin/./}))
}

median() { sort -g | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# The times of a program, in $1, per cgroup; and against find's, pair by pair.
row() { # NAME TIMES FINDS COUNT
    local ns ratio
    ns=$(tr ' ' '\n' <<<"$2" | median | awk -v count="$4" '{ print int($1 * 1000 / count) }')
    ratio=$(paste <(tr ' ' '\n' <<<"$2") <(tr ' ' '\n' <<<"$3") | awk '{ print $1 / $2 }' | median)
    printf '%8d %-12s %7d ns each  %.2f of find\n' "$4" "$1" "$ns" "$ratio"
}

measure() { # COUNT
    local count=$1 round
    local -a finds=() trees=() litters=() jsons=() statuses=()
    make "$count"
    find "$mount" -type d >/dev/null # what the kernel makes at the first look is none's cost
    "$bin/cgprune" tree "$hierarchy" >/dev/null
    for ((round = 0; round < rounds; round++)); do
        finds+=("$(took find "$mount" -type d)")
        trees+=("$(took "$bin/cgprune" tree "$hierarchy")")
        litters+=("$(took "$bin/cgprune" tree "$hierarchy" --empty)")
        jsons+=("$(took "$bin/cgprune" tree "$hierarchy" --json)")
        statuses+=("$(took "$bin/cgprune" status)")
    done
    row find "${finds[*]}" "${finds[*]}" "$count"
    row tree "${trees[*]}" "${finds[*]}" "$count"
    row 'tree --empty' "${litters[*]}" "${finds[*]}" "$count"
    row 'tree --json' "${jsons[*]}" "${finds[*]}" "$count"
    row status "${statuses[*]}" "${finds[*]}" "$count"
    remove_cgroups
}

if (($# == 0)); then set -- 1000 10000 100000; fi
for size; do measure "$size"; done

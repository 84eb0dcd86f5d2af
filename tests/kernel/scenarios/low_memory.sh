#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid
# daily: 6.1 v1
# The agent in a memory cgroup of 2 MB and of so little that it is killed, cgprune in one of 4 MB: nothing wrong goes,
# nothing is lost.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

waiting=${full:+4000}
waiting=${waiting:-500}

# limited KILOBYTES COMMAND...: in a memory cgroup of its own. v1 has no memory controller on some kernels; there it is
# in v2, where that is mounted.
limited() {
    local limit=$1 cg
    shift
    if has_hierarchy memory; then
        cg=/sys/fs/cgroup/memory/low
        mkdir -p "$cg"
        echo "${limit}k" >"$cg/memory.limit_in_bytes"
    else
        cg=/sys/fs/cgroup/unified/low
        echo +memory >"${cg%/*}/cgroup.subtree_control"
        mkdir -p "$cg"
        echo "${limit}k" >"$cg/memory.max"
    fi
    # shellcheck disable=SC2016
    sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$cg" "$@"
}
can_limit() {
    has_hierarchy memory || { has_hierarchy unified && grep -q memory /sys/fs/cgroup/unified/cgroup.controllers; } ||
        skip_scenario "this kernel has no memory controller in this layout"
}

agent() { limited "$1" "/run/cgprune/agents/freezer" "$2"; }

in_two_megabytes() {
    can_limit
    enabled '[default]' 'linger = 0' '[rule later]' 'path = /later/**' 'linger = 1h'
    mkflagged "$freezer/a" "$freezer/root" "$freezer/later/b"
    take_stock "$freezer/root" "$freezer/later/b"
    exits 0 agent 2048 /a
    expect gone "$freezer/a"
    exits 0 agent 2048 /later/b
    expect there "/run/cgprune/journal/freezer/0/$(id_of "$freezer/later/b")"
    eventually 60 drainers_are 1 # it was started in there, too
    unharmed
}

# Thousands of entries, with the longest paths that an entry keeps.
retry_in_four_megabytes() {
    local long
    can_limit
    long=$(head -c 2900 /dev/zero | tr '\0' n)
    enabled 'drainer = no' '[default]' 'sweep = yes' 'sweep-linger = 0' 'linger = 0'
    mkcg "$freezer/$long"
    # shellcheck disable=SC2016
    sh -c 'cd "$1" && mkdir $(seq 1 "$2")' sh "$freezer/$long" "$waiting"
    mkflagged "$freezer/root"
    run_in "$freezer/root"
    take_stock "$freezer/root"
    echo 1 >"$freezer/$long/notify_on_release"
    for number in $(seq 1 "$waiting"); do echo 1 >"$freezer/$long/$number/notify_on_release"; done
    exits 0 cgprune sweep freezer >/dev/null # not in there: the pages of the entries count as the writer's
    equal "$(find /run/cgprune/journal/freezer -type f | grep -c '')" "$waiting" entries
    exits 0 limited 4096 cgprune retry >/tmp/said
    note "retry of $waiting entries with paths of 2,900 bytes in 4 MB: $(tail -n 1 /tmp/said)"
    expect grep -q "^removed $waiting," /tmp/said
    unharmed
}

# From what is too little even to be started on: killed or not, each time all is as it should be.
killed() {
    local kilobytes=64 cg status killed=0 done=0 failed=0
    can_limit
    enabled '[default]' 'linger = 0' '[rule later]' 'path = /later/**' 'linger = 1h'
    mkflagged "$freezer/root"
    take_stock "$freezer/root"
    while [ "$kilobytes" -le 1024 ]; do
        mkflagged "$freezer/a" "$freezer/later/$kilobytes"
        for cg in /a "/later/$kilobytes"; do
            status=0
            agent "$kilobytes" "$cg" 2>/dev/null || status=$?
            case $status in
            0) done=$((done + 1)) ;;
            1) failed=$((failed + 1)) ;;
            137 | 126 | 2) killed=$((killed + 1)) ;; # 126, 2: the shell had no room to begin
            *) fail "exit status $status in $kilobytes kB" ;;
            esac
            [ "$status" -ne 0 ] || [ "$cg" != /a ] || expect gone "$freezer/a"
        done
        expect there "$freezer/later/$kilobytes"
        kilobytes=$((kilobytes + 64))
    done
    note "in 64 kB to 1 MB: $done ended well, $failed failed, $killed were killed"
    [ "$killed" -gt 0 ] || fail "none was killed: this shows nothing"
    # What was journaled is whole, and a sweep finds what was not.
    exits 0 cgprune list --json >/tmp/said
    equal "$(find /run/cgprune -name '*.broken' | grep -c '' || :)" 0 "broken entries"
    printf '%s\n' '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 0' | conf
    outside >"$state/outside"
    cgprune sweep freezer >/dev/null || :
    cgprune retry --now >/dev/null || :
    cgprune retry --now >/dev/null || :
    equal "$(find "$freezer/later" -mindepth 1 -type d | grep -c '' || :)" 0 "cgroups that were lost"
    : >"$state/others" # this policy takes root's, too
    unharmed
}

scenario "the agent removes and puts off in 2 MB" in_two_megabytes
scenario "cgprune retries $waiting entries in 4 MB" retry_in_four_megabytes
scenario "agents killed for want of memory lose nothing, and break nothing" killed

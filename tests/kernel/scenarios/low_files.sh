#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Few descriptors: the agent and cgprune with a limit of 8, and of less.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

# with_files LIMIT COMMAND...
# shellcheck disable=SC3045 # busybox's ulimit has -n
with_files() { (
    limit=$1
    shift
    ulimit -n "$limit" || exit 125
    exec "$@"
); }
agent() { with_files "$1" /run/cgprune/agents/freezer "$2"; }
entry_file() { echo "/run/cgprune/journal/freezer/0/$(id_of "$1")"; }

begin() {
    enabled '[default]' 'linger = 0' '[rule later]' 'path = /later/**' 'linger = 1h'
    mkflagged "$freezer/root" "$freezer/a" "$freezer/later/a"
    take_stock "$freezer/root" "$freezer/later/a"
}

eight() {
    begin
    exits 0 agent 8 /a
    expect gone "$freezer/a"
    exits 0 agent 8 /later/a
    expect there "$(entry_file "$freezer/later/a")"
    eventually 60 drainers_are 1
    unharmed
}

# Below that: each time it ends well, or fails with a word in the log (but where not even that can be opened), and what
# failed is there for a sweep.
fewer() {
    local limit cg status done=0 failed=0 silent=0
    begin
    for limit in 3 4 5 6 7 8 9 10; do
        mkflagged "$freezer/a" "$freezer/later/$limit"
        for cg in /a "/later/$limit"; do
            : >"$log"
            status=0
            agent "$limit" "$cg" || status=$?
            usleep 200000 # the log's receiver has its own time
            case $status in
            0) done=$((done + 1)) ;;
            1)
                failed=$((failed + 1))
                expect there "$freezer$cg"
                grep -q 'msg=.*\(EMFILE\|No.*file\|open.*files\)' "$log" || silent=$((silent + 1))
                ;;
            *) fail "exit status $status with $limit descriptors" ;;
            esac
            [ "$limit" -lt 8 ] || equal "$status" 0 "exit status with $limit descriptors"
            [ "$status" -ne 0 ] || [ "$cg" != /a ] || expect gone "$freezer/a"
            [ "$status" -ne 0 ] || [ "$cg" = /a ] || expect there "$(entry_file "$freezer$cg")"
        done
    done
    note "with 3 to 10 descriptors: $done ended well, $failed failed, $silent of them could not even say so"
    [ "$failed" -gt 0 ] || fail "none failed: this shows nothing"
    # Up to here /dev/null cannot be opened, or no socket for the log beside what is open.
    [ "$silent" -le "$((2 * 3))" ] || fail "$silent failures were not said"
    printf '%s\n' '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 0' | conf
    outside >"$state/outside"
    for round in 1 2 3; do
        cgprune sweep freezer >/dev/null || :
        cgprune retry --now >/dev/null || :
    done
    note "$round sweeps later"
    equal "$(find "$freezer/later" -mindepth 1 -type d | grep -c '' || :)" 0 "cgroups that were lost"
    : >"$state/others" # this policy takes root's, too
    unharmed
}

cgprune_with_few() {
    local limit status
    begin
    empty_once "$freezer/later/a"
    eventually 60 there "$(entry_file "$freezer/later/a")"
    for limit in 16 12 10 9 8 7 6 5 4; do
        for verb in 'retry --now' 'sweep freezer' list status "keep $freezer/later/a" "unkeep $freezer/later/a"; do
            status=0
            # shellcheck disable=SC2086
            with_files "$limit" cgprune $verb >/tmp/said 2>&1 || status=$?
            case $status in
            0 | 3) ;;
            1 | 127) expect [ -s /tmp/said ] ;; # 127: the loader found no descriptor for a library
            *) fail "exit status $status with $limit descriptors: cgprune $verb" ;;
            esac
            [ "$limit" -lt 16 ] || [ "$status" -ne 1 ] || fail "cgprune $verb with $limit descriptors: $(cat /tmp/said)"
        done
    done
    cgprune unkeep "$freezer/later/a" >/dev/null || :
    empty_once "$freezer/later/a" # what unkeep could not write may have to be written anew
    eventually 60 there "$(entry_file "$freezer/later/a")"
    exits 0 cgprune list --json >/tmp/said
    expect grep -qF '"cgroup":"/later/a"' /tmp/said
    unharmed
}

scenario "the agent removes and puts off with 8 descriptors" eight
scenario "with fewer it fails, says so, and nothing is lost" fewer
scenario "cgprune with few descriptors does its work or says why not" cgprune_with_few

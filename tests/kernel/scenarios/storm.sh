#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Very many at once.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
thousand=${full:+1000}
thousand=${thousand:-150}

left_in() { find "$1" -mindepth 1 -maxdepth 1 -type d | grep -c '' || :; }
none_left_in() { [ "$(left_in "$1")" -eq 0 ]; }
# Processes of the agent's program, the drainer among them.
agents() {
    local process count=0
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe") in /usr/libexec/cgprune/*) count=$((count + 1)) ;; esac
    done
    echo "$count"
}
agents_are() { [ "$(agents)" -eq "$1" ]; }

at_once() {
    conf <<END
[agent]
log-level = info
[default]
linger = 0
END
    cgprune enable freezer
    mkcg "$freezer/many"
    guest-tool burst "$freezer/many" "$thousand"
    eventually 200 none_left_in "$freezer/many"
    eventually 60 agents_are 0
    equal "$(cgprune status --json | sed -n 's/.*"removed":\([0-9]*\).*/\1/p' | head -n 1)" "$thousand" "removals counted"
    equal "$(grep -o 'id=[0-9]*' "$log" | sort | uniq -d | grep -c '' || :)" 0 "removed twice"
}

lingering() {
    cgprune enable freezer
    mkcg "$freezer/many"
    guest-tool burst "$freezer/many" "$thousand"
    eventually 200 none_left_in "$freezer/many"
    eventually 120 agents_are 0
    equal "$(find /run/cgprune/journal -type f | grep -c '' || :)" 0 "journal entries left"
}

scenario "$thousand cgroups emptied at once: all gone, none twice, no process left" at_once
scenario "$thousand cgroups emptied at once by the shipped conf: all gone by one drainer" lingering

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
ten_thousand=${full:+10000}
ten_thousand=${ten_thousand:-4500}

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

# A delegatee makes and empties cgroups without end: its share of /run is bounded.
flood_by_a_user() {
    conf <<END
[default]
linger = 1h
END
    cgprune enable freezer
    mkflagged "$freezer/user"
    chown -R 1000:1000 "$freezer/user"
    made=0
    while [ "$made" -lt "$ten_thousand" ]; do # a user may not have so many processes at once
        made=$((made + 500))
        as_user 1000 mkdir "$freezer/user/$made"
        as_user 1000 guest-tool burst "$freezer/user/$made" 500
    done
    eventually 250 agents_are 1 # the drainer
    entries=$(find /run/cgprune/journal/freezer/1000 -type f | grep -c '')
    kilobytes=$(du -sk /run/cgprune | cut -f1)
    note "$ten_thousand empties of a user: $entries entries, $kilobytes kB in /run/cgprune"
    equal "$entries" 4096 "entries"
    expect there /run/cgprune/sweep-needed/freezer
    mkflagged "$freezer/other"
    empty_once "$freezer/other" # another's is still journaled
    eventually 60 there "/run/cgprune/journal/freezer/0/$(id_of "$freezer/other")"
}

scenario "$thousand cgroups emptied at once: all gone, none twice, no process left" at_once
scenario "$thousand cgroups emptied at once by the shipped conf: all gone by one drainer" lingering
scenario "$ten_thousand empties of a user do not fill /run" flood_by_a_user

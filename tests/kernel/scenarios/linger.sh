#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Between a release and the removal: linger, locks, namesakes.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
openrc=/sys/fs/cgroup/openrc

# lingering TIME: all cgroups linger so long.
lingering() {
    conf <<END
[agent]
log-level = debug
[default]
linger = $1
END
    cgprune enable freezer
}

deferred() { cgprune list --json | grep -F "\"$1\"" | grep -qF "\"$2\""; }
no_entries() { ! cgprune list --json | grep -q '"reason"'; }

reused_stays() {
    lingering 4s
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    run_in "$freezer/a"
    stays "$freezer/a" 6
    eventually 60 no_entries
}

not_reused_goes() {
    lingering 2s
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    eventually 60 gone "$freezer/a"
    eventually 60 no_entries
}

released_again_starts_anew() {
    lingering 5s
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    first=$(due_of)
    usleep 1500000
    empty_once "$freezer/a"
    eventually 60 due_is_later_than "$first"
    eventually 60 gone "$freezer/a"
}
due_of() { sed -n 's/^due=//p' /run/cgprune/journal/freezer/0/*; }
due_is_later_than() { [ "$(due_of 2>/dev/null || echo 0)" -gt "$1" ]; }

held_lock_delays_for_the_patience_only() {
    conf <<END
[agent]
log-level = debug
lock-patience = 3s
[default]
linger = 0
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    run_in "$freezer/a"
    member=$task
    hold_lock "$freezer/a" sh 300
    end_task "$member"
    eventually 60 deferred /a lock-held
    holds 1 there "$freezer/a"
    eventually 60 gone "$freezer/a"
    expect there "/proc/$task" # the lock was held all the time
}

entered_under_the_lock_is_safe() {
    lingering 0
    mkflagged "$freezer/a"
    run_in "$freezer/a"
    member=$task
    hold_lock "$freezer/a" sh 300
    holder=$task
    end_task "$member"
    eventually 60 deferred /a lock-held
    run_in "$freezer/a"
    kill "$holder"
    stays "$freezer/a" 7
}

renamed_before_the_retry() {
    lingering 3s
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    mv "$freezer/a" "$freezer/b"
    mkflagged "$freezer/a"
    eventually 60 gone "$freezer/b"
    stays "$freezer/a" 2
}

made_anew_before_the_retry() {
    lingering 2s
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    rmdir "$freezer/a"
    mkflagged "$freezer/a"
    stays "$freezer/a" 5
    eventually 60 no_entries
}

# One plain path in several hierarchies: which one a release is about is not certain.
shared_agent_path() {
    conf <<END
[agent]
log-level = debug
ambiguous-linger = 3s
[default]
linger = 0
END
    agent_for freezer /usr/libexec/cgprune/release-agent
    agent_for name=openrc /usr/libexec/cgprune/release-agent
    mkflagged "$freezer/a" "$openrc/a"
    run_in "$openrc/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a ambiguous
    holds 1 there "$freezer/a"
    eventually 60 gone "$freezer/a"
    expect there "$openrc/a"
    expect populated "$openrc/a"
}

shared_agent_path_unflagged() {
    conf <<END
[agent]
ambiguous-linger = 1s
[default]
linger = 0
END
    agent_for freezer /usr/libexec/cgprune/release-agent
    agent_for name=openrc /usr/libexec/cgprune/release-agent
    mkflagged "$freezer/a"
    mkcg "$openrc/a"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    stays "$openrc/a" 3
}

entered() { # CG
    mkdir -p "$1" && echo 1 >"$1/notify_on_release" && task=$(guest-tool run-in "$1" 2>/dev/null)
}

# Emptied and entered all the time while the drainer looks: whatever it looks at, nothing is forgotten in the end.
flickering_is_not_forgotten() {
    lingering 300ms
    mkflagged "$freezer/a"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        until entered "$freezer/a"; do :; done # it may go in between
        usleep 150000
        end_task "$task"
        usleep 250000
    done
    eventually 60 gone "$freezer/a"
    eventually 60 no_entries
}

scenario "used again within its linger, it stays" reused_stays
scenario "not used again, it goes" not_reused_goes
scenario "released again, its linger starts anew" released_again_starts_anew
scenario "a held flock delays for lock-patience and no longer" held_lock_delays_for_the_patience_only
scenario "a task that enters under its manager's flock is safe" entered_under_the_lock_is_safe
scenario "renamed before the retry: found by its id, and its namesake is not touched" renamed_before_the_retry
scenario "made anew before the retry: the new one is not touched" made_anew_before_the_retry
scenario "several hierarchies with one agent path: nothing at once, then only what stayed empty" shared_agent_path
scenario "several hierarchies with one agent path: an unflagged namesake stays" shared_agent_path_unflagged
scenario "entered between a look and the unlink, and emptied again: not lost" flickering_is_not_forgotten

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid
# daily: 6.1 v1
# The wall clock is set back and forth: what waits waits as long as it would have, and nothing is said twice or never.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

at() { date -s "@$1" >/dev/null || fail "cannot set the clock"; }
field() { sed -n "s/^$2=//p" "/run/cgprune/journal/freezer/0/$(id_of "$1")"; }
start=$(date +%s)

begin() {
    at "$start"
    enabled '[default]' 'linger = 1h' '[rule soon]' 'path = /soon/**' 'linger = 3s'
    mkflagged "$freezer/a" "$freezer/soon/a"
    take_stock "$freezer/a"
}

# changed TO: nothing that is remembered has another time, and what is due soon goes though the clock stands still.
changed() {
    begin
    empty_once "$freezer/a"
    empty_once "$freezer/soon/a"
    eventually 60 there "/run/cgprune/journal/freezer/0/$(id_of "$freezer/a")"
    since=$(field "$freezer/a" empty-since)
    due=$(field "$freezer/a" due)
    at "$1"
    eventually 60 gone "$freezer/soon/a"
    at "$1"
    cgprune retry >/dev/null || :
    expect there "$freezer/a"
    equal "$(field "$freezer/a" empty-since)" "$since" empty-since
    equal "$(field "$freezer/a" due)" "$due" due
    # As the first of a boot, and while the clock is where it is.
    eventually 10 rm -rf /run/cgprune/next-due /run/cgprune/once # an agent may be writing there
    mkflagged "$freezer/soon/b"
    empty_once "$freezer/soon/b"
    eventually 60 gone "$freezer/soon/b"
    expect there "$freezer/a"
    equal "$(drainers)" 1 drainers
    at "$start"
    unharmed
}

back_a_day() { changed "$((start - 86400))"; }
back_to_1970() { changed 60; }
forth_ten_years() { changed "$((start + 315360000))"; }
to_2038() { changed 2147483640; }

# Back and forth without end while cgroups come and go.
back_and_forth() {
    begin
    number=0
    while [ "$number" -lt 20 ]; do
        mkflagged "$freezer/soon/$number"
        at "$((start + (number % 3 - 1) * 1000000))"
        empty_once "$freezer/soon/$number"
        number=$((number + 1))
    done
    eventually 60 none_soon
    at "$start"
    equal "$(counted removed)" 20 removals
    expect there "$freezer/a"
    unharmed
}
none_soon() { [ "$(find "$freezer/soon" -mindepth 1 -type d)" = "$freezer/soon/a" ]; }

# What is said once an hour is not said again since the clock says that an hour has passed.
said_once() {
    begin
    for clock in "$start" "$((start - 100000))" "$((start + 100000))" 60; do
        at "$clock"
        /usr/libexec/cgprune/release-agent /a # an agent that no hierarchy names
    done
    at "$start"
    eventually 10 logged msg=unmatched
    usleep 300000
    logs 1 msg=unmatched
    unharmed
}

# v2's watch has timers of its own.
watched() {
    local jobs
    has_hierarchy unified || skip_scenario "no cgroup v2 in this layout"
    jobs=$(mount_of unified)/jobs
    printf '%s\n' '[agent]' 'log-level = info' '[rule jobs]' 'hierarchy = unified' 'path = /jobs/**' 'linger = 3s' | conf
    mkcg "$jobs/a" "$jobs/b"
    cgprune watch unified &
    watcher=$!
    eventually 60 logged msg=watch-ready
    empty_once "$jobs/a"
    at "$((start - 86400))"
    empty_once "$jobs/b"
    at 60
    eventually 60 gone "$jobs/a"
    eventually 60 gone "$jobs/b"
    at "$start"
    kill "$watcher"
}

scenario "the clock is set back a day" back_a_day
scenario "the clock is set back to 1970" back_to_1970
scenario "the clock is set forth ten years" forth_ten_years
scenario "the clock is set to the end of 32 bits" to_2038
scenario "the clock is set back and forth without end" back_and_forth
scenario "what is said once an hour is said once, whatever the clock says" said_once
scenario "cgroup v2's watch does not look at the clock" watched

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# No /proc: what can be decided without it is, and what cannot stays.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

begin() {
    enabled 'drainer = no' '[default]' 'linger = 0' '[rule later]' 'path = /later/**' 'linger = 1h' \
        '[rule creator]' 'path = /creator/**' 'policy = creator-gone' 'linger = 0'
    mkflagged "$freezer/root" "$freezer/a" "$freezer/later/a" "$freezer/creator/lives" "$freezer/creator/gone"
    sleep 100000 &
    gone=$!
    expect cgprune register "$freezer/creator/lives" --creator $$
    expect cgprune register "$freezer/creator/gone" --creator "$gone"
    end_task "$gone"
    take_stock "$freezer/root" "$freezer/later/a" "$freezer/creator/lives"
}

# Where it was unmounted, and where something that is empty was mounted over it.
# shellcheck disable=SC2016
unmounted() { unshare -m sh -c 'umount -l /proc && exec "$@"' sh "$@"; }
# shellcheck disable=SC2016
covered() { unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh "$@"; }
agent=/run/cgprune/agents/freezer

# without HOW: by that way of having none.
without() {
    begin
    exits 0 "$1" "$agent" /a
    expect gone "$freezer/a"
    exits 1 "$1" "$agent" /later/a
    eventually 10 logged msg=not-journaled hierarchy=freezer
    expect there /run/cgprune/sweep-needed/freezer
    for cg in /creator/lives /creator/gone; do
        "$1" "$agent" "$cg" || :
        expect there "$freezer$cg"
    done
    # By mountinfo, which is not there: it cannot even be told which hierarchy calls.
    exits 1 "$1" /usr/libexec/cgprune/release-agent /later/a
    eventually 10 logged msg=release-failed cgroup=/later/a
    for verb in 'retry --now' sweep status list "prune $freezer/later/a" doctor; do
        status=0
        # shellcheck disable=SC2086
        "$1" cgprune $verb >/tmp/said 2>&1 || status=$?
        [ "$status" -le 3 ] || fail "exit status $status: cgprune $verb"
        [ "$status" -eq 0 ] || expect [ -s /tmp/said ]
    done
    expect there "$freezer/later/a"
    found_again
}

found_again() {
    printf '%s\n' '[agent]' 'log-level = info' '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 1s' \
        '[rule creator]' 'path = /creator/**' 'policy = creator-gone' 'sweep-linger = 1s' | conf
    outside >"$state/outside"
    sed -i '/later/d; /root$/d' "$state/others"
    cgprune sweep freezer >/dev/null
    eventually 60 gone "$freezer/later/a"
    eventually 60 gone "$freezer/creator/gone"
    expect there "$freezer/creator/lives"
    unharmed
}

not_there() { without unmounted; }
another_there() { without covered; }

# The kernel's own call, and a drainer that runs, while it is not there.
in_the_whole_guest() {
    begin
    run_in "$freezer/a"
    umount -l /proc
    kill -KILL "$task"
    usleep 3000000
    mount -t proc proc /proc
    eventually 60 gone "$freezer/a"
    unharmed
}

scenario "/proc is not mounted" not_there
scenario "something else is mounted on /proc" another_there
scenario "/proc is not mounted when the kernel calls" in_the_whole_guest

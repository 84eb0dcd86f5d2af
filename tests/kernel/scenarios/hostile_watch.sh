#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: hybrid v2
# daily: 6.12 v2
# Users that mean ill where cgprune watch does the agent's work on cgroup v2.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

hierarchy=unified top=$(mount_of unified)
jobs=$top/jobs
own=$jobs/anna
flood=${full:+20000}
flood=${flood:-2000}

# begin LINE...: more of the rule for /jobs.
begin() {
    printf '%s\n' '[agent]' 'log-level = info' '[rule jobs]' 'hierarchy = unified' 'path = /jobs/**' 'linger = 0' \
        'retry = 100ms..10s' "$@" | conf
    mkcg "$own/stay" "$jobs/root" "$jobs/bert/stay"
    run_in "$jobs/root"
    roots_task=$task
    chown -R "$anna:$anna" "$own"
    chown -R "$bert:$bert" "$jobs/bert"
    run_in "$own/stay" # a cgroup that was in use and has become empty would go
    run_in "$jobs/bert/stay"
    take_stock "$own/stay" "$jobs/root" "$jobs/bert/stay"
    watch unified
}

# still_works: what becomes empty goes, and watch has not ended meanwhile.
still_works() {
    kill -0 "$watcher" || fail "watch has ended"
    end_task "$roots_task"
    eventually 120 gone "$jobs/root"
    sed -i '/jobs\/root$/d' "$state/others"
    unharmed
    end_watch
}
peak() { sed -n 's/^VmHWM:[[:space:]]*//p' "/proc/$watcher/status"; }

names() {
    begin 'inside-delegation = yes'
    printf '%b\n' 'cgprune[1]: msg=removed id=1' '<30>x\r' '\033[2J\033]0;t\a' '\0377\0376\0233' '%s%n' '...' '-rf' \
        '"x=y" \\x41' ' x ' "$(head -c 255 /dev/zero | tr '\0' n)" >/tmp/names
    while IFS= read -r name; do
        as_user "$anna" mkdir "$own/$name"
        empty_once "$own/$name"
        eventually 60 gone "$own/$name"
    done </tmp/names
    equal "$(counted removed)" "$(grep -c '' /tmp/names)" removals
    still_works
}

# Where nothing is removed below a delegation: whatever is done there.
below_a_delegation() {
    begin
    count=0
    while [ "$count" -lt 50 ]; do
        count=$((count + 1))
        as_user "$anna" mkdir "$own/x$count"
        as_user "$anna" chmod "$((count % 8))00" "$own/x$count"
        as_user "$anna" guest-tool xattr set "$own/x$count" user.cgprune.keep "$count" || :
        empty_once "$own/x$count"
    done
    equal "$(find "$own" -mindepth 1 -maxdepth 1 -type d | grep -c '')" 51 "anna's cgroups"
    still_works
}

# More than watch can watch, at once, without end.
flooded() {
    begin 'inside-delegation = yes'
    echo 1000 >/proc/sys/user/max_inotify_watches 2>/dev/null || echo 1000 >/proc/sys/fs/inotify/max_user_watches
    # shellcheck disable=SC2016
    as_user "$anna" sh -c 'cd "$1" && mkdir $(seq 1 "$2")' sh "$own" "$flood"
    end_watch
    watch unified
    logs 1 msg=watch-limit
    guest-tool burst "$own" 200
    eventually 120 burst_gone
    note "$flood cgroups of a user that watch may not watch: $(grep -c '' "$log") log lines, peak of $(peak)"
    still_works
}
burst_gone() { [ -z "$(find "$own" -maxdepth 1 -type d -name 'b*')" ]; }

deep() {
    begin 'inside-delegation = yes'
    as_user "$anna" guest-tool deep make "$own" 30000
    as_user "$anna" guest-tool deep make "$own" 4300 255
    task=$(guest-tool deep run "$own" 30000)
    end_task "$task"
    eventually 120 not_there 30000
    still_works
}
not_there() {
    local answer=0
    guest-tool deep exists "$own" "$1" || answer=$?
    [ "$answer" -eq 1 ]
}

# The name of a process is its own choice, and is in what is remembered of who made a cgroup.
makers_name() {
    tells_makers || skip_scenario "this kernel does not tell who makes a cgroup"
    begin 'policy = creator-gone' 'inside-delegation = yes'
    container "$anna"
    number=0
    for name in 'x) R 1 1 1' "$(printf 'a\nb=c')" "$(printf '\033[31m\r')" "$(printf '\377\376')" '%s%n'; do
        number=$((number + 1))
        mkdir -p "/tmp/programs/$number"
        cp /usr/bin/guest-tool "/tmp/programs/$number/$name"
        inside "$member" "/tmp/programs/$number/$name" make "$own/m$number" >/dev/null
        eventually 60 there "/run/cgprune/registry/unified/$(id_of "$own/m$number").creator"
        empty_once "$own/m$number"
        cgprune explain "$own/m$number" >"$state/said"
        expect grep -q '^creator: *alive' "$state/said"
        ! LC_ALL=C tr -d '\n' <"$state/said" | LC_ALL=C grep -q '[^ -~]' || fail "explain shows raw bytes"
    done
    equal "$(find /run/cgprune -name '*.broken' | grep -c '' || :)" 0 "facts that cannot be understood"
    end_task "$init"
    while [ "$number" -gt 0 ]; do
        eventually 60 gone "$own/m$number"
        number=$((number - 1))
    done
    still_works
}

# So much at once that the kernel cannot tell who makes the cgroups of others.
drowned_out() {
    tells_makers || skip_scenario "this kernel does not tell who makes a cgroup"
    echo 64 >/proc/sys/fs/fanotify/max_queued_events
    begin 'policy = creator-gone' 'inside-delegation = yes' 'unknown-creator = remove'
    echo 16384 >/proc/sys/fs/fanotify/max_queued_events
    container "$bert"
    kill -STOP "$watcher" # it is late
    # shellcheck disable=SC2016
    as_user "$anna" sh -c 'cd "$1" && mkdir $(seq 200)' sh "$own"
    inside "$member" guest-tool make "$jobs/bert/made" >/dev/null
    kill -CONT "$watcher"
    eventually 60 logged msg=events-lost hierarchy=unified
    eventually 60 marked "$jobs/bert/made"
    empty_once "$jobs/bert/made"
    stays "$jobs/bert/made" 3
    expect cgprune forget "$jobs/bert/made"
    eventually 60 gone "$jobs/bert/made"
    end_task "$init"
    still_works
}
marked() { [ "$(guest-tool xattr get "$1" trusted.cgprune.maker 2>/dev/null)" = lost ]; }

scenario "names that are log lines, options or escapes" names
scenario "modes, attributes and emptied cgroups below a delegation: all are left to their owner" below_a_delegation
scenario "$flood cgroups of a user, more than can be watched: others' go, and it is said once" flooded
scenario "trees deeper than a path: what is emptied goes, and watch lives on" deep
scenario "makers with names that are made to be misread" makers_name
scenario "a user who makes so much at once that other makers are not told: what others made stays" drowned_out

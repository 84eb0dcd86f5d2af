#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v2
# daily: 6.1
# cgprune watch, when what it is told is no longer true, and when somebody tries to hold it up. It is stopped and
# continued to make sure that it is late.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=$(mount_of unified)/jobs

late() {
    kill -STOP "$watcher"
    "$@"
    kill -CONT "$watcher"
}

parent_made_anew() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs/a/b"
    usleep 500000
    late make_anew "$jobs/a/b" "$jobs/a"
    stays "$jobs/a" 3
}
make_anew() {
    rmdir "$@"
    mkdir "$jobs/a"
}

facts_of_the_newer() {
    rule 'policy = creator-gone' 'unknown-creator = remove'
    watch unified
    mkcg "$jobs"
    sleep 1000 &
    creator=$!
    late made_twice
    usleep 2000000
    empty_once "$jobs/1"
    eventually 60 logged msg=deferred cgroup=/jobs/1 reason=creator-alive
    stays "$jobs/1" 1
    equal "$(find /run/cgprune/registry -name '*.creator' | grep -c '')" 10 "facts"
}
made_twice() {
    local all
    all=$(seq 300)
    # shellcheck disable=SC2086 # the words are to be parted
    (cd "$jobs" && mkdir $all && rmdir $all && mkdir $all)
    for i in $(seq 10); do expect cgprune register "$jobs/$i" --creator "$creator"; done
}

# The kernel may have told what the first did once more only with what it did before.
maker_of_a_predecessor() {
    rule 'policy = creator-gone' 'unknown-creator = remove'
    watch unified
    mkcg "$jobs"
    container 0
    first=$init first_member=$member
    container 0
    late three_makers
    eventually 60 logged msg=state-fault
    run_in "$jobs/a"
    end_task "$task"
    eventually 60 logged msg=deferred cgroup=/jobs/a reason=creator-undetermined
    end_task "$init"
    stays "$jobs/a" 5
    expect cgprune forget "$jobs/a"
    eventually 60 gone "$jobs/a"
    end_task "$first"
}
three_makers() {
    inside "$first_member" guest-tool make "$jobs/a"
    rmdir "$jobs/a"
    inside "$member" guest-tool make "$jobs/a"
    rmdir "$jobs/a"
    inside "$first_member" guest-tool make "$jobs/a"
}

held_up_by_a_lock() {
    rule 'policy = delegated creator-gone' 'unknown-creator = remove'
    watch unified
    mkcg "$jobs/user" "$jobs/a"
    chown 1000:1000 "$jobs/user" "$jobs/user/cgroup.procs"
    run_in "$jobs/a"
    inner=$task
    as_user 1000 guest-tool hold-lock "$jobs/user" ex 600
    # shellcheck disable=SC2016 # for that shell
    as_user 1000 sh -c 'for i in $(seq 200); do chmod 600 "$1"; chmod 644 "$1"; done' sh "$jobs/user/cgroup.procs"
    end_task "$inner"
    eventually 60 gone "$jobs/a"
    exits 0 end_watch
}

ends_in_a_pass() {
    rule 'policy = always'
    sed -i 's/^linger = 0/linger = 3s/' /etc/cgprune/cgprune.conf
    watch unified
    mkcg "$jobs"
    guest-tool burst "$jobs" 500
    eventually 60 some_gone
    exits 0 end_watch
    note "$(left) of 500 were left when it ended"
    watch unified
    eventually 180 none_left
}
left() { find "$jobs" -mindepth 1 -maxdepth 1 -type d | grep -c '' || :; }
some_gone() { [ "$(left)" -lt 490 ]; }
none_left() { [ "$(left)" -eq 0 ]; }

overflow_in_a_walk() {
    local others=${jobs%/jobs}/others
    rule 'policy = always'
    echo 16 >/proc/sys/fs/inotify/max_queued_events
    mkcg "$jobs"
    mkcg "$others"
    guest-tool burst "$others" 300
    for i in $(seq 30); do mkcg "$jobs/w$i"; done
    watch unified
    echo 16384 >/proc/sys/fs/inotify/max_queued_events
    rule 'policy = always' '[rule others]' 'hierarchy = unified' 'path = /others/**' 'policy = always' 'linger = 0'
    kill -HUP "$watcher"
    eventually 60 logged msg=conf-read
    late enter_all
    eventually 60 no_workers
    equal "$(find "$others" -mindepth 1 -maxdepth 1 -type d | grep -c '')" 300 "what was empty before a rule reached it"
}
enter_all() { for i in $(seq 30); do empty_once "$jobs/w$i"; done; }
no_workers() { [ "$(find "$jobs" -mindepth 1 -maxdepth 1 -type d | grep -c '' || :)" -eq 0 ]; }

scenario "a parent made anew meanwhile is not removed for a child of the one before" parent_made_anew
scenario "what is registered for a cgroup made anew outlives the news of the one before" facts_of_the_newer
if tells_makers; then
    scenario "a cgroup that took the place of others stays where their makers are told together" maker_of_a_predecessor
fi
scenario "an owner who holds a lock and changes modes holds up nothing else" held_up_by_a_lock
scenario "SIGTERM ends it amid a long pass, and the next one goes on" ends_in_a_pass
scenario "an overflow amid a walk makes nothing old look new" overflow_in_a_walk

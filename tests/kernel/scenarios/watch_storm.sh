#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: hybrid v2
# daily: 6.12 v2
# cgprune watch, when very much happens at once.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=$(mount_of unified)/jobs
freezer=/sys/fs/cgroup/freezer
bursts=${full:+20}
bursts=${bursts:-2}
kills=${full:+50}
kills=${kills:-5}
each=${full:+500}
each=${each:-200}
limit=${full:+900}
limit=${limit:-180}

# What must outlive a storm: marked, in use, never entered, and in a cgroup that no rule names.
make_controls() {
    mkcg "$jobs/kept" "$jobs/used" "$jobs/new" "${jobs%/jobs}/other/a"
    expect cgprune keep "$jobs/kept"
    run_in "$jobs/used"
    empty_once "$jobs/kept"
    empty_once "${jobs%/jobs}/other/a"
    controls="$(id_of "$jobs/kept") $(id_of "$jobs/used") $(id_of "$jobs/new") $(id_of "${jobs%/jobs}/other/a")"
}
controls_are_there() {
    equal "$(id_of "$jobs/kept") $(id_of "$jobs/used") $(id_of "$jobs/new") $(id_of "${jobs%/jobs}/other/a")" \
        "$controls" "what must stay"
}

# Cgroups that are made, filled and emptied; at most 500 tasks at a time.
storm() {
    local round=0
    while [ "$round" -lt "$bursts" ]; do
        round=$((round + 1))
        mkcg "$jobs/round$round"
        guest-tool burst "$jobs/round$round" "$each"
    done
}
left() { find "$jobs" -mindepth 1 -type d -path '*/round*' | grep -c '' || :; }
none_left() { [ "$(left)" -eq 0 ]; }

small_queue() {
    echo 16 >/proc/sys/fs/inotify/max_queued_events
    rule 'policy = always'
    watch unified
    echo 16384 >/proc/sys/fs/inotify/max_queued_events
    mkcg "$jobs"
    make_controls
    # It cannot read meanwhile.
    kill -STOP "$watcher"
    storm
    kill -CONT "$watcher"
    eventually "$limit" none_left
    controls_are_there
    eventually 60 logged msg=events-lost hierarchy=unified
}

few_watches() {
    rule 'policy = always'
    echo 20 >/proc/sys/user/max_inotify_watches
    watch unified
    mkcg "$jobs"
    make_controls
    storm
    eventually "$limit" none_left # within 30 s of one look at everything
    echo 65536 >/proc/sys/user/max_inotify_watches
    controls_are_there
    eventually 60 logged msg=watch-limit hierarchy=unified
}

# A pause of up to 300 ms.
at_random() { usleep $(($(od -An -N2 -tu2 /dev/urandom) * 5)); }

killed_again_and_again() {
    rule 'policy = always' 'sweep = yes' 'sweep-linger = 2s'
    watch unified
    mkcg "$jobs"
    make_controls
    rmdir "$jobs/new" # a sweep may remove what is empty for so long
    mkcg "$jobs/new"
    run_in "$jobs/new"
    controls="$(id_of "$jobs/kept") $(id_of "$jobs/used") $(id_of "$jobs/new") $(id_of "${jobs%/jobs}/other/a")"
    storm &
    storm=$!
    local round=0
    while [ "$round" -lt "$kills" ]; do
        round=$((round + 1))
        at_random
        kill -KILL "$watcher"
        wait "$watcher" || :
        cgprune watch unified &
        watcher=$!
    done
    wait "$storm"
    eventually "$limit" none_left
    controls_are_there
    note "killed $kills times while $((bursts * each)) cgroups came and went"
}

beside_the_drainer() {
    rule 'policy = always'
    printf '%s\n' '[default]' 'linger = 1s' >>/etc/cgprune/cgprune.conf
    cgprune enable freezer
    watch unified
    mkcg "$jobs"
    mkflagged "$freezer/a"
    storm &
    storm=$!
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    wait "$storm"
    eventually "$limit" none_left
}

scenario "$((bursts * each)) cgroups, with a queue of 16 events: all go, and none else" small_queue
scenario "$((bursts * each)) cgroups, with room for 20 watches: all go, and none else" few_watches
scenario "killed $kills times in a storm, it loses nothing and removes nothing else" killed_again_and_again
if [ "$layout" = hybrid ]; then
    scenario "the drainer serves another hierarchy meanwhile" beside_the_drainer
fi

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v2
# cgprune watch on cgroup v2: what the kernel's call is on v1, for programs that know nothing of cgprune.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=$(mount_of unified)/jobs

what_empties_goes() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs/a"
    run_in "$jobs/a"
    holds 1 there "$jobs/a"
    end_task "$task"
    eventually 60 gone "$jobs/a"
    expect there "$jobs"
    eventually 60 logged msg=removed cgroup=/jobs/a
}

what_empties_at_once_goes() {
    rule 'policy = always'
    watch unified
    local round=0
    while [ "$round" -lt 50 ]; do
        mkcg "$jobs/short$round"
        sh -c 'echo $$ >"$1"' sh "$jobs/short$round/cgroup.procs"
        round=$((round + 1))
    done
    eventually 60 no_children "$jobs"
}
no_children() { [ "$(find "$1" -mindepth 1 -type d | wc -l)" -eq 0 ]; }

a_chain_goes() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs/a/b/c"
    empty_once "$jobs/a/b/c"
    eventually 60 gone "$jobs/a"
    expect there "$jobs"
}

what_is_never_entered_stays() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs/new"
    stays "$jobs/new" 2
}

what_no_rule_names_stays() {
    rule 'policy = always'
    watch unified
    mkcg "${jobs%/jobs}/other/a"
    empty_once "${jobs%/jobs}/other/a"
    stays "${jobs%/jobs}/other/a" 2
}

a_keep_mark_wins() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs/a"
    expect cgprune keep "$jobs/a"
    empty_once "$jobs/a"
    stays "$jobs/a" 2
    expect cgprune unkeep "$jobs/a"
    eventually 60 gone "$jobs/a"
}

it_lingers() {
    rule 'policy = always' 'linger = 3s'
    sed -i '/^linger = 0/d' /etc/cgprune/cgprune.conf
    watch unified
    mkcg "$jobs/a"
    empty_once "$jobs/a"
    stays "$jobs/a" 1
    run_in "$jobs/a"
    stays "$jobs/a" 4
    end_task "$task"
    eventually 60 gone "$jobs/a"
}

found_at_start() {
    rule "$@" 'policy = always' 'sweep-linger = 1s'
    mkcg "$jobs/a" "$jobs/used"
    run_in "$jobs/used"
    used=$task
    empty_once "$jobs/a"
    watch unified
}

first_sight_removes_nothing() {
    found_at_start
    stays "$jobs/a" 3
    end_task "$used"
    eventually 60 gone "$jobs/used" # was populated when we came, and emptied since
    expect there "$jobs/a"
}

sweep_rules_remove_it() {
    found_at_start 'sweep = yes'
    eventually 60 gone "$jobs/a"
    expect there "$jobs/used"
}

# The pauses between two looks are a minute, so only the creator's end itself can tell.
creator_ends() {
    rule 'policy = creator-gone' 'unknown-creator = keep'
    sed -i 's/^retry = .*/retry = 60s..60s/' /etc/cgprune/cgprune.conf
    watch unified
    mkcg "$jobs/a" "$jobs/b"
    sleep 1000 &
    creator=$!
    expect cgprune register "$jobs/a" --creator "$creator"
    expect cgprune register "$jobs/b" --creator "$creator"
    empty_once "$jobs/a"
    empty_once "$jobs/b"
    eventually 60 logged msg=deferred cgroup=/jobs/b reason=creator-alive
    stays "$jobs/a" 2
    kill -KILL "$creator"
    local begin
    begin=$(now)
    eventually 30 gone "$jobs/a"
    eventually 30 gone "$jobs/b"
    note "gone $((($(now) - begin) * 10)) ms after their creator, with 60 s between two looks"
}

creator_ended_unseen() {
    rule 'policy = creator-gone' 'unknown-creator = keep'
    watch unified
    mkcg "$jobs/a"
    sleep 1000 &
    creator=$!
    expect cgprune register "$jobs/a" --creator "$creator"
    empty_once "$jobs/a"
    eventually 60 logged msg=deferred cgroup=/jobs/a reason=creator-alive
    kill -KILL "$watcher"
    kill -KILL "$creator"
    wait
    expect there "$jobs/a"
    watch unified
    eventually 30 gone "$jobs/a"
}

# A program in a container makes cgroups, as a nested manager does: nobody registers anything.
observed_maker() {
    rule 'policy = creator-gone' 'unknown-creator = keep'
    watch unified
    mkcg "$jobs"
    container 0
    inside "$member" guest-tool make "$jobs/inner"
    mkcg "$jobs/outer"
    empty_once "$jobs/inner"
    empty_once "$jobs/outer"
    eventually 60 logged msg=deferred cgroup=/jobs/inner reason=creator-alive
    stays "$jobs/inner" 1
    end_task "$init"
    eventually 60 gone "$jobs/inner"
    stays "$jobs/outer" 1 # made by the host's shell: of an unknown creator
}

# mkdir(1) has mostly ended when anybody looks: a zombie still tells its namespace, one that was reaped does not.
makers_that_end() {
    rule 'policy = creator-gone' 'unknown-creator = keep'
    watch unified
    mkcg "$jobs"
    container 0
    # shellcheck disable=SC2016 # for that shell
    inside "$member" sh -c 'for i in $(seq 50); do mkdir "$1/quick$i"; done' sh "$jobs"
    usleep 500000
    note "of 50 makers that ended at once $(find /run/cgprune/registry -name '*.creator' | wc -l) were told"
}

observed_chown() {
    rule 'policy = delegated'
    watch unified
    mkcg "$jobs/a" "$jobs/b"
    chown 1000:1000 "$jobs/a"
    refuse logged msg=observed cgroup=/jobs/a what=delegated
    chown 1000:1000 "$jobs/a/cgroup.procs"
    eventually 60 logged msg=observed cgroup=/jobs/a what=delegated who=1000
    empty_once "$jobs/a"
    empty_once "$jobs/b"
    eventually 60 gone "$jobs/a"
    stays "$jobs/b" 1
}

a_second_is_refused() {
    rule 'policy = always'
    watch unified
    exits 1 cgprune watch unified 2>/tmp/err
    expect grep -q 'watched already by another cgprune watch' /tmp/err
}

a_second_without_names() {
    rule 'policy = always'
    watch unified
    exits 1 cgprune watch 2>/tmp/err
    expect grep -q 'watched already by another cgprune watch' /tmp/err
}

ends_by_sigterm() {
    rule 'policy = always'
    watch unified
    exits 0 end_watch
}

another_conf() {
    rule 'policy = never'
    watch unified
    mkcg "$jobs/a"
    empty_once "$jobs/a"
    stays "$jobs/a" 1
    echo nonsense >>/etc/cgprune/cgprune.conf
    kill -HUP "$watcher"
    eventually 60 logged msg=conf-refused
    empty_once "$jobs/a"
    stays "$jobs/a" 1
    refuse logged reason=conf-error # the conf as it was stays in force
    rule 'policy = always'
    kill -HUP "$watcher"
    eventually 60 logged msg=conf-read
    empty_once "$jobs/a"
    eventually 60 gone "$jobs/a"
}

tells_its_service_manager() {
    rule 'policy = always'
    guest-tool syslog /run/notify /tmp/notified
    NOTIFY_SOCKET=/run/notify WATCHDOG_USEC=200000 watch unified
    eventually 60 grep -q 'READY=1' /tmp/notified
    eventually 60 grep -q 'WATCHDOG=1' /tmp/notified
    end_watch
    eventually 60 grep -q 'STOPPING=1' /tmp/notified
}

scenario "what has become empty goes, and its parent that no rule names stays" what_empties_goes
scenario "what is emptied within an instant of being made goes" what_empties_at_once_goes
scenario "a chain of empty parents goes with its last child" a_chain_goes
scenario "what was never entered stays" what_is_never_entered_stays
scenario "what no rule names stays" what_no_rule_names_stays
scenario "a keep mark wins, and taking it back is enough" a_keep_mark_wins
scenario "a rule's linger is waited out, and a new task ends it" it_lingers
scenario "what is empty at the start is not removed at first sight" first_sight_removes_nothing
scenario "a rule with sweep = yes removes it after sweep-linger" sweep_rules_remove_it
scenario "a registered creator's end is acted on at once" creator_ends
scenario "a creator's end that nobody saw is acted on at the next start" creator_ended_unseen
scenario "a chown of directory and cgroup.procs is a delegation" observed_chown
scenario "a second watcher of the same hierarchy is refused" a_second_is_refused
if [ "$layout" = v2 ]; then # on v1 it may find other hierarchies
    scenario "a second watcher without names is refused where nothing is left to watch" a_second_without_names
fi
scenario "SIGTERM ends it" ends_by_sigterm
scenario "SIGHUP takes a new conf, and refuses a bad one" another_conf
scenario "the service manager hears that it is ready, alive and ending" tells_its_service_manager
if tells_makers; then
    scenario "what a container made stays while it lives, and goes with it, without a register call" observed_maker
    scenario "makers that end at once are told as far as the kernel does" makers_that_end
fi

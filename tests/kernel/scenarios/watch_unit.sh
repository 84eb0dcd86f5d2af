#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: systemd
# daily: 6.12
# The shipped unit of cgprune watch, under systemd as PID 1.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=/sys/fs/cgroup/jobs
unit=cgprune-watch.service

# systemd and what it runs stay.
clean_slate() {
    systemctl stop "$unit"
    systemctl reset-failed
    [ ! -d "$jobs" ] || guest-tool remove-tree "$jobs"
    rm -rf /run/cgprune /etc/cgprune
    mkdir -m 700 /run/cgprune
    : >"$log"
}
is_active() { systemctl --quiet is-active "$unit"; }
main_pid() { systemctl show --property MainPID --value "$unit"; }

it_works() {
    rule 'policy = always'
    expect systemctl start "$unit"
    expect is_active
    eventually 60 logged msg=watch-ready
    mkcg "$jobs/a/b"
    empty_once "$jobs/a/b"
    eventually 60 gone "$jobs/a"
}

it_tells_facts() {
    rule 'policy = creator-gone' 'unknown-creator = keep'
    expect systemctl start "$unit"
    mkcg "$jobs"
    if tells_makers; then
        container 0
        inside "$member" guest-tool make "$jobs/a"
        eventually 60 logged msg=observed cgroup=/jobs/a what=maker
    else
        mkcg "$jobs/a"
        container 0
        expect cgprune register "$jobs/a" --creator "$init"
    fi
    empty_once "$jobs/a"
    eventually 60 logged msg=deferred cgroup=/jobs/a reason=creator-alive
    end_task "$init"
    eventually 60 gone "$jobs/a"
}

marks_and_owners() {
    rule 'policy = delegated'
    expect systemctl start "$unit"
    mkcg "$jobs/a" "$jobs/kept"
    chown 1000:1000 "$jobs/a" "$jobs/a/cgroup.procs" "$jobs/kept" "$jobs/kept/cgroup.procs"
    expect cgprune keep "$jobs/kept"
    as_user 1000 mkdir "$jobs/a/inner"
    empty_once "$jobs/kept"
    eventually 60 logged msg=observed cgroup=/jobs/kept what=delegated who=1000
    rmdir "$jobs/a/inner"
    eventually 60 gone "$jobs/a"
    stays "$jobs/kept" 1
}

it_reloads() {
    rule 'policy = never'
    expect systemctl start "$unit"
    mkcg "$jobs/a"
    rule 'policy = always'
    expect systemctl reload "$unit"
    eventually 60 logged msg=conf-read
    empty_once "$jobs/a"
    eventually 60 gone "$jobs/a"
}

it_comes_back() {
    rule 'policy = always'
    expect systemctl start "$unit"
    local first
    first=$(main_pid)
    kill -KILL "$first"
    eventually 60 runs_anew "$first"
    mkcg "$jobs/a"
    empty_once "$jobs/a"
    eventually 60 gone "$jobs/a"
}
runs_anew() { is_active && [ "$(main_pid)" != "$1" ]; }

# Its own tree is systemd's: no default touches it.
systemds_own() {
    printf '%s\n' '[default]' 'policy = always' 'linger = 0' 'sweep = yes' | conf
    expect systemctl start "$unit"
    mkcg /sys/fs/cgroup/system.slice/other.service
    empty_once /sys/fs/cgroup/system.slice/other.service
    expect cgprune sweep
    stays /sys/fs/cgroup/system.slice/other.service 2
    rmdir /sys/fs/cgroup/system.slice/other.service
}

scenario "the unit starts, is ready, and what becomes empty goes" it_works
scenario "it acts on the end of a creator" it_tells_facts
scenario "it acts on delegation, and honours keep marks" marks_and_owners
scenario "systemctl reload has it read the conf anew" it_reloads
scenario "killed, it is started again and goes on" it_comes_back
scenario "what systemd keeps is touched by no default" systemds_own

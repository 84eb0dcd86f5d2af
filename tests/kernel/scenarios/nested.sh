#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Containers in containers: what was made inside c1 goes when c1 is destroyed.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/creators.sh
. /usr/lib/guest/creators.sh

c1=$freezer/lxc/c1
c2=$c1/lxc/c2

# A manager on the host made c1, an unprivileged container, and handed its cgroup over; a manager inside made c2
# there, and a container in it. The manager on the host registers what it is asked to, by the pid it sees.
begin() {
    by_creator
    mkflagged "$freezer/lxc"
    mkcg "$c1"
    run_in "$freezer"
    monitor=$task
    expect cgprune register "$c1" --creator "$monitor"
    chown 100000:100000 "$c1" "$c1/cgroup.procs" "$c1/tasks"
    container 100000 "$c1"
    inside "$init" mkdir -p "$c2"
    expect cgprune register "$c1/lxc" --creator "$member"
    expect cgprune register "$c2" --creator "$member"
    inside "$init" guest-tool container 0 "$c2"
    expect populated "$c2"
    equal "$(stat -c %u "$c2")" 100000 "owner of what was made inside"
}

# init_of CG: the first process of the container in it, as the host sees it.
init_of() { head -n 1 "$1/cgroup.procs"; }

stop_c2() {
    local inner
    inner=$(init_of "$c2")
    kill -KILL "$inner"
    eventually 60 gone "/proc/$inner"
}

all_at_once() {
    begin
    end_task "$init"
    removed_by_creator "$c2"
    removed_by_creator "$c1/lxc"
    stays_over_retries "$c1" # its own creator, on the host, lives
    end_task "$monitor"
    goes_by_creator "$c1"
    equal "$(find /run/cgprune/registry -type f)" "" "facts that are left"
}

released_before_and_deferred() {
    begin
    stop_c2
    stays_over_retries "$c2"
    expect there "/proc/$init"
    end_task "$init"
    removed_by_creator "$c2"
    removed_by_creator "$c1/lxc"
    expect there "$c1"
}

parents_are_still_there() {
    begin
    run_in "$c1"
    expect cgprune keep "$c1/lxc"
    stop_c2
    stays_over_retries "$c2"
    end_task "$init"
    removed_by_creator "$c2"
    eventually 60 logged msg=kept cgroup=/lxc/c1/lxc reason=kept
    stays "$c1/lxc" 2
    expect populated "$c1"
}

# Each level of namespaces by itself: the one that made it decides, not one above.
by_the_inner_container() {
    begin
    local inner
    inner=$(init_of "$c2")
    inside "$init" mkdir "$c2/c3"
    expect cgprune register "$c2/c3" --creator "$inner"
    empty_once_inside "$c2/c3"
    stays_over_retries "$c2/c3"
    stop_c2
    removed_by_creator "$c2/c3"
    stays_over_retries "$c2" # made by c1, which lives
    end_task "$init"
    removed_by_creator "$c2"
}

# What an inner manager made and nobody registered is for the conf to decide.
unregistered_inside() {
    begin
    inside "$init" mkdir "$c1/lxc/x"
    empty_once_inside "$c1/lxc/x"
    eventually 60 logged msg=kept cgroup=/lxc/c1/lxc/x reason=keep-unknown-creator
    stays "$c1/lxc/x" 1
}

scenario "c1 is destroyed: c2 goes, then the folder it was in, then c1 when its own creator ends" all_at_once
scenario "c2's own release came before, and was deferred: it goes when c1 is destroyed" released_before_and_deferred
scenario "c2 goes also where its parents are still there" parents_are_still_there
scenario "what was made inside c2 goes with c2, and c2 with c1" by_the_inner_container
scenario "what was made inside and not registered stays or goes as the conf says" unregistered_inside

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# The examples for managers, as their README tells to use them.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/creators.sh
. /usr/lib/guest/creators.sh

examples=/usr/lib/examples

by_default() {
    printf '%s\n' '[default]' 'policy = creator-gone' 'linger = 0' 'retry = 100ms..200ms' | conf
    cgprune enable freezer
}

manager_in_c() {
    by_default
    said=$("$examples/manager" freezer /job/1 sed -n s/.*freezer://p /proc/self/cgroup)
    # The agent that the kernel calls and the manager give it back at the same time.
    case $said in
    "/job/1
/job/1 is removed" | "/job/1
/job/1 is gone already" | "/job/1
/job/1 is to be removed later") ;;
    *) fail "said: $said" ;;
    esac
    eventually 60 gone "$freezer/job"
}

manager_in_shell() {
    by_default
    said=$("$examples/manager.sh" freezer /job/2 sed -n s/.*freezer://p /proc/self/cgroup)
    equal "$said" /job/2 "where the command was"
    eventually 60 gone "$freezer/job/2"
}

command_runs() {
    command=$(head -n 1 "$freezer/job/3/cgroup.procs" 2>/dev/null)
    [ "$(cat "/proc/$command/comm")" = sleep ]
}

# The command ends while the manager lives: it stays. Then the manager is killed.
killed_manager() { # MANAGER
    by_default
    "$examples/$1" freezer /job/3 sleep 1000 &
    manager=$!
    eventually 60 command_runs
    kill -STOP "$manager"
    kill -KILL "$command"
    eventually 60 deferred /job/3 creator-alive
    expect there "$freezer/job/3"
    kill -KILL "$manager"
    eventually 60 gone "$freezer/job/3"
}
killed_manager_in_c() { killed_manager manager; }
killed_manager_in_shell() { killed_manager manager.sh; }

# guest-tool's container is what a runtime would have started; the hook is given its first process.
registered() { # HOOK...
    by_creator
    mkflagged "$freezer/box"
    container 0 "$freezer/box"
    "$@"
    cgprune explain "$freezer/box" | grep -qF "pid $init" || fail "$(cgprune explain "$freezer/box")"
    end_task "$init"
    eventually 60 gone "$freezer/box"
}
by_lxc() { LXC_PID=$init sh -c "exec $examples/register-container.sh \"\$LXC_PID\""; }
by_oci() { printf '{"ociVersion":"1.0.2","id":"box","pid": %s,"bundle":"/b"}' "$init" | "$examples/oci-hook.sh"; }
lxc_hook() { registered by_lxc; }
oci_hook() { registered by_oci; }

scenario "the manager in C runs a command in a cgroup, which is gone afterwards" manager_in_c
scenario "the manager in shell does the same" manager_in_shell
scenario "where the manager in C is killed its cgroup goes" killed_manager_in_c
scenario "where the manager in shell is killed its cgroup goes" killed_manager_in_shell
scenario "the line for LXC registers the container" lxc_hook
scenario "the hook for crun and runc registers the container" oci_hook

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Who is taken for a living creator, whatever numbers are handed out again.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/creators.sh
. /usr/lib/guest/creators.sh

pid_reuse_does_not_fool_it() {
    by_creator_every 1h
    mkflagged "$freezer/a" "$freezer/b"
    run_in "$freezer"
    requestor=$task
    expect cgprune register "$freezer/a" --creator "$requestor"
    container 0
    expect cgprune register "$freezer/b" --creator "$member"
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    eventually 60 deferred /a creator-alive
    eventually 60 deferred /b creator-alive
    end_task "$requestor" "$init"
    equal "$(guest-tool with-pid "$requestor")" "$requestor" "pid that was given again"
    equal "$(guest-tool with-pid "$init")" "$init" "pid that was given again"
    explained "$freezer/a" '"life":"gone"' "\"pid\":$requestor"
    explained "$freezer/b" '"life":"gone"' "\"deciding-pid\":$init"
    expect there "$freezer/a" # nobody has looked
    expect cgprune retry --now
    expect gone "$freezer/a"
    expect gone "$freezer/b"
    expect there "/proc/$requestor"
    expect there "/proc/$init"
}

# A process that has ended, and whose parent does not look.
a_zombie_is_gone() {
    by_creator
    mkflagged "$freezer/a"
    with_child
    parent=$task
    requestor=$(cat /tmp/child)
    expect cgprune register "$freezer/a" --creator "$requestor"
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    kill -STOP "$parent"
    kill -KILL "$requestor"
    goes_by_creator "$freezer/a"
    expect is_zombie "$requestor"
}

# with_child: a session leader in $task, whose child's pid is in /tmp/child. Stopped, it leaves a zombie.
with_child() {
    rm -f /tmp/child
    run_in "$freezer" setsid sh -c 'sleep 10000 & echo $! >/tmp/child.new; mv /tmp/child.new /tmp/child; wait'
    eventually 60 there /tmp/child
}

# Only the thread that gave it its number has ended.
a_process_without_its_leader_lives() {
    by_creator
    mkflagged "$freezer/a"
    requestor=$(guest-tool leaderless)
    eventually 60 is_zombie "$requestor"
    expect cgprune register "$freezer/a" --creator "$requestor"
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    kill -KILL "$requestor"
    goes_by_creator "$freezer/a"
}

is_zombie() { grep -q '^[0-9]* ([^)]*) Z ' "/proc/$1/stat"; }

# It is the same process after an exec, whatever it is called then.
an_exec_changes_nothing() {
    by_creator
    mkflagged "$freezer/a"
    rm -f /tmp/go
    mkfifo /tmp/go
    run_in "$freezer" sh -c 'read -r _ </tmp/go; exec sleep 10000'
    requestor=$task
    expect cgprune register "$freezer/a" --creator "$requestor"
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    echo >/tmp/go
    eventually 60 runs "$requestor" 'sleep 10000'
    stays_over_retries "$freezer/a"
    end_task "$requestor"
    goes_by_creator "$freezer/a"
}

runs() { [ "$(tr '\0' ' ' <"/proc/$1/cmdline")" = "$2 " ]; }

the_session_leader_decides() {
    by_creator
    mkflagged "$freezer/a"
    with_child
    leader=$task
    expect cgprune register "$freezer/a" --creator "$(cat /tmp/child)" --session
    explained "$freezer/a" '"decides":"session"' "\"deciding-pid\":$leader"
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    kill -STOP "$leader"
    kill -KILL "$(cat /tmp/child)"
    stays_over_retries "$freezer/a"
    end_task "$leader"
    goes_by_creator "$freezer/a"
}

# Held by a descriptor, a namespace lives on; that it is gone is said only where the kernel tells.
a_namespace_decides_on_request() {
    by_creator
    mkflagged "$freezer/a"
    container 0
    expect cgprune register "$freezer/a" --creator "$member" --namespace mnt
    explained "$freezer/a" '"life":"alive"' '"decides":"namespace"'
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    holder=$(guest-tool holdns "$init" mnt)
    end_task "$init"
    if kernel_is 6.11; then
        stays_over_retries "$freezer/a"
        explained "$freezer/a" '"rung":"mount-namespace-id"'
        end_task "$holder"
        goes_by_creator "$freezer/a"
    else
        eventually 60 deferred /a creator-undetermined
        explained "$freezer/a" '"life":"unknown"' '"rung":"scan"'
        end_task "$holder"
        stays "$freezer/a" 2
        expect deferred /a creator-undetermined
        expect cgprune forget "$freezer/a"
        eventually 60 no_entries # unknown-creator = keep
        expect there "$freezer/a"
    fi
}

# It ends with the host only, so its cgroup would stay for ever.
a_namespace_of_the_host_is_refused() {
    by_creator
    mkflagged "$freezer/a"
    for type in mnt pid user uts; do refuse cgprune register "$freezer/a" --creator $$ --namespace "$type"; done
    refuse there "/run/cgprune/registry/freezer/$(id_of "$freezer/a").creator"
}

# The number of the dead one's namespace comes round again, in another container.
a_namespace_number_comes_again() {
    by_creator
    mkflagged "$freezer/a" "$freezer/b"
    container 0
    expect cgprune register "$freezer/a" --creator "$member" --namespace mnt
    expect cgprune register "$freezer/b" --creator "$member"
    local mnt pid in_a in_b
    mnt=$(readlink "/proc/$init/ns/mnt")
    pid=$(readlink "/proc/$init/ns/pid")
    run_in "$freezer/a"
    in_a=$task
    run_in "$freezer/b"
    in_b=$task
    end_task "$init"
    comes_again "$mnt" mnt unshare -m
    comes_again "$pid" pid_for_children unshare -pf
    end_task "$in_a" "$in_b"
    removed_by_creator "$freezer/b"
    if kernel_is 6.11; then
        removed_by_creator "$freezer/a"
    else
        stays "$freezer/a" 2 # nothing tells on this kernel, so it is not called gone
        note "mnt namespace by its number: $(entry_of /a | sed -n 's/.*"reason":"\([^"]*\)".*/\1/p')"
    fi
}

# comes_again NAMESPACE LINK COMMAND...: living namespaces take the free numbers, the lowest first.
comes_again() {
    local wanted=$1 link=$2 tries=0
    shift 2
    while [ "$tries" -lt 60 ]; do
        tries=$((tries + 1))
        run_in "$freezer" "$@" sleep 10000
        eventually 60 has_own "$task" "$link"
        [ "$(readlink "/proc/$task/ns/$link")" != "$wanted" ] || return 0
    done
    fail "$wanted did not come again"
}
has_own() {
    local link
    link=$(readlink "/proc/$1/ns/$2" 2>/dev/null) && [ "$link" != "$(readlink "/proc/1/ns/$2")" ]
}

a_namespace_held_by_a_descriptor() {
    deferred_for_a_container "$freezer/a"
    namespace=$(readlink "/proc/$init/ns/pid")
    holder=$(guest-tool holdns "$init" pid)
    end_task "$init"
    goes_by_creator "$freezer/a"
    expect holds_open "$holder" "$namespace"
}

holds_open() {
    local fd
    for fd in "/proc/$1/fd/"*; do
        [ "$(readlink "$fd")" != "$2" ] || return 0
    done
    return 1
}

scenario "a pid namespace that a descriptor alone keeps is no living creator" a_namespace_held_by_a_descriptor
scenario "pids that were given again do not look like the creators of before" pid_reuse_does_not_fool_it
scenario "a requestor that is a zombie has ended" a_zombie_is_gone
scenario "a process whose first thread alone has ended lives" a_process_without_its_leader_lives
scenario "an exec does not make another process of the requestor" an_exec_changes_nothing
scenario "with --session the leader of the session decides" the_session_leader_decides
scenario "with --namespace that namespace decides, as far as the kernel tells" a_namespace_decides_on_request
scenario "with --namespace the host's own namespaces are refused" a_namespace_of_the_host_is_refused
scenario "a namespace's number that came again does not make it live" a_namespace_number_comes_again

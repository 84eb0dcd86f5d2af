#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Users that are root in namespaces of their own, and mount things over cgroups, and cgroups over things, there.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
few=20

begin() {
    enabled '[default]' 'linger = 0' 'retry = 100ms..1s'
    handed "$anna" "$own"
    handed "$bert" "$freezer/bert"
    mkflagged "$freezer/root"
    take_stock "$freezer/bert/stay" "$freezer/root" "$own/stay"
    container "$anna" "$own/stay"
}

# emptied CG: by a task of the container.
emptied() {
    inside "$init" guest-tool run-in "$1" >/dev/null
    end_task "$(cat "$1/cgroup.procs")"
}

over_its_own() {
    begin
    for number in $(seq 1 "$few"); do
        cg=$own/m$number
        inside "$init" mkdir "$cg"
        case $((number % 3)) in
        0) expect inside "$init" mount -t tmpfs none "$cg" ;;
        1) expect inside "$init" mount -o bind /etc "$cg" ;;
        2) expect inside "$init" mount -o bind "$freezer/root" "$cg" ;;
        esac
    done
    for number in $(seq 1 "$few"); do
        run_in "$own/m$number"
        end_task "$task"
        eventually 60 gone "$own/m$number"
    done
    equal "$(counted removed)" "$few" removals
    unharmed
}

# It can mount over what is not its own, too, but only for itself.
over_others() {
    begin
    for folder in "$freezer/root" "$freezer" /run /etc /sys/fs/cgroup; do
        inside "$init" mount -t tmpfs none "$folder" || fail "cannot mount on $folder, which shows nothing"
    done
    inside "$init" sh -c 'mkdir -p /run/cgprune/agents /etc/cgprune && ln -s /bin/sh /run/cgprune/agents/freezer &&
        printf "[default]\npolicy = always\n" >/etc/cgprune/cgprune.conf'
    mkflagged "$own/a"
    empty_once "$own/a"
    eventually 60 gone "$own/a"
    eventually 60 logged msg=removed cgroup=/anna/a reason=unknown-creator
    unharmed
}

# The whole hierarchy, mounted anew in there: what it can change of it is its own alone.
hierarchy_mounted_inside() {
    begin
    inside "$init" mkdir -p /tmp/hierarchy
    if inside "$init" mount -t cgroup -o freezer none /tmp/hierarchy; then
        exits 1 inside "$init" sh -c 'echo /bin/sh >/tmp/hierarchy/release_agent'
        note "mounted inside, without the agent: $(inside "$init" ls /tmp/hierarchy | tr '\n' ' ')"
    else
        note "the hierarchy cannot be mounted inside"
    fi
    equal "$(cat "$freezer/release_agent")" /run/cgprune/agents/freezer agent
    mkflagged "$own/a"
    chown -R "$anna" "$own/a"
    emptied "$own/a"
    eventually 60 gone "$own/a"
    unharmed
}

# By the host's own root, where it does keep the cgroup: put off, and gone when it is unmounted.
by_the_hosts_root() {
    begin
    mkflagged "$own/a"
    run_in "$own/a"
    mount -t tmpfs none "$own/a"
    mkdir "$own/a/x"
    echo 1 >"$own/a/notify_on_release"
    end_task "$task"
    eventually 60 logged msg=removal-failed cgroup=/anna/a
    expect there "$own/a/x"
    umount "$own/a"
    eventually 60 gone "$own/a"
    unharmed
}

# Held open, as current folder, as root and by a bind mount elsewhere: none of it keeps a cgroup or the agent.
held_in_many_ways() {
    begin
    mkflagged "$own/a"
    chown -R "$anna" "$own/a"
    inside "$init" sh -c "mkdir -p /tmp/bind && mount -o bind $own/a /tmp/bind"
    (cd "$own/a" && exec guest-tool as "$anna" sleep 100000) &
    (exec guest-tool as "$anna" sleep 100000 <"$own/a/tasks") &
    emptied "$own/a"
    eventually 60 gone "$own/a"
    unharmed
}

scenario "$few cgroups over which their owner has mounted things in its namespace go all the same" over_its_own
scenario "what a user mounts over others' folders in its namespace is not seen outside" over_others
scenario "the hierarchy mounted in a user's namespace gives no access to the agent" hierarchy_mounted_inside
scenario "what the host's root mounts on a cgroup keeps it until it is unmounted" by_the_hosts_root
scenario "a cgroup that is held as folder, file and bind mount goes all the same" held_in_many_ways

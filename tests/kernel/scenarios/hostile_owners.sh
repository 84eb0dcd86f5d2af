#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# What a user can do to what belongs to it: modes, groups, flags, names, attributes. And what it cannot do to others'.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
other=$freezer/bert

begin() {
    enabled "$@"
    handed "$anna" "$own"
    handed "$bert" "$other"
    mkflagged "$freezer/root"
    take_stock "$other" "$freezer/root"
}

# emptied NAME: a cgroup of anna's that becomes empty.
emptied() {
    as_user "$anna" guest-tool run-in "$own/$1" >"$state/task"
    end_task "$(cat "$state/task")"
}
made() { as_user "$anna" mkdir "$own/$1"; }

# None of these is any help to the agent, nor keeps it away.
modes_and_groups() {
    begin '[default]' 'linger = 0'
    for mode in 0 111 555 700 777 1777 7777; do
        made "m$mode"
        as_user "$anna" chgrp "$anna" "$own/m$mode"
        as_user "$anna" chmod 0 "$own/m$mode/notify_on_release" "$own/m$mode/tasks"
        as_user "$anna" guest-tool run-in "$own/m$mode" >"$state/task"
        as_user "$anna" chmod "$mode" "$own/m$mode"
        end_task "$(cat "$state/task")"
        eventually 60 gone "$own/m$mode"
    done
    equal "$(counted removed)" 7 removals
    unharmed
}

others_are_out_of_reach() {
    local cg
    begin '[default]' 'linger = 0' 'sweep = yes'
    for cg in "$other" "$freezer/root" "$freezer"; do
        exits 1 as_user "$anna" mkdir "$cg/x"
        exits 1 as_user "$anna" chmod 777 "$cg"
        exits 1 as_user "$anna" chown "$anna" "$cg"
        exits 1 as_user "$anna" rmdir "$cg"
        exits 1 as_user "$anna" mv "$cg" "${cg}2"
        exits 1 as_user "$anna" guest-tool xattr set "$cg" user.cgprune.keep 1
        exits 1 as_user "$anna" guest-tool xattr set "$cg" trusted.cgprune.keep 1
        exits 1 as_user "$anna" sh -c "echo 1 2>/dev/null >$cg/notify_on_release"
        exits 1 as_user "$anna" sh -c "echo 0 2>/dev/null >$cg/cgroup.procs"
    done
    exits 1 as_user "$anna" chown "$bert" "$own"
    exits 1 as_user "$anna" sh -c "echo /bin/sh 2>/dev/null >$freezer/release_agent"
    exits 1 as_user "$anna" ls /run/cgprune
    for verb in register delegate keep prune forget; do
        case $verb in
        register) set -- --creator $$ ;;
        delegate) set -- --uid "$anna" --gid "$anna" ;;
        *) set -- ;;
        esac
        exits 1 as_user "$anna" cgprune "$verb" "$other" "$@"
    done
    exits 1 as_user "$anna" cgprune enable freezer --force
    exits 1 as_user "$anna" cgprune disable freezer
    mkflagged "$other/x" # the agent is as it was
    empty_once "$other/x"
    eventually 60 gone "$other/x"
    unharmed
}

# The flag and the name change without end while agents look: what goes is anna's alone.
flags_and_names() {
    begin '[default]' 'linger = 0' 'retry = 50ms..200ms'
    made a
    guest-tool as "$anna" sh -c "while :; do
        for flag in 0 1; do echo \$flag >$own/a/notify_on_release; mv $own/a $own/b; mv $own/b $own/a; done
    done" 2>/dev/null &
    toggler=$!
    rounds=0
    while [ "$rounds" -lt 40 ]; do
        as_user "$anna" mkdir "$own/a" 2>/dev/null || :
        as_user "$anna" guest-tool run-in "$own/a" >"$state/task" 2>/dev/null || continue
        end_task "$(cat "$state/task")"
        rounds=$((rounds + 1))
    done
    kill "$toggler"
    eventually 60 settled
    note "flags and names of $rounds emptied cgroups changed: $(counted removed) removed, $(counted kept) times kept"
    refuse logged msg=removal-failed
    for left in "$own/a" "$own/b"; do
        [ -d "$left" ] || continue
        flag "$left" 1
        empty_once "$left"
        eventually 60 gone "$left"
    done
    eventually 60 logged msg=removed
    unharmed
}

# Only the attribute that is there counts, whatever its value, and only for its own cgroup.
attributes() {
    begin '[default]' 'linger = 0'
    long=$(head -c 60000 /dev/zero | tr '\0' x)
    set -- '' 0 no "$(printf '\033[31m\377%%n')" "$long"
    for value; do
        made kept
        as_user "$anna" guest-tool xattr set "$own/kept" user.cgprune.keep "$value"
        emptied kept
        eventually 60 kept_so_often "$#"
        as_user "$anna" guest-tool xattr remove "$own/kept" user.cgprune.keep
        emptied kept
        eventually 60 gone "$own/kept"
        shift
    done
    for name in user.cgprune user.cgprune.Keep user.cgprune.keep2 user.cgprune.creator user.cgprune.delegated \
        "user.cgprune.$(head -c 200 /dev/zero | tr '\0' n)"; do
        made not_kept
        as_user "$anna" guest-tool xattr set "$own/not_kept" "$name" "$long"
        emptied not_kept
        eventually 60 gone "$own/not_kept"
    done
    exits 1 as_user "$anna" guest-tool xattr set "$own" trusted.cgprune.keep 1
    unharmed
}
kept_so_often() { [ "$(counted kept)" -eq "$((6 - $1))" ]; }

# Where the conf does not honour it, an owner's mark keeps nothing.
attributes_not_honoured() {
    begin '[default]' 'linger = 0' 'owner-keep = no'
    made a
    as_user "$anna" guest-tool xattr set "$own/a" user.cgprune.keep 1
    emptied a
    eventually 60 gone "$own/a"
    unharmed
}

# What root leaves in a user's folder the kernel lets that user remove: no race with an agent gains it more.
roots_in_a_users_folder() {
    begin '[default]' 'linger = 0'
    mkcg "$own/roots"
    exits 0 as_user "$anna" mv "$own/roots" "$own/renamed"
    exits 0 as_user "$anna" rmdir "$own/renamed"
    mkcg "$own/roots"
    run_in "$own/roots"
    exits 1 as_user "$anna" rmdir "$own/roots"
    made a
    emptied a
    eventually 60 gone "$own/a"
    expect populated "$own/roots"
    unharmed
}

scenario "modes, groups and sticky bits of a user's cgroups neither help nor hinder" modes_and_groups
scenario "a user reaches nothing of others', of the agent's, nor of the state" others_are_out_of_reach
scenario "flags and names that change without end cost nobody else a cgroup" flags_and_names
scenario "attributes of any value keep their own cgroup, others none" attributes
scenario "attributes keep nothing where the conf says so" attributes_not_honoured
scenario "a user can remove what root leaves empty in its folder, with no agent at all" roots_in_a_users_folder

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid
# daily: 6.12
# shellcheck disable=SC3038 # busybox has exec -a
# The kernel itself calls the agent: which cgroups go, and which stay.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

at_once() {
    conf <<END
[agent]
log-level = debug
[default]
linger = 0
END
    cgprune enable freezer
}

last_task_exits() {
    at_once
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    eventually 10 logged msg=removed hierarchy=freezer cgroup=/a reason=unknown-creator
}

last_task_moves_out() {
    at_once
    mkflagged "$freezer/a"
    run_in "$freezer/a"
    move_to "$freezer" "$task"
    eventually 60 gone "$freezer/a"
}

last_child_removed() {
    at_once
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b"
    flag "$freezer/a/b" 0
    rmdir "$freezer/a/b"
    eventually 60 gone "$freezer/a"
}

nested_go_one_after_the_other() {
    at_once
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b/c"
    empty_once "$freezer/a/b/c"
    eventually 60 gone "$freezer/a"
    logs 1 msg=removed cgroup=/a/b/c
    logs 1 msg=removed cgroup=/a/b
    logs 1 msg=removed cgroup=/a
}

a_level_without_flag_stops_the_chain() {
    at_once
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b/c"
    flag "$freezer/a/b" 0
    empty_once "$freezer/a/b/c"
    eventually 60 gone "$freezer/a/b/c"
    stays "$freezer/a/b" 2
}

flag_off_means_no_removal() {
    at_once
    mkcg "$freezer/a"
    mkflagged "$freezer/witness"
    empty_once "$freezer/a"
    empty_once "$freezer/witness"
    eventually 60 gone "$freezer/witness"
    stays "$freezer/a" 2
}

children_inherit_the_flag() {
    at_once
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b"
    equal "$(cat "$freezer/a/b/notify_on_release")" 1 "flag of the child"
    run_in "$freezer/a"
    holder=$task
    empty_once "$freezer/a/b"
    eventually 60 gone "$freezer/a/b"
    stays "$freezer/a" 1
    end_task "$holder"
    eventually 60 gone "$freezer/a"
}

# The agent is told of a cgroup by name; whatever is in it by then must be safe.
never_with_a_task() {
    at_once
    mkflagged "$freezer/a" "$freezer/witness"
    run_in "$freezer/a"
    release_as_kernel "$freezer" /a
    stays "$freezer/a" 1
    expect populated "$freezer/a"
}

never_with_a_child() {
    at_once
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b"
    release_as_kernel "$freezer" /a
    stays "$freezer/a/b" 1
}

never_with_a_mount_and_goes_after_it() {
    at_once
    mkflagged "$freezer/a"
    run_in "$freezer/a"
    mount -t tmpfs none "$freezer/a"
    end_task "$task"
    eventually 60 logged msg=removal-failed cgroup=/a
    holds 3 there "$freezer/a"
    umount "$freezer/a"
    eventually 120 gone "$freezer/a"
}

# As the kernel does it: argv[0] is the alias.
release_as_kernel() {
    local alias
    alias=$(cat "$1/release_agent")
    (exec -a "$alias" /usr/libexec/cgprune/release-agent "$2")
}

keep_mark_set_and_unset() {
    at_once
    mkflagged "$freezer/a" "$freezer/witness"
    expect cgprune keep "$freezer/a"
    empty_once "$freezer/a"
    empty_once "$freezer/witness"
    eventually 60 gone "$freezer/witness"
    stays "$freezer/a" 2
    expect cgprune unkeep "$freezer/a"
    eventually 60 gone "$freezer/a"
}

owner_keeps_its_own() {
    at_once
    mkflagged "$freezer/a"
    chown -R 1000 "$freezer/a"
    expect as_user 1000 cgprune keep --as-owner "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 logged msg=kept cgroup=/a reason=kept
    stays "$freezer/a" 1
}

option_1_always() {
    conf <<END
[default]
policy = always
linger = 0
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    mkcg "$freezer/a" # user space can make it anew at any time
    stays "$freezer/a" 1
}

option_2_default_on() {
    at_once
    cgprune disable freezer
    mkcg "$freezer/older"
    expect cgprune enable freezer --default-on
    mkcg "$freezer/a" "$freezer/kept"
    equal "$(cat "$freezer/a/notify_on_release")" 1 "flag of a new cgroup"
    equal "$(cat "$freezer/older/notify_on_release")" 0 "flag of an older cgroup"
    expect cgprune keep "$freezer/kept"
    empty_once "$freezer/kept"
    empty_once "$freezer/older"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    stays "$freezer/kept" 2
    expect there "$freezer/older"
}

existing_below_a_path() {
    at_once
    mkcg "$freezer/in/a" "$freezer/out"
    expect cgprune enable freezer --existing /in
    empty_once "$freezer/out"
    empty_once "$freezer/in/a"
    eventually 60 gone "$freezer/in/a"
    stays "$freezer/out" 1
}

same_name_in_two_hierarchies() {
    at_once
    cgprune enable name=openrc
    mkflagged "$freezer/a" /sys/fs/cgroup/openrc/a
    empty_once /sys/fs/cgroup/openrc/a
    eventually 60 gone /sys/fs/cgroup/openrc/a
    stays "$freezer/a" 2
}

each_alias_serves_its_hierarchy() {
    at_once
    cgprune enable name=openrc
    cgprune enable pids
    mkflagged "$freezer/a" /sys/fs/cgroup/openrc/a /sys/fs/cgroup/pids/a
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    stays /sys/fs/cgroup/pids/a 1
    empty_once /sys/fs/cgroup/pids/a
    eventually 60 gone /sys/fs/cgroup/pids/a
    stays /sys/fs/cgroup/openrc/a 1
    empty_once /sys/fs/cgroup/openrc/a
    eventually 60 gone /sys/fs/cgroup/openrc/a
}

unknown_hierarchy_removes_nothing() {
    at_once
    mkflagged "$freezer/a"
    (exec -a /opt/no-such-agent /usr/libexec/cgprune/release-agent /a)
    (exec -a /opt/no-such-agent /usr/libexec/cgprune/release-agent /a)
    logs 1 msg=unmatched agent=/opt/no-such-agent
    stays "$freezer/a" 1
}

explain_says_what_happened() {
    at_once
    mkflagged "$freezer/a"
    cgprune explain "$freezer/a" >/tmp/explained
    expect grep -q '^verdict: *remove' /tmp/explained
    expect grep -q '^reason: *unknown-creator' /tmp/explained
    run_in "$freezer/a"
    cgprune explain "$freezer/a" >/tmp/explained
    expect grep -q '^verdict: *keep' /tmp/explained
    expect grep -q '^reason: *populated' /tmp/explained
}

scenario "the cgroup whose last task exits goes" last_task_exits
scenario "the cgroup whose last task moves out goes" last_task_moves_out
scenario "the cgroup whose last child is removed goes" last_child_removed
scenario "nested a/b/c go one after the other, each once" nested_go_one_after_the_other
scenario "a level whose flag is 0 stops the chain" a_level_without_flag_stops_the_chain
scenario "with notify_on_release off nothing is removed" flag_off_means_no_removal
scenario "children inherit the flag and go by it" children_inherit_the_flag
scenario "a cgroup with a task is never touched" never_with_a_task
scenario "a cgroup with a child is never touched" never_with_a_child
scenario "a cgroup with a mount on it stays, and goes after the unmount" never_with_a_mount_and_goes_after_it
scenario "a keep mark keeps, and taking it away lets go" keep_mark_set_and_unset
scenario "an owner without root keeps its own" owner_keeps_its_own
scenario "RFC option 1: every cgroup that becomes empty goes, and can be made anew" option_1_always
scenario "RFC option 2: the flag on by default, and a call to keep one" option_2_default_on
scenario "enable --existing flags what is below a path, and only that" existing_below_a_path
scenario "of the same name in two hierarchies only the released one goes" same_name_in_two_hierarchies
scenario "with an alias each hierarchy is served by itself" each_alias_serves_its_hierarchy
scenario "an agent path of no hierarchy removes nothing and is logged once" unknown_hierarchy_removes_nothing
scenario "explain tells the verdict before it is acted on" explain_says_what_happened

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# The alias by which the kernel calls, and the link that tells where its hierarchy is mounted, lead elsewhere: the agent
# takes that link only if there is the root of a hierarchy that names this alias.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

agents=/run/cgprune/agents
openrc=/sys/fs/cgroup/openrc

begin() {
    enabled '[default]' 'linger = 0'
    expect cgprune enable name=openrc
    mkflagged "$freezer/a/b" "$freezer/root" "$openrc/a/b" "$openrc/a"
    mkdir -p /tmp/canary/a/b /tmp/canary/tmpfs
    for file in cgroup.procs notify_on_release release_agent tasks; do
        echo 1 >"/tmp/canary/a/b/$file"
        echo "$agents/freezer" >"/tmp/canary/$file"
    done
    chown -R "$anna" /tmp/canary
    take_stock "$freezer/root" "$freezer/a"
    openrc_ids=$(guest-tool ids "$openrc")
}

# mount_link_to TARGET: the release is of the freezer's /a/b all the same, and of nothing else of that name.
mount_link_to() {
    ln -sfn "$1" "$agents/freezer.mount"
    outside >"$state/outside"
    empty_once "$freezer/a/b"
    eventually 60 gone "$freezer/a/b"
    eventually 10 logged msg=removed hierarchy=freezer cgroup=/a/b
    equal "$(guest-tool ids "$openrc")" "$openrc_ids" "cgroups of the other hierarchy"
    expect there /tmp/canary/a/b/cgroup.procs
    unharmed
}

users_folder() { begin && mount_link_to /tmp/canary; }
other_hierarchy() { begin && mount_link_to "$openrc"; }
below_a_root() { begin && mount_link_to "$openrc/a"; }
below_its_own_root() { begin && mkflagged "$freezer/x/a/b" && mount_link_to "$freezer/x" && expect there "$freezer/x/a/b"; }
a_file() { begin && mount_link_to /etc/passwd; }
nowhere() { begin && mount_link_to /nowhere; }
itself() { begin && mount_link_to "$agents/freezer.mount"; }
relative() { begin && mount_link_to ../../../sys/fs/cgroup/openrc; }
a_tmpfs() {
    begin
    mount -t tmpfs none /tmp/canary/tmpfs
    mkdir -p /tmp/canary/tmpfs/a/b
    mount_link_to /tmp/canary/tmpfs
    expect there /tmp/canary/tmpfs/a/b
}

mount_is_no_link() {
    begin
    rm "$agents/freezer.mount"
    mkdir -p "$agents/freezer.mount/a/b"
    empty_once "$freezer/a/b"
    eventually 60 gone "$freezer/a/b"
    expect there "$agents/freezer.mount/a/b"
    unharmed
}

# Called by one hierarchy's alias while the other hierarchy names it too: which it was is not certain.
alias_of_two() {
    begin
    echo "$agents/freezer" >"$openrc/release_agent"
    empty_once "$freezer/a/b"
    eventually 60 gone "$freezer/a/b"
    equal "$(guest-tool ids "$openrc")" "$openrc_ids" "cgroups of the other hierarchy"
    unharmed
}

# alias_replaced HOW WORDS: what the kernel runs is then not the agent; doctor says so in these words, and enable mends
# it.
alias_replaced() {
    local how=$1
    begin
    rm "$agents/freezer"
    "$how"
    outside >"$state/outside"
    empty_once "$freezer/a/b"
    usleep 500000
    expect there "$freezer/a/b"
    cgprune doctor >"$state/said" 2>&1 || :
    grep -F "$2" "$state/said" || fail "doctor does not say '$2': $(cat "$state/said")"
    expect cgprune enable freezer
    equal "$(readlink "$agents/freezer")" /usr/libexec/cgprune/release-agent alias
    empty_once "$freezer/a/b"
    eventually 60 gone "$freezer/a/b"
    unharmed
}
other_target() { ln -s /bin/true "$agents/freezer"; }
no_target() { ln -s /nowhere "$agents/freezer"; }
in_its_place() { : >"$agents/freezer"; }
alias_to_another_program() { alias_replaced other_target 'the kernel can run /usr/bin/busybox'; }
alias_to_nowhere() { alias_replaced no_target "fault: open $agents/freezer: No such file or directory"; }
alias_is_a_file() { alias_replaced in_its_place "fault: $agents/freezer is not executable"; }

scenario "the mount's link leads to a user's folder that looks like a hierarchy" users_folder
scenario "the mount's link leads to another hierarchy" other_hierarchy
scenario "the mount's link leads below another hierarchy's root" below_a_root
scenario "the mount's link leads below the hierarchy's own root" below_its_own_root
scenario "the mount's link leads to a file" a_file
scenario "the mount's link leads nowhere" nowhere
scenario "the mount's link leads to itself" itself
scenario "the mount's link is relative" relative
scenario "the mount's link leads to a tmpfs" a_tmpfs
scenario "a folder is in the place of the mount's link" mount_is_no_link
scenario "two hierarchies name one alias" alias_of_two
scenario "the alias leads to another program" alias_to_another_program
scenario "the alias leads nowhere" alias_to_nowhere
scenario "a file is in the alias's place" alias_is_a_file

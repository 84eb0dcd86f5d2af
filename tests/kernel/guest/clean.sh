# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by lib.sh: the clean state that each scenario begins in. The guest is ours alone, so all that is neither
# the kernel's nor one of the processes that run the scenario is a leftover.

# What was mounted at first; more is a leftover too.
[ -s /run/mounts ] || grep -c '' /proc/self/mountinfo >/run/mounts

# clean_slate: no agent, no process of a scenario, no cgroup, no state, no configuration, an empty log.
clean_slate() {
    agents_off
    kill_leftovers || :
    unmount_leftovers
    cgroup_mounts | xargs guest-tool remove-tree || fail "cgroups were left"
    eventually 60 no_leftovers
    rm -rf /run/cgprune /run/baseline /etc/cgprune /usr/lib/cgprune
    : >"${log:?}"
}

# /run/ours has what init started.
kill_leftovers() { guest-tool kill-leftovers /run/ours; }

# An agent that the kernel was about to start is seen at the second look.
no_leftovers() {
    kill_leftovers || return 1
    usleep 20000
    kill_leftovers
}

cgroup_mounts() { sed -n 's/^[^ ]* \([^ ]*\) cgroup2\{0,1\} .*/\1/p' /proc/self/mounts; }

agents_off() {
    local agent
    for agent in /sys/fs/cgroup/*/release_agent; do
        [ -e "$agent" ] || continue
        echo >"$agent"
        echo 0 >"${agent%/*}/notify_on_release"
    done
}

unmount_leftovers() {
    local place
    while [ "$(grep -c '' /proc/self/mountinfo)" -gt "$(cat /run/mounts)" ]; do
        place=$(tail -n 1 /proc/self/mountinfo | cut -d' ' -f5 | sed 's/\\/\\0/g')
        umount -l "$(printf '%b' "$place")" || fail "cannot unmount $place"
    done
}

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# daily: 6.1
# cgprune doctor on a host that is ours alone, and what it makes and sees go.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh


# doctor STATUS [WORD...]: its lines are then in /tmp/said, and shown if the scenario fails.
doctor() {
    local wanted=$1 status=0
    shift
    cgprune doctor "$@" >/tmp/said || status=$?
    cat /tmp/said
    equal "$status" "$wanted" "exit status of doctor"
}
said() { grep -qF -- "$1" /tmp/said; }
nothing_left() {
    expect no_probe
    expect no_entries
}
no_probe() { [ -z "$(find /sys/fs/cgroup -name 'cgprune-doctor-*')" ]; }
no_entries() { [ -z "$(find /run/cgprune/journal -type f 2>/dev/null)" ]; }

all_is_well() {
    cgprune enable freezer
    doctor 0
    expect said 'ok: enabled: freezer'
    expect said 'ok: the kernel can run /usr/libexec/cgprune/release-agent, and only root can change it'
    expect said 'ok: the kernel leaves the agent the capabilities that it needs'
    expect said 'ok: cgroups are found again by file handle in '
}

nothing_enabled() {
    doctor 3
    expect said 'warning: no v1 hierarchy has our release agent: cgprune enable HIERARCHY'
    doctor 1 --live
    expect said 'fault: nothing is enabled, so there is nothing to try: '
    nothing_left
}

sees_it_go() {
    cgprune enable freezer
    cgprune enable pids
    doctor 0 --live
    expect said ' of freezer went '
    expect said ' of pids went '
    note "$(grep ' of freezer went ' /tmp/said)"
    nothing_left
}

cpuset_wants_processors() {
    has_hierarchy cpuset || skip_scenario "this kernel has no v1 cpuset"
    cgprune enable cpuset
    doctor 0 --live
    expect said ' of cpuset went '
    nothing_left
}

agent_cannot_run() {
    cp /usr/libexec/cgprune/release-agent /run/agent
    cgprune enable freezer --agent /run/agent
    chmod 600 /run/agent
    doctor 1 --live
    expect said 'fault: /run/agent is not executable: '
    expect said ': the kernel ran no agent, or it failed: '
    nothing_left
    rm /run/agent
}

no_drainer() {
    conf <<END
[agent]
drainer = no
[default]
linger = 1s
END
    cgprune enable freezer
    doctor 3 --live
    expect said ': the agent was called and put it off (lingering): '
    nothing_left
}

a_long_linger() {
    conf <<END
[default]
linger = 1h
END
    cgprune enable freezer
    doctor 0 --live
    expect said ' the agent put it off (lingering); the linger of rule default '
    nothing_left
}

kept_by_policy() {
    conf <<END
[default]
policy = never
END
    cgprune enable freezer
    doctor 3 --live
    expect said ' stays (policy-never), so nothing was tried: '
    nothing_left
}

lives_on_unmounted() {
    mkdir -p /run/own
    mount -t cgroup -o none,name=own own /run/own
    mkcg /run/own/a
    umount /run/own
    doctor 3
    expect said 'warning: hierarchy name=own lives on and is not mounted: '
    mount -t cgroup -o none,name=own own /run/own
    rmdir /run/own/a
    umount /run/own
}

on_v2_without_a_watcher() {
    conf <<END
[rule jobs]
hierarchy = unified
path = /jobs/**
END
    mkcg "$(mount_of unified)/jobs"
    doctor 1 --live
    expect said 'warning: rules reach cgroup v2 (unified), and no cgprune watch runs there: '
    expect said 'fault: nothing is enabled, so there is nothing to try: '
    nothing_left
}

on_v2_it_goes() {
    local expected=0
    [ "$layout" = v2 ] || expected=3 # no v1 hierarchy is enabled
    rule 'give-up = 1h'
    mkcg "$(mount_of unified)/jobs"
    watch unified
    doctor "$expected" --live
    expect said 'ok: cgprune watch runs on cgroup v2'
    expect said ' of unified went '
    nothing_left
    expect there "$(mount_of unified)/jobs"
}

on_v2_without_a_place() {
    rule 'give-up = 1h'
    watch unified
    doctor 3 --live
    expect said 'warning: on cgroup v2 no rule names a folder that is there and stays, so nothing was tried: '
    nothing_left
}

# The last one: what is taken from the helpers comes back at the next boot only.
capabilities_taken() {
    cgprune enable freezer
    # All but CAP_SYS_ADMIN.
    echo '4292870143 511' >/proc/sys/kernel/usermodehelper/bset
    doctor 1
    expect said 'fault: the kernel takes CAP_SYS_ADMIN from the agent: '
    refuse said CAP_DAC_OVERRIDE
}

if [ "$layout" != v2 ]; then
    scenario "on a host that is enabled all is well" all_is_well
    scenario "where nothing is enabled it says what to do, and tries nothing" nothing_enabled
    scenario "--live sees a cgroup go in each enabled hierarchy, and leaves nothing" sees_it_go
    scenario "--live works in cpuset, which takes no process without processors" cpuset_wants_processors
    scenario "--live tells that the kernel ran no agent" agent_cannot_run
    scenario "--live tells what was put off and has no drainer" no_drainer
    scenario "--live does not wait for a long linger" a_long_linger
    scenario "--live does not try what the conf keeps" kept_by_policy
    scenario "a hierarchy that lives on without a mount is told" lives_on_unmounted
    scenario "capabilities that were taken from the kernel's helpers are told" capabilities_taken
fi
if [ "$layout" != v1 ]; then
    scenario "on v2 --live needs a watcher, and says so" on_v2_without_a_watcher
    scenario "on v2 --live sees a cgroup go where a rule names its folder" on_v2_it_goes
    scenario "on v2 --live needs a folder that a rule names" on_v2_without_a_place
fi

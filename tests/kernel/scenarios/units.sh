#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: systemd
# daily: 6.12
# The shipped units of enable, sweep and retry, under systemd as PID 1, with a v1 hierarchy beside v2.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=/sys/fs/cgroup/jobs
hierarchy=name=open-rc
mount=/run/openrc
unit='cgprune-enable@name\x3dopen\x2drc.service' # as systemd-escape writes it
mkdir -p "$mount"
mount -t cgroup -o "none,$hierarchy" cgroup "$mount"

# systemd and what it runs stay.
clean_slate() {
    systemctl stop "$unit" 'cgprune-*.timer'
    systemctl reset-failed
    eventually 60 drainer_is 'not running'
    [ ! -d "$jobs" ] || guest-tool remove-tree "$jobs"
    find "$mount" -mindepth 1 -depth -type d -exec rmdir {} +
    rm -rf /run/cgprune /etc/cgprune /run/systemd/system/cgprune-enable@.service.d
    systemctl daemon-reload
    : >"$log"
}
drainer_is() { cgprune status | grep -q "^drainer: $1"; }
agent() { cat "$mount/release_agent"; }
state_of() { systemctl show --property ActiveState --value "$1"; }
result_of() { systemctl show --property Result --value "$1"; }

# enable refuses, without --force, where it sees other files than PID 1 does.
enable_has_the_kernel_call() {
    printf '%s\n' '[default]' 'policy = always' 'linger = 0' | conf
    expect systemctl start "$unit"
    equal "$(agent)" "/run/cgprune/agents/$hierarchy" release_agent
    mkflagged "$mount/a"
    empty_once "$mount/a"
    eventually 60 gone "$mount/a"
    expect systemctl reload "$unit"
    expect systemctl stop "$unit"
    equal "$(agent)" '' release_agent
    equal "$(state_of "$unit")" inactive state
}

options_of_a_drop_in() {
    mkdir -p /run/systemd/system/cgprune-enable@.service.d
    printf '%s\n' '[Service]' 'Environment="OPTIONS=--default-on --force"' >/run/systemd/system/cgprune-enable@.service.d/site.conf
    systemctl daemon-reload
    expect systemctl start "$unit"
    equal "$(cat "$mount/notify_on_release")" 1 "the root's flag"
    expect systemctl stop "$unit"
    equal "$(cat "$mount/notify_on_release")" 0 "the root's flag"
}

flags_left_are_no_failure() {
    expect systemctl start "$unit"
    mkflagged "$mount/a"
    expect systemctl stop "$unit"
    equal "$(state_of "$unit")" inactive state
    equal "$(result_of "$unit")" success result
}

unknown_hierarchy_fails() {
    ! systemctl start 'cgprune-enable@name\x3dnobody.service' || fail "it should have failed"
    equal "$(state_of 'cgprune-enable@name\x3dnobody.service')" failed state
}

# What the agent put off outlives the unit that enabled it; the drainer is no process of a unit.
stopping_other_units_ends_no_drainer() {
    printf '%s\n' '[default]' 'policy = always' 'linger = 1h' | conf
    expect systemctl start "$unit"
    mkflagged "$mount/a"
    empty_once "$mount/a"
    eventually 60 drainer_is running
    expect systemctl start cgprune-sweep.service cgprune-retry.service
    expect drainer_is running
}

# It sees v2 and v1, through a mount namespace of its own; and a hierarchy that was mounted after that was made.
sweep_removes_at_the_second_look() {
    printf '%s\n' '[rule jobs]' 'hierarchy = unified' 'path = /jobs/**' '[default]' 'policy = always' \
        'linger = 0' 'sweep = yes' 'sweep-linger = 0' | conf
    expect systemctl start "$unit"
    mkcg "$jobs/a"
    mkflagged "$mount/a"
    expect systemctl start cgprune-sweep.service
    equal "$(result_of cgprune-sweep.service)" success result
    expect there "$jobs/a"
    expect there "$mount/a"
    expect drainer_is 'not running'
    expect systemctl start cgprune-sweep.service
    expect gone "$jobs/a"
    expect gone "$mount/a"
}

retry_does_what_is_due() {
    printf '%s\n' '[agent]' 'drainer = no' '[default]' 'policy = always' 'linger = 500ms' | conf
    expect systemctl start "$unit"
    mkflagged "$mount/a" "$mount/b"
    empty_once "$mount/a"
    eventually 60 is_deferred
    sleep 1
    expect systemctl start cgprune-retry.service
    expect gone "$mount/a"
    printf '%s\n' '[agent]' 'drainer = no' '[default]' 'policy = always' 'linger = 1h' | conf
    empty_once "$mount/b"
    eventually 60 is_deferred
    expect systemctl start cgprune-retry.service
    equal "$(result_of cgprune-retry.service)" success result
    expect there "$mount/b"
}
is_deferred() { cgprune list | grep -q ' /[ab]$'; }

timers_run_them() {
    printf '%s\n' '[agent]' 'drainer = no' '[default]' 'policy = always' 'linger = 0' 'sweep = yes' 'sweep-linger = 0' | conf
    expect systemctl start "$unit"
    mkflagged "$mount/a"
    mkdir -p /run/systemd/system/cgprune-sweep.timer.d
    printf '%s\n' '[Timer]' OnBootSec= OnUnitActiveSec= OnActiveSec=0 OnUnitInactiveSec=100ms AccuracySec=1ms \
        >/run/systemd/system/cgprune-sweep.timer.d/often.conf
    systemctl daemon-reload
    expect systemctl start cgprune-sweep.timer
    eventually 60 gone "$mount/a"
    expect systemctl stop cgprune-sweep.timer
    expect systemctl start cgprune-retry.timer
    equal "$(state_of cgprune-retry.timer)" active state
}

scenario "cgprune-enable@ has the kernel call the agent, and stopped gives all back" enable_has_the_kernel_call
scenario "options are given by a drop-in" options_of_a_drop_in
scenario "cgroups that keep their flag are no failure of the unit" flags_left_are_no_failure
scenario "a hierarchy that is not there is one" unknown_hierarchy_fails
scenario "the drainer is no process of a unit" stopping_other_units_ends_no_drainer
scenario "the sweep unit removes at its second run, and leaves no drainer" sweep_removes_at_the_second_look
scenario "the retry unit does what is due, and what is not due is no failure" retry_does_what_is_due
scenario "the timers run them" timers_run_them

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# What packages run before the programs are removed, conf/packaging/before-removal.in.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
sed "s|@CMAKE_INSTALL_FULL_SBINDIR@|$bin|" "$(dirname "$0")/../../conf/packaging/before-removal.in" >/run/before-removal

before_removal() {
    exit=0
    sh /run/before-removal >/run/out 2>/run/err || exit=$?
    out=$(</run/out)
    err=$(</run/err)
    printf '%s\n%s\n= %s\n' "$out" "$err" "$exit"
}
state_is_empty() { equal "$(find /run/cgprune/agents /run/cgprune/journal -type f -o -type l 2>/dev/null)" ''; }

nothing_enabled() {
    before_removal
    exits 0
    silent
}

gives_back() {
    echo /nonexistent/former >"$mount/release_agent"
    enable --default-on
    before_removal
    exits 0
    agent_is /nonexistent/former
    equal "$(cat "$mount/notify_on_release")" 0
    state_is_empty
}

tells_flags() {
    enable
    flagged a
    before_removal
    exits 0
    says 'notify_on_release is still set in 1 cgroup'
    says '  /a'
    agent_is ''
}

twice() {
    enable
    before_removal
    before_removal
    exits 0
    silent
}

# As in a container or a chroot that sees the host's mounts.
not_ours_to_give() {
    echo "$alias" >"$mount/release_agent"
    before_removal
    exits 0
    warns "the release_agent of $hierarchy is ours, but not by cgprune enable, and stays"
    agent_is "$alias"
}

foreign_agent() {
    enable
    echo /nonexistent/other >"$mount/release_agent"
    before_removal
    exits 0
    agent_is /nonexistent/other
    state_is_empty
}

cannot_give_back() {
    enable
    mount -o remount,bind,ro "$mount"
    before_removal
    mount -o remount,bind,rw "$mount"
    exits 1
    warns 'not everything could be given back'
    agent_is "$alias"
    before_removal
    exits 0
    agent_is ''
}

# It lives on without a mount for as long as there is a cgroup in it.
not_mounted() {
    enable
    cg a
    umount "$mount"
    before_removal
    mount -t cgroup -o "none,$hierarchy" cgprune-cli "$mount"
    exits 0
    warns "$hierarchy is mounted nowhere, and keeps $alias as its release_agent"
}

unmounted_and_ended() {
    mkdir -p /run/cgprune/agents
    chmod 700 /run/cgprune
    cat >/run/cgprune/agents/name=cgprune-ended.former </dev/null
    before_removal
    exits 0
}

forgets_the_journal() {
    conf '[default]
linger = 1h'
    enable
    flagged a
    release /a
    mv "/run/cgprune/journal/$hierarchy" /run/cgprune/journal/freezer
    before_removal
    exits 0
    warns 'these cgroups were to be looked at again, and are left as they are:'
    says ' /a'
    state_is_empty
}

drainer_is() { "$bin/cgprune" status | grep "^drainer: $1"; }
drainer_ends() {
    printf '[default]\nlinger = 1h\n' >/etc/cgprune/cgprune.conf
    enable
    flagged a
    release /a
    eventually drainer_is running
    mv "/run/cgprune/journal/$hierarchy" /run/cgprune/journal/freezer
    before_removal
    exits 0
    drainer_is 'not running'
    there "$mount/a"
}

# systemctl is one that writes down what it is asked, and does COMMAND.
before_removal_with_systemd() { # [COMMAND]
    mkdir -p /run/systemd/system /run/fake
    rm -f /run/asked
    printf '#!/bin/sh\necho "$@" >>/run/asked\n%s\n' "${1:-}" >/run/fake/systemctl
    chmod +x /run/fake/systemctl
    PATH=/run/fake:$PATH before_removal
    rm -rf /run/systemd
}

# What tells of a watch is the lock that it holds.
pretend_to_watch() {
    mkdir -p /run/cgprune/watch
    chmod 700 /run/cgprune
    (flock 9 && exec sleep 1000) 9>"/run/cgprune/watch/$hierarchy.lock" &
    watcher=$!
    eventually is_watched
}
is_watched() { "$bin/cgprune" status | grep "^$hierarchy .* yes$"; }

watch_that_ends() {
    pretend_to_watch
    before_removal_with_systemd "kill $watcher 2>/dev/null; flock /run/cgprune/watch/$hierarchy.lock true"
    exits 0
    warns 'cgprune watch has ended: nobody removes what becomes empty on cgroup v2 from now on'
}

watch_of_somebody_else() {
    pretend_to_watch
    before_removal_with_systemd
    kill "$watcher"
    exits 0
    warns 'cgprune watch still runs, and no unit of ours started it'
}

stops_units() {
    before_removal_with_systemd
    exits 0
    equal "$(cat /run/asked)" '--quiet stop cgprune-watch.service cgprune-retry.timer cgprune-sweep.timer cgprune-retry.service cgprune-sweep.service
--quiet stop cgprune-enable@*.service'
}

it "where nothing is enabled it does nothing and says nothing" nothing_enabled
it "it gives back the former agent and the root's flag, and leaves no state" gives_back
it "it lists the cgroups that keep their flag" tells_flags
it "done again it says nothing" twice
it "an agent that enable did not set here is left alone, which is told" not_ours_to_give
it "an agent that another has set meanwhile is left alone" foreign_agent
it "what cannot be given back is a failure, and can be tried again" cannot_give_back
it "a hierarchy that lives on without a mount is told" not_mounted
it "one that has ended is none" unmounted_and_ended
it "what is left in the journal is listed and forgotten" forgets_the_journal
it "the drainer ends, and removes nothing more" drainer_ends
it "a watch that was stopped is told" watch_that_ends
it "and so is one that nobody has stopped" watch_of_somebody_else
it "units of systemd are stopped, those that enable last" stops_units
finish

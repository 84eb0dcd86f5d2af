#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# The agent gives up what it does not need, and what it keeps is enough.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

status_of() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }

# The drainer is a child of the agent and has what the agent has.
drainer_has_little() {
    conf <<END
[default]
linger = 1h
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    drainer=$(the_drainer)
    # DAC_OVERRIDE 1, DAC_READ_SEARCH 2, FOWNER 3, SYS_PTRACE 19, SYS_ADMIN 21
    equal "$(status_of "$drainer" CapPrm)" 000000000028000e permitted
    equal "$(status_of "$drainer" CapEff)" 000000000028000e effective
    equal "$(status_of "$drainer" CapInh)" 0000000000000000 inheritable
    equal "$(status_of "$drainer" NoNewPrivs)" 1 no_new_privs
    equal "$(status_of "$drainer" Seccomp)" 2 'mode of seccomp'
    equal "$(status_of "$drainer" Seccomp_filters)" 1 'number of filters'
}

# Nobody but root with CAP_FOWNER removes what another owns in a sticky folder of a third.
goes_from_a_sticky_folder() {
    conf <<END
[default]
linger = 0
END
    cgprune enable freezer
    mkcg "$freezer/owned"
    mkflagged "$freezer/owned/child"
    chown 1000 "$freezer/owned"
    chown 1001 "$freezer/owned/child"
    chmod 1000 "$freezer/owned"
    empty_once "$freezer/owned/child"
    eventually 60 gone "$freezer/owned/child"
}

# A creator in a namespace that only a look at other users' processes can find.
sees_processes_of_others() {
    conf <<END
[default]
linger = 0
retry = 1s..1s
END
    cgprune enable freezer
    unshare -u guest-tool as 1000 sleep 1000 &
    maker=$!
    mkflagged "$freezer/a"
    eventually 60 in_own_namespace "$maker"
    expect cgprune register "$freezer/a" --creator "$maker" --namespace uts
    empty_once "$freezer/a"
    eventually 60 deferred_as creator-alive
    end_task "$maker"
}
deferred_as() { cgprune list --json | grep -qF "\"reason\":\"$1\""; }
in_own_namespace() { [ "$(readlink "/proc/$1/ns/uts")" != "$(readlink /proc/1/ns/uts)" ]; }

scenario "the drainer has five capabilities and can gain none" drainer_has_little
scenario "a cgroup goes from a sticky folder of its owner's" goes_from_a_sticky_folder
scenario "a creator of another user is seen alive" sees_processes_of_others

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# The oldest bug of release agents: a service is restarted, and its cgroup is removed between mkdir -p and attach.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
rounds=${full:+1000}
rounds=${rounds:-200}

failed_of() { sed -n 's/.*failed=\([0-9]*\).*/\1/p' /tmp/race; }

shipped_conf_loses_none() {
    shipped_conf
    cgprune enable freezer
    guest-tool restart-race "$freezer/service" "$rounds" 10 >/tmp/race
    note "this agent, shipped conf: $(cat /tmp/race)"
    equal "$(failed_of)" 0 "failed attaches"
    eventually 60 gone "$freezer/service"
    eventually 60 drainers_are 0
}

baseline_loses() {
    baseline_agent freezer "$1"
    guest-tool restart-race "$freezer/service" "$rounds" 10 >/tmp/race
    note "an agent that only calls rmdir ($1): $(cat /tmp/race)"
    [ "$(failed_of)" -gt 0 ] || fail "the loop does not show the race"
}
program_loses() { baseline_loses c; }
script_loses() { baseline_loses sh; }

scenario "by the shipped conf no attach fails in $rounds restarts, and at the end the cgroup goes" shipped_conf_loses_none
scenario "for comparison: with a C program that only removes, attaches fail" program_loses
scenario "for comparison: with a script that only removes, attaches fail" script_loses

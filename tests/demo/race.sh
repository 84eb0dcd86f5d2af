#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# A service that is restarted: its cgroup is emptied, its manager says mkdir -p, and up to 10 ms later attaches the
# new process. How many attaches fail since an agent removed the cgroup in between? Runs in the guest.
set -u
# shellcheck source=../kernel/guest/cgroups.sh
. /usr/lib/guest/cgroups.sh
fail() { echo "NOT AS IT SHOULD BE: $*"; exit 1; }
misuse() { fail "$@"; }

service=/sys/fs/cgroup/freezer/service
rounds=200
race() { printf '    %-46s %s\n' "$1" "$(guest-tool restart-race "$service" "$rounds" 10 | tee /tmp/race)"; }
failed() { sed -n 's/.*failed=\([0-9]*\).*/\1/p' /tmp/race; }

printf '\n=== %s restarts on Linux %s, against a manager that knows nothing of us\n' "$rounds" "$(uname -r)"
baseline_agent freezer sh
race "a shell script that only calls rmdir:"
baseline_agent freezer c
race "a C program that only calls rmdir:"
echo >/sys/fs/cgroup/freezer/release_agent
cgprune enable freezer >/dev/null || fail "cgprune enable"
race "release-agent with the conf as shipped:"
[ "$(failed)" -eq 0 ] || fail "an attach failed"
tries=600
while [ -e "$service" ]; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || fail "the cgroup of the stopped service was left"
    usleep 50000
done
echo "    and when it stays stopped, its cgroup goes."

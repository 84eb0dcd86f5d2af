# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by each scenario of a Debian guest, in place of lib.sh alone: the same scenarios and assertions, in a system
# that has its own services, so no slate is cleaned.

# shellcheck source=../../kernel/guest/lib.sh
. /usr/lib/guest/lib.sh

boot=${boot:?is counted by run}
# shellcheck disable=SC2034 # for scenarios
packages=/opt/scenario

clean_slate() { : >"$log"; }
# Numbered on from boot to boot.
count=$(cat /var/lib/scenarios 2>/dev/null || echo 0)

# Printed as typed, then done, and what it prints printed as answered.
as_typed() {
    note "\$ $*"
    "$@" >/tmp/answer 2>&1
    local status=$?
    # Progress bars and debconf's complaints are no answers.
    grep -av -e '^debconf:' -e '^(Reading database' -e '^$' /tmp/answer | tail -n "${answer_lines:-4}" | while read -r line; do note "$line"; done
    return "$status"
}

# The folder of a hierarchy (a name as in /proc/self/cgroup), wherever it is mounted here.
hierarchy_folder() {
    awk -v name="$1" '{
        split($0, halves, " - "); split(halves[2], fs, " ")
        if (fs[1] == "cgroup2" && name == "unified") { print $5; exit }
        count = split(fs[3], options, ",")
        for (i = 1; i <= count; ++i) if (fs[1] == "cgroup" && (options[i] == name)) { print $5; exit }
    }' /proc/self/mountinfo
}

# What cgprune and the agent have logged.
refresh_log() { journalctl -q -o cat -t release-agent -t cgprune >"$log" 2>/dev/null || :; }

# A task of its own in the cgroup CG for a moment: the kernel then finds it empty.
pass_through() { sh -c 'echo 0 >"$1/cgroup.procs"' sh "$1"; }

# How many cgroups are below CG.
cgroups_below() { find "$1" -mindepth 1 -type d 2>/dev/null | wc -l; }

boot_again() {
    # What the library says at the end is said at the last boot's.
    trap - EXIT
    [ "$failed" -eq 0 ] || exit 1
    echo "$count" >/var/lib/scenarios
    exit 88
}

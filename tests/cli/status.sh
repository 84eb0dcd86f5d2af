#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune status.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

ours() { awk -v head="$hierarchy at " 'index($0, head) == 1 { on = 1; print; next } /^[^ ]/ { on = 0 } on' <<<"$out"; }

counts() {
    enable
    flagged a
    cg b/c
    cgprune keep "$mount/b/c"
    release /a
    cgprune status
    exits 0
    equal "$(ours)" "$hierarchy at $mount
  agent: ours ($alias)
  flag at the root: off
  cgroups: 3 (2 empty, 1 flagged, 1 kept)
  journal: 1 deferred, 0 stuck"
}

agents() {
    cgprune status
    grep -qF 'agent: none' <<<"$(ours)" || fail "not none"
    echo /nonexistent/agent >"$mount/release_agent"
    cgprune status
    grep -qF 'agent: other (/nonexistent/agent)' <<<"$(ours)" || fail "not other"
    echo "$bin/release-agent" >"$mount/release_agent"
    cgprune status
    grep -qF "agent: ours ($bin/release-agent)" <<<"$(ours)" || fail "not ours"
}

root_flag() {
    enable --default-on
    cgprune status
    grep -qF 'flag at the root: on' <<<"$(ours)" || fail "not on"
}

conf_files() {
    mkdir -p /run/cgprune/cgprune.conf.d /etc/cgprune/cgprune.conf.d
    : >/run/cgprune/cgprune.conf.d/20-masked.conf
    : >/run/cgprune/cgprune.conf.d/10-here.conf
    : >/run/cgprune/cgprune.conf.d/no-conf
    ln -s /dev/null /etc/cgprune/cgprune.conf.d/20-masked.conf
    cgprune status
    equal "$(grep '  conf: ' <<<"$out")" '  conf: /run/cgprune/cgprune.conf.d/10-here.conf
  conf: /etc/cgprune/cgprune.conf'
    rm -rf /etc/cgprune /run/cgprune
    cgprune status
    says '  conf: built in (there is no conf file)'
}

conf_errors() {
    conf 'nonsense'
    cgprune status
    exits 0
    says '  conf error: /etc/cgprune/cgprune.conf:3:1: '
}

drainer() {
    cgprune status
    says '  drainer: not running (drainer = no)'
    mkdir -p /run/cgprune
    command -v flock >/dev/null || skip "flock is missing"
    exec {held}>/run/cgprune/drainer.lock
    flock --exclusive --nonblock "$held"
    cgprune status
    says '  drainer: running (drainer = no)'
}

counters() {
    conf '[default]
linger = 0'
    enable
    flagged a
    release /a
    release /a
    cgprune status
    says '  since boot: removed 1, gone 1, '
}

sweep_needed() {
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    cgprune status
    says "  a sweep is needed in: $hierarchy"
}

json() {
    enable
    flagged a
    cgprune status --json
    exits 0
    is_json
    local host=$out
    out=$(grep -v '"host":true' <<<"$host")
    is_json hierarchy mount-point agent agent-text root-flag cgroups empty flagged kept unreadable deferred stuck
    says "{\"hierarchy\":\"$hierarchy\",\"mount-point\":\"$mount\",\"agent\":\"ours\",\"agent-text\":\"$alias\",\"root-flag\":false,\"cgroups\":1,\"empty\":1,\"flagged\":1,\"kept\":0,"
    out=$(grep '"host":true' <<<"$host")
    is_json conf-files conf-errors rules drainer drainer-wanted sweep-needed counters
    equal "$(wc -l <<<"$out")" 1
}

makes_no_state() {
    cgprune status
    exits 0
    gone /run/cgprune
}

it "it counts what is in a hierarchy" counts
it "it tells whose agent a hierarchy has" agents
it "it tells the root's flag" root_flag
it "it names the conf files in force" conf_files
it "it prints the conf's errors" conf_errors
it "it tells whether a drainer runs" drainer
it "it prints what was done since boot" counters
it "it tells where a sweep is needed" sweep_needed
it "--json prints one object for each hierarchy and one for the host" json
it "it makes no state folder" makes_no_state
finish

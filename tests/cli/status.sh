#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune status.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

# The line of our hierarchy, with single blanks.
ours() { awk -v name="$hierarchy" '$1 == name { $1 = $1; print }' <<<"$out"; }

counts() {
    enable
    flagged a
    cg b/c
    cgprune keep "$mount/b/c"
    release /a
    cgprune status
    exits 0
    equal "$(awk 'NR == 1 { $1 = $1; print }' <<<"$out")" 'HIERARCHY AGENT FLAG CGROUPS EMPTY KEPT DEFERRED STUCK LAST GONE WATCH'
    equal "$(ours)" "$hierarchy ours off 3 2 1 1 0 - no"
}

given_up() {
    enable
    stuck a
    cgprune status
    exits 0
    equal "$(ours)" "$hierarchy ours off 1 0 0 0 1 - no"
    says "$hierarchy: 1 cgroup could not be looked at; cgprune tree says why"
}

agents() {
    cgprune status
    [[ $(ours) == "$hierarchy none "* ]] || fail "not none"
    echo /nonexistent/agent >"$mount/release_agent"
    cgprune status
    [[ $(ours) == "$hierarchy other "* ]] || fail "not other"
    says "$hierarchy: its release agent is another's: /nonexistent/agent"
    echo "$bin/release-agent" >"$mount/release_agent"
    cgprune status
    [[ $(ours) == "$hierarchy ours "* ]] || fail "not ours"
}

# In which hierarchy, too: another one shows none.
last_removal() {
    conf '[default]
linger = 0'
    enable
    local other=$hierarchy-other
    mkdir -p /run/other
    mount -t cgroup -o "none,$other" cgprune-cli /run/other
    flagged a
    release /a
    gone "$mount/a"
    cgprune status
    local line
    line=$(ours)
    local others
    others=$(awk -v name="$other" '$1 == name { $1 = $1; print }' <<<"$out")
    end_hierarchy "$other" /run/other
    [[ $line =~ ^$hierarchy\ ours\ off\ 0\ 0\ 0\ 0\ 0\ [0-9]+m?s\ ago\ no$ ]] || fail "line: $line"
    equal "$others" "$other none off 0 0 0 0 0 - no"
}

watch() {
    command -v flock >/dev/null || skip "flock is missing"
    mkdir -p /run/cgprune/watch
    exec {held}>"/run/cgprune/watch/$hierarchy.lock"
    cgprune status
    [[ $(ours) == *' no' ]] || fail "no watch runs"
    flock --exclusive --nonblock "$held"
    cgprune status
    [[ $(ours) == *' yes' ]] || fail "a watch runs"
    cgprune status --json
    grep -F "\"hierarchy\":\"$hierarchy\"" <<<"$out" | grep -qF '"watch":true' || fail "--json says no watch"
}

one_screen() {
    conf "$(printf 'nonsense%s\n' {1..9})"
    cgprune status
    exits 0
    equal "$(grep -c '^conf error: ' <<<"$out")" 3
    says '9 errors in the conf (cgprune check lists them)'
}

root_flag() {
    enable --default-on
    cgprune status
    [[ $(ours) == "$hierarchy ours on "* ]] || fail "not on"
}

conf_files() {
    mkdir -p /run/cgprune/cgprune.conf.d /etc/cgprune/cgprune.conf.d
    : >/run/cgprune/cgprune.conf.d/20-masked.conf
    : >/run/cgprune/cgprune.conf.d/10-here.conf
    : >/run/cgprune/cgprune.conf.d/no-conf
    ln -s /dev/null /etc/cgprune/cgprune.conf.d/20-masked.conf
    cgprune status
    says 'conf: /run/cgprune/cgprune.conf.d/10-here.conf, /etc/cgprune/cgprune.conf'
    rm -rf /etc/cgprune /run/cgprune
    cgprune status
    says 'conf: built in (there is no conf file)'
}

conf_errors() {
    conf 'nonsense'
    cgprune status
    exits 0
    says 'conf error: /etc/cgprune/cgprune.conf:3:1: '
}

drainer() {
    cgprune status
    says 'drainer: not running (drainer = no)'
    mkdir -p /run/cgprune
    command -v flock >/dev/null || skip "flock is missing"
    exec {held}>/run/cgprune/drainer.lock
    flock --exclusive --nonblock "$held"
    cgprune status
    says 'drainer: running (drainer = no)'
}

counters() {
    conf '[default]
linger = 0'
    enable
    flagged a
    release /a
    release /a
    cgprune status
    equal "$(tail -n 1 <<<"$out")" 'since boot: removed 1, gone 1'
}

# One line on stderr, and all that can be had without the state.
no_state() {
    local other=$hierarchy-other
    mkdir -p /run/other
    mount -t cgroup -o "none,$other" cgprune-cli /run/other
    flagged a
    : >/run/cgprune
    cgprune status
    local row host
    row=$(ours)
    host=$(tail -n 5 <<<"$out")
    rm /run/cgprune
    end_hierarchy "$other" /run/other
    exits 1
    equal "$row" "$hierarchy none off 1 1 0 ? ? ? no"
    equal "$host" '
conf: /etc/cgprune/cgprune.conf
conf error: /run/cgprune/cgprune.conf.d: cannot be opened: Not a directory (errno 20)
drainer: not running (drainer = no)
since boot: ?'
    equal "$(wc -l <<<"$err")" 1
    warns ': Not a directory (errno 20)'
}

no_counters() {
    mkdir /run/cgprune
    : >/run/cgprune/counters
    cgprune status
    exits 1
    equal "$(ours)" "$hierarchy none off 0 0 0 0 0 ? no"
    says 'since boot: ?'
    equal "$(wc -l <<<"$err")" 1
}

sweep_needed() {
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    cgprune status
    says "a sweep is needed in: $hierarchy"
}

json() {
    enable
    flagged a
    cgprune status --json
    exits 0
    is_json
    local host=$out
    out=$(grep -v '"host":true' <<<"$host")
    is_json hierarchy mount-point agent agent-text root-flag cgroups empty flagged kept unreadable deferred stuck last-removal-ago-ms dying-descendants watch
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
it "it tells what is stuck, and what could not be looked at" given_up
it "it tells whose agent a hierarchy has" agents
it "it tells the root's flag" root_flag
it "it tells when the last cgroup of each hierarchy was removed" last_removal
it "it tells whether a watch runs" watch
it "of many errors in the conf it prints the first, so that all fits a screen" one_screen
it "it names the conf files in force" conf_files
it "it prints the conf's errors" conf_errors
it "it tells whether a drainer runs" drainer
it "it prints what was done since boot" counters
it "without the state folder it tells what else there is, and the fault once" no_state
it "without counters it tells what the journal holds" no_counters
it "it tells where a sweep is needed" sweep_needed
it "--json prints one object for each hierarchy and one for the host" json
it "it makes no state folder" makes_no_state
finish

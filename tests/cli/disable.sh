#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune disable.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

disable() {
    cgprune disable "$hierarchy" "$@"
}

undoes_enable() {
    enable --default-on
    disable
    exits 0
    prints "$hierarchy: disabled; release_agent empty"
    agent_is ''
    equal "$(cat "$mount/notify_on_release")" 0
    equal "$(ls -A /run/cgprune/agents)" ''
}

gives_the_former_back() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    disable
    exits 0
    prints "$hierarchy: disabled; release_agent /nonexistent/former"
    agent_is /nonexistent/former
}

keeps_a_flag_of_before() {
    echo 1 >"$mount/notify_on_release"
    enable --default-on
    disable
    exits 0
    equal "$(cat "$mount/notify_on_release")" 1
}

lists_flagged() {
    enable
    flagged a
    flagged $'b \e'
    disable
    exits 3
    says 'notify_on_release is still set in 2 cgroups (--recursive clears it):'
    says '  /a'
    says '  /b \x1b'
    flag_is a 1
    agent_is ''
}

lists_twenty() {
    local n
    enable
    for ((n = 0; n < 23; n++)); do flagged "c$n"; done
    disable
    exits 3
    says 'notify_on_release is still set in 23 cgroups'
    equal "$(grep -c '^  /c' <<<"$out")" 20
    says '  and 3 more'
}

recursive() {
    enable
    cg top
    flagged top/a
    flagged b
    disable --recursive
    exits 0
    says 'notify_on_release cleared in 2 cgroups'
    flag_is top/a 0
    flag_is b 0
}

recursive_afterwards() {
    enable
    flagged a
    disable
    exits 3
    disable --recursive
    exits 0
    says 'notify_on_release cleared in 1 cgroup'
    flag_is a 0
}

not_of_another_agent() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    flagged a
    disable
    exits 3
    says 'notify_on_release is still set in 1 cgroup:'
    disable --recursive
    exits 0
    flag_is a 1
}

dry_run() {
    enable --default-on
    flagged a
    release /a
    disable --recursive --dry-run
    exits 0
    says "$hierarchy: would be disabled; release_agent would be empty"
    says 'notify_on_release would be cleared in 1 cgroup'
    agent_is "$alias"
    flag_is a 1
    equal "$(cat "$mount/notify_on_release")" 1
    equal "$(find "/run/cgprune/journal/$hierarchy" -type f | wc -l)" 1
    there "$alias.former"
}

drops_the_journal() {
    enable
    flagged a
    release /a
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    equal "$(find "/run/cgprune/journal/$hierarchy" -type f | wc -l)" 1
    disable --recursive
    exits 0
    equal "$(find "/run/cgprune/journal/$hierarchy" -type f | wc -l)" 0
    gone "/run/cgprune/sweep-needed/$hierarchy"
    there "$mount/a"
}

json() {
    enable
    flagged a
    disable --json
    exits 3
    prints "{\"verb\":\"disable\",\"hierarchy\":\"$hierarchy\",\"dry-run\":false,\"changed\":true,\"agent\":\"ours\",\"agent-text\":\"$alias\",\"former-agent\":null,\"flags-cleared\":0,\"flags-left\":1,\"first-flagged\":[\"/a\"]}"
    is_json
    disable --json
    exits 0
    prints "{\"verb\":\"disable\",\"hierarchy\":\"$hierarchy\",\"dry-run\":false,\"changed\":false,\"agent\":\"none\",\"agent-text\":null}"
}

foreign() {
    echo /nonexistent/agent >"$mount/release_agent"
    disable
    exits 0
    prints "$hierarchy: its release_agent is not ours (/nonexistent/agent), and was left as it is"
    agent_is /nonexistent/agent
}

foreign_over_ours() {
    enable
    echo /nonexistent/agent >"$mount/release_agent"
    disable
    exits 0
    says 'was left as it is'
    agent_is /nonexistent/agent
    gone "$alias"
}

foreign_over_ours_and_the_root_flag() {
    enable --default-on
    echo /nonexistent/agent >"$mount/release_agent"
    disable
    exits 0
    warns "note: notify_on_release in the root of $hierarchy was 0 before cgprune enable, and is left at 1 for the other agent"
    equal "$(cat "$mount/notify_on_release")" 1
}

not_enabled() {
    disable
    exits 0
    prints "$hierarchy: its release_agent is not ours (none), and was left as it is"
}

half_done() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    echo >"$mount/release_agent"
    disable
    exits 0
    agent_is /nonexistent/former
    gone "$alias"
}

plain_path() {
    echo "$bin/release-agent" >"$mount/release_agent"
    disable
    exits 0
    agent_is ''
}

# hold_for SECONDS: a program named release-agent that holds a descriptor in the hierarchy, as one does that removes.
hold_for() {
    mkdir -p /run/other
    cp "$(command -v sleep)" /run/other/release-agent
    /run/other/release-agent "$1" <"$mount/cgroup.procs" &
    holder=$!
}

at_work_is_told() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    hold_for 1000
    disable
    kill "$holder"
    exits 1
    complains "cgprune disable: release-agent (pid $holder) is still at work in $hierarchy; it was called before, and ends by itself: run cgprune disable again to be sure"
    agent_is ''
    there "$alias.former"
    disable
    exits 0
    agent_is /nonexistent/former
    gone "$alias"
}

at_work_is_waited_for() {
    enable
    hold_for 1
    disable
    exits 0
    complains ''
    if kill -0 "$holder" 2>/dev/null; then fail "it was not waited for"; fi
}

other_work_is_no_matter() {
    enable
    mkdir -p /run/other
    cp "$(command -v sleep)" /run/other/release-agent
    /run/other/release-agent 1000 </dev/null &
    # shellcheck disable=SC2217 # it is there to hold it
    sleep 1000 <"$mount/cgroup.procs" &
    disable
    kill %1 %2
    exits 0
    complains ''
}

unified() {
    cgprune disable unified
    exits 1
}

drainer_is() { "$bin/cgprune" status | grep "^drainer: $1"; }
ends_the_drainer() {
    printf '[default]\nlinger = 1h\n' >/etc/cgprune/cgprune.conf
    enable
    flagged a
    release /a
    eventually drainer_is running
    disable
    exits 3
    eventually drainer_is 'not running'
    there "$mount/a"
}

it "it undoes what enable did" undoes_enable
it "the former agent is given back" gives_the_former_back
it "a root's flag that was set before stays set" keeps_a_flag_of_before
it "flagged cgroups are listed, and left" lists_flagged
it "of many, the first 20 are listed" lists_twenty
it "--recursive clears the flag everywhere" recursive
it "--recursive clears it also when the agent was taken away before" recursive_afterwards
it "--recursive leaves the flags that may be for the agent that was given back" not_of_another_agent
it "--dry-run changes nothing" dry_run
it "the hierarchy's journal is dropped, and the cgroups stay" drops_the_journal
it "a drainer that waits for nothing else ends" ends_the_drainer
it "--json prints one object" json
it "another's agent is left as it is" foreign
it "another's agent that was set over ours is left, and our files go" foreign_over_ours
it "a root flag that enable set is left to another agent, and said" foreign_over_ours_and_the_root_flag
it "a hierarchy that is not enabled is left as it is" not_enabled
it "a disable that was killed half-way can be run again" half_done
it "a path of our agent written by hand is cleared" plain_path
it "an agent that is at work is waited for" at_work_is_waited_for
it "an agent that is still at work after that is told" at_work_is_told
it "other programs, and agents that work elsewhere, are not waited for" other_work_is_no_matter
it "cgroup v2 has nothing to disable" unified
finish

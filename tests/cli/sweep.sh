#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune sweep.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

sweeping='[default]
linger = 0
sweep = yes
sweep-linger = 200ms'
entries() { find "/run/cgprune/journal/$hierarchy" -type f 2>/dev/null | wc -l; }
is_gone() { [[ ! -e $1 ]]; }
sweep_removes() {
    "$bin/cgprune" sweep "$hierarchy" >/run/out
    is_gone "$1"
}

first_sight() {
    conf '[default]
sweep = yes'
    flagged a
    cgprune sweep "$hierarchy"
    exits 0
    prints "/a of $hierarchy: noted (seen-empty), looked at again in 10min
$hierarchy: looked at 1 cgroup: 1 noted, 0 noted before, 0 kept, 0 failed
$hierarchy: nothing is removed at first sight, it may have been made just now; the second look is due in 10min"
    there "$mount/a"
    cgprune sweep "$hierarchy"
    exits 0
    says '0 noted, 1 noted before'
    equal "$(entries)" 1
}

second_look() {
    conf "$sweeping"
    flagged a
    eventually sweep_removes "$mount/a"
    out=$(cat /run/out)
    says '): removed (unknown-creator)'
}

used_meanwhile() {
    conf "$sweeping"
    flagged a
    cgprune sweep "$hierarchy"
    rmdir "$mount/a"
    flagged a
    local id
    id=$(stat -c %i "$mount/a")
    sleep 0.3
    cgprune sweep "$hierarchy"
    exits 0
    equal "$(stat -c %i "$mount/a")" "$id"
    says '1 noted, 0 noted before'
}

not_allowed() {
    flagged a
    cg b
    cgprune sweep "$hierarchy"
    exits 0
    says "/a of $hierarchy: kept (sweep-not-allowed)"
    says "/b of $hierarchy: kept (flag-off)"
    says '0 noted, 0 noted before, 2 kept, 0 failed'
    equal "$(entries)" 0
}

those_enabled() {
    conf "$sweeping"
    flagged a
    cgprune sweep
    exits 0
    equal "$(entries)" 0
    enable
    cgprune sweep
    exits 0
    says "$hierarchy: looked at 1 cgroup: 1 noted"
}

nothing_to_sweep() {
    if grep -q '[ ,]release_agent=' /proc/self/mountinfo; then skip "other hierarchies have agents here"; fi
    cgprune sweep
    exits 0
    prints 'nothing to sweep: no hierarchy is enabled, and no rule names unified; name one to sweep it'
}

dry_run() {
    conf "$sweeping"
    flagged a
    cgprune sweep "$hierarchy" --dry-run
    exits 0
    says "/a of $hierarchy: would be noted (seen-empty)"
    equal "$(entries)" 0
    cgprune sweep "$hierarchy"
    sleep 0.3
    cgprune sweep "$hierarchy" --dry-run
    says 'would be removed (unknown-creator)'
    there "$mount/a"
}

bad_conf() {
    conf nonsense
    flagged a
    cgprune sweep "$hierarchy"
    exits 1
    complains 'cgprune sweep: 1 error in the conf (cgprune check lists them); mend them first'
    prints ''
    equal "$(entries)" 0
}

unknown() {
    cgprune sweep name=no-such-thing
    exits 1
    warns 'cgprune sweep: no hierarchy name=no-such-thing is mounted; mounted are: '
}

clears_needed() {
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    cgprune sweep "$hierarchy"
    exits 0
    gone "/run/cgprune/sweep-needed/$hierarchy"
}

json() {
    conf "$sweeping"
    flagged $'a \e'
    cgprune sweep "$hierarchy" --json
    exits 0
    is_json hierarchy
    equal "$(wc -l <<<"$out")" 2
    says "{\"hierarchy\":\"$hierarchy\",\"cgroup\":\"/a \\\\x1b\",\"outcome\":\"noted\",\"reason\":\"seen-empty\",\"failure\":null,\"due-in-ms\":"
    says "{\"hierarchy\":\"$hierarchy\",\"dry-run\":false,\"looked\":1,\"noted\":1,\"waiting\":0,\"kept\":0,\"failed\":0,\"second-look-in-ms\":"
}

no_drainer() { "$bin/cgprune" status | grep -q 'drainer: not running'; }

starts_a_drainer() {
    printf '%s\n' "$sweeping" >/etc/cgprune/cgprune.conf
    flagged a
    cgprune sweep "$hierarchy"
    exits 0
    eventually is_gone "$mount/a"
    eventually no_drainer
}

drainer_no() {
    conf "$sweeping"
    flagged a
    cgprune sweep "$hierarchy"
    sleep 0.5
    there "$mount/a"
    no_drainer
}

no_drainer_asked() {
    printf '%s\n' "$sweeping" >/etc/cgprune/cgprune.conf
    flagged a
    cgprune sweep "$hierarchy" --no-drainer
    exits 0
    sleep 0.5
    there "$mount/a"
    no_drainer
    cgprune sweep "$hierarchy" --no-drainer
    exits 0
    gone "$mount/a"
}

# tells_how_far TEXT WORD...: on a terminal, with more and more cgroups until the work is long enough.
# That retry leaves something is no fault here.
tells_how_far() {
    local try
    for ((try = 0; try < 10; ++try)); do
        seq -f "$mount/$2-$try-%g" 3000 | xargs mkdir
        "$bin/cgprune" sweep "$hierarchy" >/run/listed
        script -qec "$bin/cgprune ${*:2} >/run/listed" /run/typescript >/dev/null || true
        if grep -aqE "$1" /run/typescript; then return 0; fi
    done
    fail "$2 does not tell how far it is"
}

progress() {
    command -v script >/dev/null || skip "script is missing"
    conf '[default]
sweep = yes'
    echo 1 >"$mount/notify_on_release"
    tells_how_far '[0-9] empty cgroups' sweep "$hierarchy"
    tells_how_far '[0-9] looked at' retry --now
    tells_how_far '[0-9] cgroups looked at' enable "$hierarchy" --force --existing /
}

it "what is seen empty is noted, and stays" first_sight
it "a later sweep removes what it still finds empty" second_look
it "a cgroup made anew under the same name is new" used_meanwhile
it "without sweep = yes, unknown creators' cgroups are kept" not_allowed
it "without HIERARCHY those that are enabled are swept" those_enabled
it "with nothing to sweep it says so" nothing_to_sweep
it "--dry-run changes nothing" dry_run
it "a bad conf is refused" bad_conf
it "an unknown hierarchy is refused" unknown
it "a sweep that was asked for is done by it" clears_needed
it "--json prints one object a line" json
it "it starts a drainer, which takes the second look" starts_a_drainer
it "with drainer = no it starts none" drainer_no
it "with --no-drainer it starts none, and the next sweep takes the second look" no_drainer_asked
it "sweep, retry and enable tell on a terminal how far they are" progress
finish

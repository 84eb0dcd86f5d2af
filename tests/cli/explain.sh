#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune explain.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

field() { sed -n "s/^$1: //p" <<<"$out"; }

whole_text() {
    enable
    flagged a
    cgprune explain "$mount/a"
    exits 0
    prints "cgroup: /a
hierarchy: $hierarchy
id: $(stat -c %i "$mount/a")
owner: 0
populated: no
children: no
flag: on
kept: no
creator: none
delegated: no
registry: fine
rule: default (built in)
verdict: remove
reason: unknown-creator
linger: 2s
conf: fine
agent: ours
journal: none
release-now: deferred (lingering), looked at again in 2s"
}

rule_with_its_place() {
    conf '
[rule lxc]
path = /lxc/**
policy = never'
    cg lxc
    flagged lxc/c1
    cgprune explain "$mount/lxc/c1"
    equal "$(field rule)" 'lxc (/etc/cgprune/cgprune.conf:4)'
    equal "$(field verdict)" keep
    equal "$(field reason)" policy-never
    equal "$(field release-now)" 'kept (policy-never)'
}

why_kept() {
    cg parent/child
    cgprune explain "$mount/parent"
    equal "$(field children)" yes
    equal "$(field reason)" has-children
    cgprune explain "$mount/parent/child"
    equal "$(field flag)" off
    equal "$(field reason)" flag-off
    cgprune keep "$mount/parent/child"
    cgprune explain "$mount/parent/child"
    equal "$(field kept)" 'by root'
    equal "$(field reason)" kept
}

journaled() {
    enable
    flagged a
    release /a
    cgprune explain "$mount/a"
    [[ $(field journal) =~ ^lingering,\ due\ (now|in\ .*),\ 0\ looks$ ]] || fail "journal: $(field journal)"
}

bad_conf() {
    conf 'nonsense'
    flagged a
    cgprune explain "$mount/a"
    exits 0
    equal "$(field verdict)" defer
    equal "$(field reason)" conf-error
    [[ $(field conf) == '1 error in the conf (cgprune check lists them); first: /etc/cgprune/cgprune.conf:3:1: '* ]] || fail "conf: $(field conf)"
}

changes_nothing() {
    conf '[default]
linger = 0'
    enable
    flagged a
    local before
    before=$(find /run/cgprune -printf '%p %T@ %s\n' | sort)
    cgprune explain "$mount/a"
    equal "$(field release-now)" 'removed (unknown-creator)'
    there "$mount/a"
    equal "$(find /run/cgprune -printf '%p %T@ %s\n' | sort)" "$before"
}

broken_entry() {
    enable
    flagged a
    release /a
    local entry
    entry=$(find "/run/cgprune/journal/$hierarchy" -type f)
    echo rubbish >"$entry"
    cgprune explain "$mount/a"
    exits 0
    there "$entry"
}

json() {
    flagged a
    cgprune explain "$mount/a" --json
    exits 0
    is_json cgroup hierarchy id owner populated children flag kept creator delegated rule verdict reason linger conf agent journal release-now
    equal "$(wc -l <<<"$out")" 1
    says "\"id\":$(stat -c %i "$mount/a"),"
    says '"verdict":"remove","reason":"unknown-creator","linger":2000'
    says '"journal":null'
}

hostile_name() {
    flagged $'\e[31m\xff "x" (deleted)'
    cgprune explain "$mount/"$'\e[31m\xff "x" (deleted)'
    exits 0
    equal "$(field cgroup)" '/\x1b[31m\xff "x" (deleted)'
    cgprune explain "$mount/"$'\e[31m\xff "x" (deleted)' --json
    is_json
    says '"cgroup":"/\\x1b[31m\\xff \"x\" (deleted)"'
}

without_root() {
    command -v setpriv >/dev/null || skip "setpriv is missing"
    enable
    flagged a
    out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" explain "$mount/a")
    equal "$(field verdict)" defer
    equal "$(field reason)" creator-undetermined
    [[ $(field creator) == 'unknown ('* ]] || fail "creator: $(field creator)"
    equal "$(field conf)" 'fine, but only root can read /run/cgprune/cgprune.conf.d'
    equal "$(field kept)" "no (only root can see root's mark)"
    [[ $(field journal) == 'unknown ('* ]] || fail "journal: $(field journal)"
}

unified_top() { awk '/ - cgroup2 / && $4 == "/" { print $5; exit }' /proc/self/mountinfo; }

on_unified() {
    local top
    top=$(unified_top)
    [[ -n $top ]] || skip "cgroup v2 is not mounted here"
    local one
    one=$(find "$top" -mindepth 1 -maxdepth 1 -type d | head -n 1)
    [[ -n $one ]] || skip "cgroup v2 has no cgroup here"
    cgprune explain "$one"
    exits 0
    equal "$(field hierarchy)" unified
    equal "$(field flag)" none
    [[ $(field rule) == 'none (only a rule that names unified reaches cgroup v2)' ]] || fail "rule: $(field rule)"
}

it "it prints the facts, the rule, the verdict and its reason" whole_text
it "the rule is told with file and line" rule_with_its_place
it "it says why a cgroup stays" why_kept
it "it says what the journal holds" journaled
it "errors in the conf are told, and what they do" bad_conf
it "it changes nothing, whatever a release would do" changes_nothing
it "a broken journal entry is left where it is" broken_entry
it "--json prints one object with stable keys" json
it "hostile names are escaped" hostile_name
it "without root it says what it cannot see" without_root
it "on cgroup v2 there is no flag, and no rule without unified" on_unified
finish

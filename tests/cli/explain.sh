#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune explain.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

field() { sed -n "s/^$1: //p" <<<"$out" | sed 's/ \[[a-z, ]*\]$//'; }
source_of() { sed -n "s/^$1: .* \[\([a-z, ]*\)\]$/\1/p" <<<"$out"; }

whole_text() {
    enable
    flagged a
    cgprune explain "$mount/a"
    exits 0
    prints "cgroup: /a
hierarchy: $hierarchy
id: $(stat -c %i "$mount/a") [kernel]
owner: 0 [kernel]
populated: no [kernel]
children: no [kernel]
flag: on [kernel]
kept: no [xattr]
creator: none [registry, xattr]
delegated: no [registry, xattr, ownership]
registry: fine
tried: default (built in): fits what no rule fits
rule: default (built in)
verdict: remove
reason: unknown-creator
linger: 2s
conf: fine
agent: ours
journal: none
release-now: deferred (lingering), looked at again in 2s
advice: to keep it: cgprune keep $mount/a, cgprune register $mount/a --creator PID, or unknown-creator = keep in rule default (built in)"
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
    is_json cgroup hierarchy id owner populated children flag kept creator delegated registry-fault conf-file as-if tried rule verdict reason linger-ms conf-errors conf-unreadable agent agent-text journal release-now advice sources
    equal "$(wc -l <<<"$out")" 1
    says "\"id\":$(stat -c %i "$mount/a"),"
    says '"verdict":"remove","reason":"unknown-creator","linger-ms":2000'
    says '"journal":null'
    says '"tried":[{"name":"default","file":null,"line":null,"fit":"fits","why":"fits what no rule fits"}]'
    says '"sources":{"id":["kernel"],'
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

rules_tried() {
    conf '[rule v2]
hierarchy = unified
path = /a/**
[rule elsewhere]
path = /lxc/**
[rule here]
path = /a
[rule late]
path = /late'
    flagged a
    cgprune explain "$mount/a"
    equal "$(field tried)" 'v2 (/etc/cgprune/cgprune.conf:3): other hierarchy: the rule names unified
elsewhere (/etc/cgprune/cgprune.conf:6): path does not fit: /lxc/**
here (/etc/cgprune/cgprune.conf:8): fits, and so 1 rule after it is not tried'
    cgprune explain "$mount/a" --json
    is_json
    says '{"name":"elsewhere","file":"/etc/cgprune/cgprune.conf","line":6,"fit":"other-path","why":"path does not fit: /lxc/**"}'
}

sources() {
    flagged a
    chown 1000 "$mount/a" "$mount/a/cgroup.procs"
    cgprune keep "$mount/a"
    cgprune explain "$mount/a"
    equal "$(source_of flag)" kernel
    equal "$(source_of kept)" xattr
    equal "$(source_of delegated)" ownership
}

source_of_a_maker() {
    command -v setfattr >/dev/null || skip "setfattr is missing"
    flagged a
    cgprune register "$mount/a" --creator $$
    local fact
    fact=/run/cgprune/registry/$hierarchy/$(stat -c %i "$mount/a").creator
    cgprune explain "$mount/a"
    equal "$(source_of creator)" registry
    setfattr -n trusted.cgprune.maker -v "$(sed -n '/^decides=/,$p' "$fact")
" "$mount/a"
    rm "$fact"
    cgprune explain "$mount/a"
    equal "$(source_of creator)" xattr
    [[ $(field creator) == alive*observed* ]] || fail "creator: $(field creator)"
}

as_if() {
    conf '[rule here]
path = /a
policy = never'
    flagged a
    local before
    before=$(cat /etc/cgprune/cgprune.conf)
    cgprune explain "$mount/a" --as-if 'policy = always' --as-if 'linger = 0'
    exits 0
    equal "$(field as-if)" 'policy = always;linger = 0'
    equal "$(field rule)" 'here (/etc/cgprune/cgprune.conf:3)'
    equal "$(field reason)" policy-always
    equal "$(field release-now)" 'removed (policy-always)'
    there "$mount/a"
    equal "$(cat /etc/cgprune/cgprune.conf)" "$before"
    cgprune explain "$mount/a"
    equal "$(field reason)" policy-never
}

as_if_on_default() {
    flagged a
    cgprune explain "$mount/a" --as-if $'policy = creator-gone\nunknown-creator = keep' --json
    exits 0
    is_json
    says '"reason":"keep-unknown-creator"'
}

as_if_bad() {
    flagged a
    cgprune explain "$mount/a" --as-if 'linger = 1s' --as-if 'policy = sometimes'
    exits 2
    prints ''
    warns 'cgprune explain: --as-if:2:10: '
    cgprune explain "$mount/a" --as-if 'path = /b'
    exits 2
    complains 'cgprune explain: --as-if:1:1: "path" chooses the rule; expected a key that says what it does'
}

other_conf() {
    flagged a
    printf '[rule there]\npath = /a\npolicy = never\n' >/run/other.conf
    cgprune explain "$mount/a" --conf /run/other.conf
    exits 0
    equal "$(field rule)" 'there (/run/other.conf:1)'
    equal "$(field reason)" policy-never
    equal "$(field conf-file)" /run/other.conf
    equal "$(field conf)" fine
    printf '[default]\nlinger = soon\n' >/run/other.conf
    cgprune explain "$mount/a" --conf /run/other.conf
    exits 1
    warns 'cgprune explain: /run/other.conf:2:10: '
    cgprune explain "$mount/a" --conf /run/none.conf
    exits 1
    warns 'read /run/none.conf: No such file'
}

advice() {
    enable
    cg parent/off
    cgprune explain "$mount/parent"
    equal "$(field advice)" "the removal of what is below it: cgprune prune $mount/parent --dry-run lists what can go"
    cgprune explain "$mount/parent/off"
    [[ $(field advice) == *"echo 1 > $mount/parent/off/notify_on_release; "* ]] || fail "advice: $(field advice)"
    cgprune keep "$mount/parent/off"
    cgprune explain "$mount/parent/off"
    equal "$(field advice)" "cgprune unkeep $mount/parent/off"
}

advice_on_a_creator() {
    enable
    flagged a
    sleep 600 &
    process=$!
    trap 'kill "$process" 2>/dev/null || true' EXIT
    cgprune register "$mount/a" --creator "$process"
    exits 0
    cgprune explain "$mount/a"
    equal "$(field reason)" creator-alive
    equal "$(field advice)" "the end of process $process (sleep), or cgprune forget $mount/a"
}

nobody_looks() {
    flagged a
    cgprune explain "$mount/a"
    equal "$(field advice | tail -n 1)" "nobody is told when it becomes empty: cgprune enable $hierarchy; now: cgprune prune $mount/a"
    enable
    cgprune explain "$mount/a"
    equal "$(field advice | wc -l)" 1
}

advice_is_for_a_shell() {
    local name=$'it\'s $(id) \t \xff x'
    cg "$name"
    cgprune explain "$mount/$name"
    equal "$(field reason)" flag-off
    local word
    word=$(field advice | sed 's/^now: cgprune prune //; s/; once a task.*//')
    eval "equal $word \"\$mount/\$name\""
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
it "each rule that was tried is told, and why it fits or not" rules_tried
it "facts are told with their source" sources
it "of a maker that the cgroup itself tells, the source is the attribute" source_of_a_maker
it "--as-if tries keys of the rule that fits, and changes nothing" as_if
it "--as-if tries keys of [default] where no rule fits" as_if_on_default
it "a bad --as-if has the conf's own error" as_if_bad
it "--conf tries another conf, whole" other_conf
it "it says what would change the verdict" advice
it "of a living creator it says whose end counts" advice_on_a_creator
it "it says so where nobody will look" nobody_looks
it "advice can be pasted to a shell, whatever the name is" advice_is_for_a_shell
finish

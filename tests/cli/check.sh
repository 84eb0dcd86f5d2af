#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune check.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

# check_as_nobody WORD...: as cgprune check does.
check_as_nobody() {
    command -v setpriv >/dev/null || skip "setpriv is missing"
    exit=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" check "$@" >/run/out 2>/run/err || exit=$?
    keep_json check "$@"
    out=$(cat /run/out)
    err=$(cat /run/err)
}

no_conf() {
    rm -rf /etc/cgprune
    cgprune check
    exits 0
    prints 'conf is fine: 0 rules'
}

counts_rules() {
    conf '[rule one]
path = /one'
    cgprune check
    exits 0
    prints 'conf is fine: 1 rule'
    mkdir -p /run/cgprune/cgprune.conf.d
    printf '[rule two]\npath = /two\n' >/run/cgprune/cgprune.conf.d/two.conf
    cgprune check --json
    exits 0
    prints '{"errors":0,"warnings":0,"rules":2,"conf-unreadable":null}'
}

every_error() {
    printf '[agent]\ndrainer = maybe\nlinger = 1s\n\n[rule]\n' >/etc/cgprune/cgprune.conf
    cgprune check
    exits 1
    equal "$(grep -c '^/etc/cgprune/cgprune.conf:[0-9]*:[0-9]*: ' <<<"$out")" 3
    equal "$(wc -l <<<"$out")" 3
    says '/etc/cgprune/cgprune.conf:2:11: '
}

errors_as_json() {
    printf '[agent]\ndrainer = maybe\n' >/etc/cgprune/cgprune.conf
    cgprune check --json
    exits 1
    is_json file line column level message
    says '"file":"/etc/cgprune/cgprune.conf","line":2,"column":11,"message":"'
    says '"level":"error"}'
}

covered_rules() {
    conf '[rule wide]
path = /lxc/**
[rule narrow]
path = /lxc/*/x
[rule other]
path = /slurm'
    cgprune check
    exits 0
    prints '/etc/cgprune/cgprune.conf:5:1: warning: rule "narrow" is never used, since all that it fits is decided by rule wide (/etc/cgprune/cgprune.conf:3), which is tried first; put it before that one, or drop it
conf is fine: 3 rules, 1 warning'
    cgprune check --json
    exits 0
    is_json
    says '"line":5,"column":1,"message":"rule \"narrow\" is never used, '
    says '"level":"warning"}'
    says '{"errors":0,"warnings":1,"rules":3,"conf-unreadable":null}'
}

covered_by_a_drop_in() {
    conf '[rule narrow]
path = /lxc/c1'
    mkdir -p /run/cgprune/cgprune.conf.d
    printf '[rule wide]\npath = /lxc/*\n' >/run/cgprune/cgprune.conf.d/wide.conf
    cgprune check
    exits 0
    says '/etc/cgprune/cgprune.conf:3:1: warning: rule "narrow" is never used'
    says 'by rule wide (/run/cgprune/cgprune.conf.d/wide.conf:1)'
}

errors_without_warnings() {
    conf '[rule wide]
path = nonsense
[rule narrow]
path = /lxc/c1'
    cgprune check
    exits 1
    says_not warning
}

writable_by_others() {
    chmod 666 /etc/cgprune/cgprune.conf
    cgprune check
    exits 1
    says '/etc/cgprune/cgprune.conf: writable by others than its owner (mode 0666)'
}

closed_to_others() {
    chmod 600 /etc/cgprune/cgprune.conf
    check_as_nobody
    exits 3
    prints 'no error in what could be read: 0 rules'
    complains 'cgprune check: only root can read /etc/cgprune/cgprune.conf, which was left out'
    check_as_nobody --json
    exits 3
    prints '{"errors":0,"warnings":0,"rules":0,"conf-unreadable":"/etc/cgprune/cgprune.conf"}'
    cgprune check
    exits 0
    prints 'conf is fine: 0 rules'
}

# As on each host: /run/cgprune is root's alone.
closed_state_folder() {
    mkdir -m 700 /run/cgprune
    check_as_nobody
    exits 0
    prints 'conf is fine: 0 rules'
    complains 'cgprune check: only root can read /run/cgprune/cgprune.conf.d, which was left out'
    check_as_nobody --json
    says '"conf-unreadable":"/run/cgprune/cgprune.conf.d"}'
}

below_root() {
    mkdir -p /run/image/etc/cgprune
    printf 'nonsense\n' >/run/image/etc/cgprune/cgprune.conf
    cgprune check --root /run/image
    exits 1
    says '/etc/cgprune/cgprune.conf:1:1: '
    cgprune check
    exits 0
}

it "no conf at all is fine" no_conf
it "a good conf is fine, and its rules are counted, drop-ins too" counts_rules
it "every error is printed with its place" every_error
it "--json prints one object for each error" errors_as_json
it "a rule that an earlier one leaves nothing to is warned of, with both places" covered_rules
it "a rule of a drop-in can cover one of the main file" covered_by_a_drop_in
it "while there are errors no rule is said to be covered" errors_without_warnings
it "a conf that others can write is an error" writable_by_others
it "a conf that could not be read is not said to be fine" closed_to_others
it "the drop-ins that only root can ever read do not count for that" closed_state_folder
it "--root takes the conf below a folder" below_root
finish

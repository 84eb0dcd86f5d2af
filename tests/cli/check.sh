#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune check.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

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
    prints '{"errors":0,"warnings":0,"rules":2}'
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
    says '{"errors":0,"warnings":1,"rules":3}'
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
it "--root takes the conf below a folder" below_root
finish

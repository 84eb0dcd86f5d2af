#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# What the README of the examples tells people to put into files.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
readme=$(dirname "$0")/../examples/README.md

# The indented blocks whose first line fits PATTERN, without their indent.
blocks() { # PATTERN
    PATTERN=$1 awk '
        /^    / { line = substr($0, 5); if (!inside) { inside = 1; wanted = line ~ ENVIRON["PATTERN"] }
                  if (wanted) print line; next }
        /^$/    { if (wanted) print ""; next }
                { inside = 0; wanted = 0 }' "$readme"
}

rules_are_a_conf() {
    conf ''
    blocks '^\[rule ' >>/etc/cgprune/cgprune.conf
    [[ $(grep -c '^\[rule ' /etc/cgprune/cgprune.conf) -ge 4 ]] || fail "the README has no rules"
    cgprune check
    exits 0
}

scripts_are_shell() {
    blocks '^#!' >/run/scripts
    [[ $(grep -c '^#!' /run/scripts) -ge 3 ]] || fail "the README has no scripts"
    sh -n /run/scripts
}

json_is_json() {
    blocks '^[{]' | jq . >/dev/null
    printf '{ %s }' "$(blocks '^"hooks"')" | jq . >/dev/null
}

it "its rules are a conf without errors" rules_are_a_conf
it "its scripts are shell" scripts_are_shell
it "its JSON is JSON" json_is_json
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# The schemas of --json, and the check that finds out whether a line is as they say.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
needs_validator

each_verb() {
    local verb verbs
    verbs=$("$bin/cgprune" --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p')
    [[ $(wc -l <<<"$verbs") -ge 21 ]] || fail "not all verbs: $verbs"
    for verb in $verbs; do
        if "$bin/cgprune" "$verb" --help | grep -q '^  --json '; then
            there "$schemas/$verb.json"
        else
            gone "$schemas/$verb.json"
        fi
    done
    for verb in "$schemas"/*.json; do
        verb=$(basename "$verb" .json)
        [[ $verb == common ]] || grep -qx "$verb" <<<"$verbs" || fail "a schema, and no verb: $verb"
    done
}

strict() { "$support/validate_json.py" --strict "$schemas"; }

check_can_fail() {
    local text
    for text in 'nonsense {}' 'list' 'list {' 'list []' 'list {"broken":0}' 'list {"broken":"1"}' 'list {"broken":null}' \
        'list {"broken":1,"more":1}' 'list {"broken":1,"broken":1}' 'list {"broken":NaN}' \
        'check {"errors":0,"warnings":0}' 'completion {"shell":"tcsh","script":"x"}' \
        'doctor {"check":"clock","health":"fine","what":"x","do":null}' \
        'forget {"verb":"register","hierarchy":"a","cgroup":"/a","dry-run":false,"changed":true}' \
        'forget {"verb":"forget","hierarchy":"a","cgroup":"/a\n","dry-run":false,"changed":true}' \
        'forget {"verb":"forget","hierarchy":"a","cgroup":"/\\x4","dry-run":false,"changed":true}'; do
        printf '%s\n' "$text" | sed 's/ /\t/' >/run/bad
        if "$support/validate_json.py" "$schemas" /run/bad; then fail "taken for good: $text"; fi
    done
    printf 'list\t{"broken":1}\nforget\t%s\n' \
        '{"verb":"forget","hierarchy":"a","cgroup":"/a\\x0a","dry-run":false,"changed":true}' >/run/good
    "$support/validate_json.py" "$schemas" /run/good
}

it "each verb that has --json has a schema, and no other" each_verb
it "the schemas leave nothing open, and describe each property" strict
it "the check of the schemas can fail" check_can_fail
finish

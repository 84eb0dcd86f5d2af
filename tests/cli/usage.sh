#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# The command line of cgprune: help, and what wrong use is told.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

mapfile -t verbs < <("$bin/cgprune" --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p')

wrong() { # WORDS... LINE
    local line=${*: -1}
    cgprune "${@:1:$#-1}"
    exits 2
    complains "$line"
    prints ''
}

fits_a_screen() {
    [[ $(wc -l <<<"$out") -le 24 ]] || fail "more than 24 lines"
    if grep -qE '.{81}' <<<"$out"; then fail "a line of more than 80 columns"; fi
}

help_fits() {
    cgprune --help
    exits 0
    fits_a_screen
}

help_is_a_verb() {
    local text
    text=$("$bin/cgprune" --help)
    cgprune help
    exits 0
    prints "$text"
    text=$("$bin/cgprune" keep --help)
    cgprune help keep
    exits 0
    prints "$text"
}

each_help_fits() {
    local verb
    ((${#verbs[@]} >= 21)) || fail "not all verbs: ${verbs[*]}"
    for verb in "${verbs[@]}"; do
        cgprune "$verb" --help
        exits 0
        says "Usage: cgprune $verb"
        fits_a_screen
    done
}

dry_run_where_it_changes() {
    local verb
    for verb in enable disable keep unkeep prune retry sweep; do
        cgprune "$verb" --help
        says --dry-run
    done
    for verb in status tree list explain check doctor metrics; do
        cgprune "$verb" --help
        says_not --dry-run
    done
}

version() {
    cgprune --version
    exits 0
    [[ $out =~ ^cgprune\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "no version"
}

options_before_the_verb() {
    cgprune --json check
    exits 0
    is_json errors rules
}

no_verb() { wrong 'cgprune: expected a verb; see cgprune --help'; }
near_miss() {
    wrong enabel 'cgprune: no verb "enabel"; did you mean "enable"?'
    wrong swep 'cgprune: no verb "swep"; did you mean "sweep"?'
    wrong STATUS 'cgprune: no verb "STATUS"; did you mean "status"?'
}
no_such_verb() { wrong frobnicate 'cgprune: no verb "frobnicate"; see cgprune --help'; }
hostile_verb() { wrong $'\e[31m\n' 'cgprune: no verb "\x1b[31m\x0a"; see cgprune --help'; }
unknown_option() {
    wrong check --forc "cgprune check: unrecognised option '--forc'; expected: cgprune check [--json]"
    wrong list -rf "cgprune list: unrecognised option '-rf'; expected: cgprune list [HIERARCHY] [--json]"
    wrong --forc "cgprune: unrecognised option '--forc'; see cgprune --help"
}
no_json() {
    wrong exec freezer:/a --json -- true "cgprune exec: unrecognised option '--json'; expected: cgprune exec CGROUP... [--create] [--notify] -- COMMAND [ARG...]"
    wrong watch --json "cgprune watch: unrecognised option '--json'; expected: cgprune watch [HIERARCHY...]"
}
option_of_a_verb_before_it() {
    wrong --hierarchy freezer tree "cgprune: unrecognised option '--hierarchy'; options of a verb stand behind it"
}
no_abbreviation() {
    wrong retry --no "cgprune retry: unrecognised option '--no'; expected: cgprune retry [HIERARCHY] [--now] [--stuck] [--dry-run] [--json]"
}
missing_operand() {
    wrong keep 'cgprune keep: PATH is missing; expected: cgprune keep PATH [--hierarchy H] [--as-owner] [--dry-run] [--json]'
    wrong disable 'cgprune disable: HIERARCHY is missing; expected: cgprune disable HIERARCHY [--recursive] [--dry-run] [--json]'
}
too_many_operands() {
    wrong check x 'cgprune check: takes no operand; expected: cgprune check [--json]'
    wrong list a b 'cgprune list: too many operands; expected: cgprune list [HIERARCHY] [--json]'
}
missing_argument() {
    wrong explain /a --hierarchy "cgprune explain: the required argument for option '--hierarchy' is missing; expected: cgprune explain PATH [--hierarchy H] [--as-if LINE] [--conf FILE] [--json]"
}
# As "$DIR" is in a script that forgot to set it; the verb would look elsewhere than was meant.
empty_argument() {
    wrong --root '' check 'cgprune check: --root DIR is empty; expected: cgprune check [--json]'
    wrong --root '' 'cgprune: --root DIR is empty; see cgprune --help'
    wrong tree --hierarchy '' 'cgprune tree: --hierarchy H is empty; expected: cgprune tree [HIERARCHY] [PATH] [--empty] [--hierarchy H] [--json]'
    wrong metrics --output '' 'cgprune metrics: --output FILE is empty; expected: cgprune metrics [--output FILE] [--json]'
}
argument_too_many() {
    wrong check --json=yes "cgprune check: option '--json' does not take any arguments; expected: cgprune check [--json]"
}
dry_run_of_a_look() {
    wrong status --dry-run "cgprune status: unrecognised option '--dry-run'; expected: cgprune status [--json]"
}

as_nobody() {
    command -v setpriv >/dev/null || skip "setpriv is missing"
    exit=0
    err=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" "$@" 2>&1 >/dev/null) || exit=$?
}

only_root() {
    local words
    for words in "enable $hierarchy" "disable $hierarchy" status tree list retry sweep doctor metrics; do
        # shellcheck disable=SC2086 # the words are to be parted
        as_nobody $words
        exits 1
        complains "cgprune ${words%% *}: only root can do this; run it as root"
    done
}

full_output() {
    exit=0
    err=$("$bin/cgprune" check 2>&1 >/dev/full) || exit=$?
    exits 1
    complains 'cgprune check: the output could not be written'
}

closed_stdio() {
    cg a
    exit=0
    "$bin/cgprune" keep "$mount/a" <&- >&- 2>&- || exit=$?
    exits 0
    cgprune explain "$mount/a"
    says 'kept: by root'
}

it "--help fits a screen" help_fits
it "help does the same as --help" help_is_a_verb
it "the help of each verb fits a screen" each_help_fits
it "--dry-run is there where something is changed, and only there" dry_run_where_it_changes
it "--version prints the version" version
it "options of the program can stand before the verb" options_before_the_verb
it "without a verb it says what was expected" no_verb
it "a near miss of a verb gets a suggestion" near_miss
it "what is no verb at all is pointed to the help" no_such_verb
it "the bytes of a wrong verb are escaped" hostile_verb
it "an unknown option is told with the verb's usage" unknown_option
it "verbs without JSON have no --json" no_json
it "an option of a verb that stands before it is told" option_of_a_verb_before_it
it "options cannot be abbreviated" no_abbreviation
it "a missing operand is named" missing_operand
it "an operand too many is told" too_many_operands
it "a missing argument of an option is told" missing_argument
it "an empty argument of an option is told" empty_argument
it "an argument that an option does not take is told" argument_too_many
it "a verb that only looks takes no --dry-run" dry_run_of_a_look
it "verbs that need root say so in one line" only_root
it "output that cannot be written is a failure" full_output
it "it works with closed stdin, stdout and stderr" closed_stdio
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# A user with thousands of removals put off: others' are looked at in their turn, and do not wait for all of these.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
waiting=4096

begin() {
    enabled "$@"
    handed "$anna" "$own"
    handed "$bert" "$freezer/bert"
    mkflagged "$freezer/root2"
    take_stock "$freezer/bert/stay" "$own/stay"
}
entries_of() { find "/run/cgprune/journal/freezer/$1" -type f 2>/dev/null | grep -c '' || :; }

# passes_until COND...: how many passes it takes until that is no more. Each is an agent's, which has 5 ms for it.
passes_until() {
    local passes=0
    while "$@"; do
        passes=$((passes + 1))
        [ "$passes" -le 20 ] || fail "not served in 20 passes: $*"
        release_by_hand /bert # which has a child, and stays
    done
    echo "$passes"
}

flood_makes_nobody_wait() {
    begin 'drainer = no' '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 1s' 'retry = 1s..1s' \
        '[rule root]' 'path = /root2' 'sweep-linger = 2s' '[rule bert]' 'path = /bert/**' 'sweep-linger = 2s'
    # shellcheck disable=SC2016
    as_user "$anna" sh -c 'cd "$1" && mkdir $(seq 1 "$2")' sh "$own" "$waiting"
    as_user "$bert" mkdir "$freezer/bert/x"
    exits 0 cgprune sweep freezer >/dev/null
    equal "$(entries_of "$anna")" "$waiting" "anna's entries"
    usleep 3000000 # all are due then, and anna's before the others
    root=$(passes_until there "$freezer/root2")
    bert=$(passes_until there "$freezer/bert/x")
    left=$(entries_of "$anna")
    note "with $waiting entries of a user due before them: root's was served in pass $root, another user's in pass" \
        "$((root + bert)); $left were left then"
    [ "$left" -gt 3000 ] || fail "all were served: this shows nothing"
    [ "$root" -le 2 ] || fail "root's entry had to wait for $root passes"
    # On a machine as slow as this one a pass has time for one entry, of either of the two.
    [ "$bert" -le 15 ] || fail "bert's entry had to wait for $bert passes more"
    unharmed
}

scenario "thousands of a user's entries make nobody wait: root's and another user's go in the next passes" flood_makes_nobody_wait

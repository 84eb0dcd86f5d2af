#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# A user that makes and empties cgroups without end: what it costs the host is bounded, and others have room.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
flood=${full:+100000}
flood=${flood:-4500}
owners=${full:+9}
owners=${owners:-1}

begin() {
    enabled "$@"
    handed "$anna" "$own"
    handed "$bert" "$freezer/bert"
    mkflagged "$freezer/root"
    take_stock "$freezer/bert/stay" "$own/stay"
}
entry_file() { echo "/run/cgprune/journal/freezer/$1/$(id_of "$2")"; }
entries_of() { find "/run/cgprune/journal/freezer/$1" -type f 2>/dev/null | grep -c '' || :; }

deferred_flood() {
    begin '[default]' 'linger = 1h'
    as_flood "$anna" "$own" "$flood"
    eventually 600 settled
    entries=$(entries_of "$anna") # of agents at the same moment each sees what the others are about to write
    { [ "$entries" -le 4096 ] && [ "$entries" -gt 4000 ]; } || fail "anna has $entries entries"
    expect there /run/cgprune/sweep-needed/freezer
    [ "$(log_count msg=not-journaled)" -eq 1 ] || fail "said more than once that there are too many entries"
    [ "$(grep -c '' "$log")" -le 5 ] || fail "a user can fill the log"
    as_user "$bert" mkdir "$freezer/bert/x"
    empty_once "$freezer/bert/x"
    empty_once "$freezer/root"
    eventually 60 there "$(entry_file "$bert" "$freezer/bert/x")"
    eventually 60 there "$(entry_file 0 "$freezer/root")"
    unharmed
    what_it_cost "$flood empties of a user, all put off"
}

# As many users as it takes to fill the hierarchy (in --full): root still has room. A sweep puts into the journal what
# agents would, at less cost.
many_owners() {
    local uid=3000
    begin '[default]' 'policy = delegated' 'linger = 1h' 'sweep-linger = 1h'
    while [ "$uid" -lt "$((3000 + owners))" ]; do
        handed "$uid" "$freezer/user$uid"
        # shellcheck disable=SC2046 # numbers
        as_user "$uid" sh -c "cd $freezer/user$uid && mkdir \$(seq 1 5000)"
        uid=$((uid + 1))
    done
    printf '%s\n' '[agent]' 'log-level = info' '[default]' 'linger = 1h' 'sweep = yes' 'sweep-linger = 1h' | conf
    outside >"$state/outside"
    exits 1 cgprune sweep freezer >/dev/null # not all of them have room
    empty_once "$freezer/root"
    eventually 60 there "$(entry_file 0 "$freezer/root")"
    [ "$(log_count msg=not-journaled)" -le 2 ] || fail "said for each owner that there are too many entries"
    unharmed
    what_it_cost "$((owners * 5000)) empties by $owners owners, swept"
}

scenario "$flood empties of a user: up to 4,096 entries, one line of the log, and others are journaled" deferred_flood
scenario "$((owners * 5000)) empties by $owners owners: bounded for each and in all, and root has room" many_owners

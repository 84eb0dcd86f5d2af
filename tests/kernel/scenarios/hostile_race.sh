#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Users that put another cgroup in the place of an emptied one while an agent looks at that. There is no rmdir by
# descriptor: the agent looks at the name once more just before, and what is left of the race is counted here.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

rounds=${full:+2000}
rounds=${rounds:-150}
own=$freezer/anna
shared=$freezer/shared

begin() {
    enabled '[default]' 'linger = 0'
    handed "$anna" "$own"
    handed "$bert" "$freezer/bert"
    mkcg "$shared/stay"
    chmod 1777 "$shared" # as /tmp is: nobody but its owner removes what is in it
    mkflagged "$freezer/root" "$own/roots"
    flag "$own" 0 # so that what is made there has no flag
    take_stock "$own/stay" "$freezer/bert/stay" "$freezer/root" "$shared/stay" "$own/roots"
}
taken() { sed -n 's/.* taken=\([0-9]*\) .*/\1/p' /tmp/race; }

# raced WHAT COMMAND...: it prints victims=, taken= and late=.
raced() {
    local what=$1
    shift
    "$@" >/tmp/race || fail "the race could not be run"
    eventually 60 settled
    note "$what: $(cat /tmp/race); said to be another: $(log_count msg=removed-another)"
    expect grep -q "^victims=$rounds " /tmp/race
    # Seen: about one in a hundred; without the look just before the rmdir two to six.
    [ "$(($(taken) * 20))" -le "$rounds" ] || fail "$(taken) of $rounds victims taken"
    [ "$(counted removed)" -gt 0 ] || fail "no agent was there: this shows nothing"
    unharmed
}

removed_and_made_anew() {
    begin
    raced "removed and made anew by its owner" as_user "$anna" guest-tool namesake-race "$own" "$rounds" 4000 remove
}

renamed_and_made_anew() {
    begin
    raced "renamed and made anew by its owner" as_user "$anna" guest-tool namesake-race "$own" "$rounds" 4000 rename
}

# In a folder of all users, where anna could not remove what is bert's.
made_anew_by_another() {
    begin
    raced "removed, and made anew by another user" \
        guest-tool namesake-race "$shared" "$rounds" 4000 remove "$anna" "$bert"
}

# The names of two cgroups change places, one of them with a task: a task is never lost.
names_change_places() {
    begin
    as_user "$anna" mkdir "$own/a" "$own/busy"
    run_in "$own/busy"
    busy=$(id_of "$own/busy")
    as_user "$anna" sh -c "echo 1 >$own/a/notify_on_release"
    guest-tool as "$anna" sh -c "cd $own && while :; do
        mkdir a 2>/dev/null && echo 1 >a/notify_on_release
        mv a x && mv busy a && mv x busy
        mv a x && mv busy a && mv x busy
    done" 2>/dev/null &
    changer=$!
    count=0
    while [ "$count" -lt "$((rounds / 2))" ]; do
        release_by_hand /anna/a
        count=$((count + 1))
    done
    kill "$changer"
    guest-tool ids "$own" | grep -qx "$busy" || fail "a cgroup with a task was removed"
    unharmed
}

scenario "removed and made anew within an agent's work, $rounds times" removed_and_made_anew
scenario "renamed and made anew within an agent's work, $rounds times" renamed_and_made_anew
scenario "removed, and made anew by another user in a shared folder, $rounds times" made_anew_by_another
scenario "names that change places while agents run cost no cgroup that is in use" names_change_places

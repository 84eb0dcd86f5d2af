#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# A cgroup that is emptied, and at once entered again: by prune_enter(), and beside it by what scripts do.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
rounds=${full:+10000}
rounds=${rounds:-250}

value() { sed -n "s/.*$1=\([0-9]*\).*/\1/p" "$2"; } # KEY FILE

# Both loops at the same time, so that both have the same machine.
race() { # LINGER
    printf '%s\n' '[default]' "linger = $1" 'policy = always' | conf
    cgprune enable freezer --default-on
    enter-race plain "$rounds" freezer "$freezer" /plain >/tmp/plain &
    enter-race prune "$rounds" freezer "$freezer" /entered >/tmp/prune
    wait
    note "linger = $1: $(cat /tmp/prune)"
    note "linger = $1: $(cat /tmp/plain)"
    equal "$(value failed /tmp/prune)" 0 "failed"
    equal "$(value removed /tmp/prune)" 0 "removed"
    eventually 60 gone "$freezer/entered"
    eventually 60 gone "$freezer/plain"
}

without_linger() {
    race 0
    [ "$(value made /tmp/prune)" -gt 1 ] || fail "the agent never removed it in between"
    [ "$(value failed /tmp/plain)" -gt 0 ] || fail "the loop does not show the race"
}

with_linger() { race 2s; }

scenario "without linger no round of $rounds by prune_enter fails, and some by mkdir and echo do" without_linger
scenario "with linger no round of $rounds by prune_enter fails" with_linger

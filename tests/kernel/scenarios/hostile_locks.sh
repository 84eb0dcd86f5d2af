#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# Whoever can open a cgroup's directory can lock it, for ever: that delays by lock-patience, and no more.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
holders=100

begin() {
    level=debug
    enabled 'lock-patience = 1s' '[default]' 'linger = 0' 'retry = 100ms..100ms'
    handed "$anna" "$own"
    mkflagged "$freezer/root" "$freezer/root2"
    take_stock "$own" "$own/stay"
}

# held DIR sh|ex: by anna, for longer than anything here lasts.
held() { as_user "$anna" guest-tool hold-lock "$1" "$2" 100000 >>"$state/holders"; }
still_held() {
    local pid
    while read -r pid; do kill -0 "$pid" || fail "a holder has ended: this shows nothing"; done <"$state/holders"
}

# goes_late CG: put off while it is locked, then removed though it is locked still.
goes_late() {
    empty_once "$1"
    eventually 60 logged msg=deferred "cgroup=${1#"$freezer"}" reason=lock-held
    eventually 60 gone "$1"
    still_held
}

own_locked() {
    begin
    : >"$state/holders"
    as_user "$anna" mkdir "$own/a"
    held "$own/a" "$1"
    goes_late "$own/a"
    unharmed
}
own_exclusive() { own_locked ex; }
own_shared() { own_locked sh; }

# Root's cgroups can be opened by all, too.
roots_locked() {
    begin
    : >"$state/holders"
    while [ "$(grep -c '' "$state/holders" || :)" -lt "$holders" ]; do held "$freezer/root" sh; done
    goes_late "$freezer/root"
    unharmed
    note "$holders holders: put off $(log_count msg=deferred reason=lock-held) times"
}

# Locks on the hierarchy's root, on folders above and on the conf's folder stand in nobody's way.
above_locked() {
    begin
    : >"$state/holders"
    for folder in "$freezer" "$own" /etc/cgprune /run /usr /sys/fs/cgroup; do held "$folder" ex; done
    exits 1 as_user "$anna" guest-tool hold-lock /run/cgprune sh 1
    empty_once "$freezer/root"
    eventually 60 gone "$freezer/root"
    refuse logged reason=lock-held
    mkcg "$freezer/x/y"
    expect cgprune sweep freezer
    expect cgprune register "$freezer/x/y" --creator $$
    expect cgprune exec freezer:/x/y -- true
    still_held
    unharmed
}

# Who writes a mark or enters waits for a lock, but not for ever.
managers_wait_a_moment() {
    begin
    : >"$state/holders"
    held "$freezer/root" ex
    held "$freezer/root2" ex
    expect cgprune register "$freezer/root" --creator $$
    expect cgprune keep "$freezer/root"
    expect cgprune unkeep "$freezer/root"
    expect cgprune delegate "$freezer/root" --uid "$bert" --gid "$bert"
    expect cgprune exec freezer:/root2 -- true
    expect cgprune prune "$freezer/root2" --force lock
    expect gone "$freezer/root2"
    still_held
    eventually 60 logged msg=entered-without-lock hierarchy=freezer cgroup=/root2
    unharmed
}

scenario "an exclusive lock that a user holds for ever delays its own cgroup by lock-patience" own_exclusive
scenario "a shared lock that a user holds for ever delays its own cgroup by lock-patience" own_shared
scenario "$holders shared locks of a user on root's cgroup delay it by lock-patience" roots_locked
scenario "locks of a user on what is above delay nothing" above_locked
scenario "registering, marking and entering end though a user holds the lock for ever" managers_wait_a_moment

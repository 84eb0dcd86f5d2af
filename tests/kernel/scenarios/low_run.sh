#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# No room in /run, nothing to be written there, and no /run at all: what needs no state is done, the rest is said and
# left to a sweep.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

run=/run/cgprune
agent=/usr/libexec/cgprune/release-agent
tries=20

# small OPTIONS...: the state folder is a file system of its own.
small() {
    mkdir -m 700 "$run"
    mount -t tmpfs -o "mode=700,$1" none "$run"
}

begin() {
    enabled '[default]' 'linger = 0' '[rule later]' 'path = /later/**' 'linger = 1h' \
        '[rule creator]' 'path = /creator/**' 'policy = creator-gone' 'linger = 0'
    mkflagged "$freezer/root" "$freezer/a" "$freezer/later/a" "$freezer/creator/a"
    expect cgprune register "$freezer/creator/a" --creator $$
    take_stock "$freezer/root" "$freezer/later/a" "$freezer/creator/a"
}

no_bytes() {
    small size=64k
    begin
    head -c 1000000 /dev/zero >"$run/filler" 2>/dev/null || :
    equal "$(df -k "$run" | awk 'END { print $4 }')" 0 "kB left"
    cannot_put_off set
    rm "$run/filler"
    found_again
}

no_inodes() {
    small nr_inodes=60
    begin
    number=0
    while touch "$run/filler$number" 2>/dev/null; do number=$((number + 1)); done
    [ "$number" -gt 10 ] || fail "only $number files fit: this shows nothing"
    cannot_put_off 'No.*space'
    rm "$run"/filler*
    found_again
}

read_only() {
    small size=1m
    begin
    mount -o remount,ro "$run"
    cannot_put_off 'Read-only'
    mount -o remount,rw "$run"
    found_again
}

# cannot_put_off WORDS: what goes at once goes, what cannot be put off stays, with a creator or without, and it is said
# what became of the note that a sweep is needed.
cannot_put_off() {
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    exits 1 release_by_hand /later/a
    eventually 10 logged msg=not-journaled hierarchy=freezer
    expect grep -q "msg=not-journaled .*sweep-needed=.*$1" "$log"
    exits 1 release_by_hand /creator/a
    empty_once "$freezer/later/a"
    empty_once "$freezer/creator/a"
    eventually 60 settled
    number=0
    while [ "$number" -lt "$tries" ]; do
        release_by_hand /later/a || :
        number=$((number + 1))
    done
    ! cgprune register "$freezer/root" --creator $$ 2>"$state/said" || fail "registered where there is no room"
    expect grep -q 'cgprune register: ' "$state/said"
    # A note that it was said takes a file; where none can be made it is said each time.
    note "$((tries + 4)) calls that could not be put off: $(log_count msg=not-journaled) lines of the log"
    unharmed
}

# As soon as there is room again.
found_again() {
    printf '%s\n' '[agent]' 'log-level = info' '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 1s' \
        '[rule creator]' 'path = /creator/**' 'policy = creator-gone' | conf
    cgprune sweep freezer >/dev/null
    eventually 60 gone "$freezer/later/a"
    expect there "$freezer/creator/a" # its creator is this shell
    eventually 60 grep -q 'reason=creator-alive' "/run/cgprune/journal/freezer/0/$(id_of "$freezer/creator/a")"
}

# In a root without /run; the kernel's own call has the same.
none_at_all() {
    begin
    rm -rf "$run"
    echo "$agent" >"$freezer/release_agent"
    mkdir -p /tmp/root
    exits 1 in_bare_root "$agent" /later/a
    eventually 10 logged msg=not-journaled hierarchy=freezer
    expect there "$freezer/later/a"
    exits 0 in_bare_root "$agent" /a
    expect gone "$freezer/a"
    expect gone "$run"
    : >"$state/others"
    expect there "$freezer/creator/a"
}
# shellcheck disable=SC2016
in_bare_root() {
    unshare -m sh -c '
        mount -t tmpfs none /tmp/root
        for folder in usr etc sys proc dev; do mkdir /tmp/root/$folder && mount -o rbind /$folder /tmp/root/$folder; done
        exec chroot /tmp/root "$@"' sh "$@"
}

scenario "0 bytes left in /run: a removal goes on, one put off is said and left to a sweep" no_bytes
scenario "no inode left in /run: the same" no_inodes
scenario "/run is read-only: the same" read_only
scenario "there is no /run: the same" none_at_all

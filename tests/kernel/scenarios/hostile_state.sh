#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# A state folder that others than root can write, or that is something else: what is in it is not believed, nothing is
# written through it, no cgroup goes, and it is said.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

run=/run/cgprune
evil=/tmp/canary/state

begin() {
    enabled '[default]' 'policy = creator-gone' 'unknown-creator = keep' 'linger = 0' 'sweep = yes' 'sweep-linger = 0'
    mkflagged "$freezer/root" "$freezer/journaled"
    sleep 100000 &
    creator=$!
    expect cgprune register "$freezer/journaled" --creator "$creator"
    empty_once "$freezer/journaled"
    eventually 60 there "$run/journal/freezer/0/$(id_of "$freezer/journaled")"
    end_task "$(the_drainer)" # it would find the harm in a minute, and say it once more
}

# What a user writes of root's cgroup: it was asked for by a task that has ended.
forge() { # STATE CG
    local fact id
    id=$(id_of "$2")
    fact=$1/registry/freezer/$id.creator
    mkdir -p "$1/registry/freezer" "$1/journal/freezer/0" "$1/counters" "$1/sweep-needed"
    sed "s/^id=.*/id=$id/; s/^path=.*/path=\\/root/; s/^pid=.*/pid=4000000/; s/^start=.*/start=1/
        /^pidfd/d" "$run/registry/freezer/$(id_of "$freezer/journaled").creator" >"$fact"
    cp "$run/journal/freezer/0/$(id_of "$freezer/journaled")" "$1/journal/freezer/0/$id"
    sed -i "s/^id=.*/id=$id/; s/^due=.*/due=1/; s/^empty-since=.*/empty-since=1/" "$1/journal/freezer/0/$id"
}

# That is what such a fact is for: by root's own folder it does count.
forgery_is_good() {
    begin
    forge "$run" "$freezer/root"
    empty_once "$freezer/root"
    eventually 60 gone "$freezer/root"
    eventually 60 logged msg=removed cgroup=/root reason=creator-gone
}

# refused HARM...: then nothing goes by any way, and all is well again when it is undone by the last word.
refused() {
    local mended=$1 ids
    shift
    begin
    rm -rf "$evil" && mkdir -p "$evil"
    forge "$run" "$freezer/root"
    cp -a "$run/." "$evil/"
    "$@"
    chown -R "$anna" "$evil"
    ids="$(id_of "$freezer/root") $(id_of "$freezer/journaled")"
    take_stock "$freezer/root" "$freezer/journaled"
    agent=/usr/libexec/cgprune/release-agent # an alias may not be there any more
    echo "$agent" >"$freezer/release_agent"
    : >"$log"
    exits 1 "$agent" /root
    eventually 60 logged msg=release-failed "agent=$agent" cgroup=/root
    empty_once "$freezer/root"
    eventually 60 calls_failed 2
    for verb in 'retry --now' 'sweep freezer' "prune $freezer/root" "register $freezer/root --creator 1" \
        "delegate $freezer/root --uid 1 --gid 1" "enable freezer --force"; do
        # shellcheck disable=SC2086
        ! cgprune $verb >>"$state/said" 2>&1 || fail "cgprune $verb went by a state that is not root's alone"
    done
    expect grep -q 'is not a folder that only root can write' "$state/said"
    equal "$(id_of "$freezer/root") $(id_of "$freezer/journaled")" "$ids" ids
    equal "$(drainers)" 0 drainers
    unharmed
    [ "$mended" = no ] || mend
}
calls_failed() { [ "$(log_count msg=release-failed)" -eq "$1" ]; }

mend() {
    chown 0 "$run"
    chmod 700 "$run"
    echo "$run/agents/freezer" >"$freezer/release_agent"
    end_task "$creator"
    cgprune retry --now >/dev/null || :
    eventually 60 gone "$freezer/journaled"
}

owned_by_a_user() { chown "$anna" "$run"; }
writable() { chmod 1777 "$run"; }
group_writable() { chmod 770 "$run"; }
a_link() { mv "$run" /run/moved && ln -s "$evil" "$run"; }
a_link_to_nowhere() { mv "$run" /run/moved && ln -s /tmp/nowhere "$run"; }
a_file() { mv "$run" /run/moved && : >"$run"; }

owner() { refused yes owned_by_a_user; }
mode() { refused yes writable; }
group() { refused yes group_writable; }
link() { refused no a_link && rm -rf /run/moved; }
dangling() { refused no a_link_to_nowhere && rm -rf /run/moved && expect gone /tmp/nowhere; }
file() { refused no a_file && rm -rf /run/moved; }

# Folders and files in it that are something else: no harm, and it is said.
parts_of_it() {
    begin
    take_stock "$freezer/root" "$freezer/journaled"
    for part in journal registry counters once sweep-needed; do
        mkdir -p "/tmp/canary/$part/freezer/0"
        rm -rf "${run:?}/$part"
        ln -s "/tmp/canary/$part" "$run/$part"
    done
    ln -sf /tmp/canary/file "$run/next-due"
    ln -sf /tmp/canary/file "$run/drainer.lock"
    outside >"$state/outside"
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 settled
    usleep 300000
    cgprune retry --now >/dev/null 2>&1 || :
    cgprune sweep freezer >/dev/null 2>&1 || :
    [ "$(grep -c 'msg=.*fault\|msg=not-journaled' "$log")" -gt 0 ] || fail "nothing was said"
    unharmed
}

scenario "a fact that is forged in root's own folder counts: this is what the others are about" forgery_is_good
scenario "the state folder belongs to a user" owner
scenario "all can write the state folder" mode
scenario "a group can write the state folder" group
scenario "a link to a user's folder is in its place" link
scenario "a link to nowhere is in its place" dangling
scenario "a file is in its place" file
scenario "links are in the place of what is in it" parts_of_it

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune keep and unkeep.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

mark_is() { # CG MARK|none
    local seen
    seen=$("$bin/cgprune" explain "$mount/$1" | sed -n 's/^kept: \(.*\) \[xattr\]$/\1/p')
    equal "$seen" "$2"
}

entries() { find "/run/cgprune/journal/$hierarchy" -type f 2>/dev/null | wc -l; }

set_and_unset() {
    cg a
    cgprune keep "$mount/a"
    exits 0
    prints "/a of $hierarchy: kept (trusted.cgprune.keep)"
    mark_is a 'by root'
    cgprune unkeep "$mount/a"
    exits 0
    prints "/a of $hierarchy: no longer kept (trusted.cgprune.keep)"
    mark_is a no
}

by_cgroup_path() {
    cg a/b
    cgprune keep /a/b --hierarchy "$hierarchy"
    exits 0
    mark_is a/b 'by root'
    mark_is a no
}

relative() {
    cg -rf
    cd "$mount"
    cgprune keep -- -rf
    exits 0
    cgprune keep ./-rf
    exits 0
    prints "/-rf of $hierarchy: kept already (trusted.cgprune.keep)"
}

as_owner() {
    cg a
    cgprune keep "$mount/a" --as-owner
    exits 0
    mark_is a 'by the owner'
    cgprune keep "$mount/a"
    mark_is a 'by root and by the owner'
    cgprune unkeep "$mount/a"
    exits 0
    says "/a of $hierarchy: still has the mark user.cgprune.keep"
    mark_is a 'by the owner'
}

as_nobody() {
    command -v setpriv >/dev/null || skip "setpriv is missing"
    exit=0
    setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" "$@" >/run/out 2>/run/err || exit=$?
    out=$(cat /run/out)
    err=$(cat /run/err)
}

owner_without_root() {
    cg a
    chown 65534 "$mount/a"
    as_nobody keep "$mount/a" --as-owner
    exits 0
    mark_is a 'by the owner'
    as_nobody unkeep "$mount/a" --as-owner
    exits 0
    mark_is a no
}

roots_mark_without_root() {
    cg a
    chown 65534 "$mount/a"
    as_nobody keep "$mount/a"
    exits 1
    complains 'cgprune keep: only root can change this mark; run it as root, or with --as-owner if the cgroup is yours'
    as_nobody unkeep "$mount/a"
    exits 1
    mark_is a no
}

not_the_owner() {
    cg a
    as_nobody keep "$mount/a" --as-owner
    exits 1
    warns 'Permission denied'
    mark_is a no
}

twice() {
    cg a
    cgprune keep "$mount/a"
    cgprune keep "$mount/a"
    exits 0
    prints "/a of $hierarchy: kept already (trusted.cgprune.keep)"
    cgprune unkeep "$mount/a"
    cgprune unkeep "$mount/a"
    exits 0
    prints "/a of $hierarchy: was not kept (trusted.cgprune.keep)"
}

dry_run() {
    cg a
    cgprune keep "$mount/a" --dry-run
    exits 0
    prints "/a of $hierarchy: would be kept (trusted.cgprune.keep)"
    mark_is a no
    cgprune keep "$mount/a"
    cgprune unkeep "$mount/a" --dry-run
    exits 0
    mark_is a 'by root'
}

json() {
    cg $'a \e'
    cgprune keep "$mount/"$'a \e' --json
    exits 0
    prints "{\"verb\":\"keep\",\"hierarchy\":\"$hierarchy\",\"cgroup\":\"/a \\\\x1b\",\"mark\":\"trusted.cgprune.keep\",\"dry-run\":false,\"changed\":true}"
    is_json
}

named_deleted() {
    cg 'a (deleted)'
    cg a
    cgprune keep "$mount/a (deleted)"
    exits 0
    mark_is 'a (deleted)' 'by root'
    mark_is a no
}

removed_directory() {
    cg 'a (deleted)'
    cg a
    cd "$mount/a"
    rmdir "$mount/a"
    cgprune keep .
    exits 1
    mark_is 'a (deleted)' no
}

missing() {
    cgprune keep /nowhere --hierarchy "$hierarchy"
    exits 1
    complains "cgprune keep: no cgroup /nowhere in hierarchy $hierarchy; see cgprune status for the hierarchies, and name a path inside one"
}

no_cgroup() {
    cgprune keep /run
    exits 1
    complains 'cgprune keep: /run is not below a cgroup mount; name a directory below one, or use --hierarchy with a cgroup path'
}

the_root() {
    cgprune keep "$mount"
    exits 1
    warns 'is the root, which is never removed; name a cgroup below it'
}

part_of_a_hierarchy() {
    cg a/b
    mkdir -p /run/part
    mount --bind "$mount/a" /run/part
    cgprune keep /run/part/b
    umount /run/part
    exits 1
    complains "cgprune keep: only a part of hierarchy $hierarchy is mounted at /run/part, as in a container; run this on the host"
    mark_is a/b no
}

held_lock() {
    command -v flock >/dev/null || skip "flock is missing"
    cg a
    exec {held}<"$mount/a"
    flock --exclusive --nonblock "$held"
    cgprune keep "$mount/a"
    exec {held}<&-
    exits 0
    warns "warning: somebody held the lock of /a of $hierarchy for a second; the mark was changed without it"
    mark_is a 'by root'
}

shared_lock() {
    command -v flock >/dev/null || skip "flock is missing"
    cg a
    exec {held}<"$mount/a"
    flock --shared --nonblock "$held"
    cgprune keep "$mount/a"
    exec {held}<&-
    exits 0
    complains ''
}

the_agent_honours_it() {
    conf '[default]
linger = 0'
    enable
    flagged a
    cgprune keep "$mount/a"
    release /a
    there "$mount/a"
    cgprune unkeep "$mount/a"
    exits 0
    says "/a of $hierarchy: it is empty, and was handled as if released just now: removed (unknown-creator)"
    gone "$mount/a"
}

unkeep_journals() {
    enable
    flagged a
    cgprune keep "$mount/a"
    cgprune unkeep "$mount/a" --json
    exits 0
    is_json verb hierarchy cgroup
    says '"outcome":"deferred","reason":"lingering"'
    equal "$(entries)" 1
    there "$mount/a"
}

unkeep_of_what_is_not_released() {
    flagged a
    cgprune keep "$mount/a"
    cgprune unkeep "$mount/a"
    exits 0
    equal "$(entries)" 0
    enable
    cg b
    cgprune keep "$mount/b"
    cgprune unkeep "$mount/b"
    exits 0
    equal "$(entries)" 0
}

is_gone() { [[ ! -e $1 ]]; }
no_drainer() { "$bin/cgprune" status | grep -q 'drainer: not running'; }

unkeep_starts_a_drainer() {
    enable
    flagged a
    cgprune keep "$mount/a"
    printf '[default]\nlinger = 200ms\n' >/etc/cgprune/cgprune.conf
    cgprune unkeep "$mount/a"
    exits 0
    eventually is_gone "$mount/a"
    eventually no_drainer
}

covered() {
    cg a
    mount -t tmpfs over "$mount/a"
    cgprune keep "$mount/a"
    exits 1
    complains "cgprune keep: something is mounted on the cgroup $mount/a; unmount that first"
    cgprune keep /a --hierarchy "$hierarchy"
    exits 1
    complains "cgprune keep: something is mounted on /a of hierarchy $hierarchy, or above it; see findmnt, and unmount that first"
}

it "a cgroup is marked, and unmarked" set_and_unset
it "PATH can be a cgroup path" by_cgroup_path
it "PATH can be a relative directory, with a leading dash too" relative
it "--as-owner sets the other mark, and each is taken away alone" as_owner
it "an owner marks its cgroup without root" owner_without_root
it "root's mark is for root" roots_mark_without_root
it "who does not own a cgroup cannot mark it" not_the_owner
it "what is so already is told" twice
it "--dry-run changes nothing" dry_run
it "--json prints one object, with escaped bytes" json
it "a name that ends in (deleted) is a name" named_deleted
it "a removed directory is not taken for the one with its path" removed_directory
it "a cgroup that is not there is told" missing
it "a directory that is no cgroup is told" no_cgroup
it "a cgroup that something is mounted on is told" covered
it "the root is refused" the_root
it "a mount of a part of the hierarchy is refused" part_of_a_hierarchy
it "a lock held for long does not keep the mark from being set" held_lock
it "a manager's shared lock is no hindrance" shared_lock
it "the agent keeps it, and unkeep of an empty one acts as a release" the_agent_honours_it
it "unkeep of an empty one starts its linger" unkeep_journals
it "unkeep leaves alone what no agent of ours would be called for" unkeep_of_what_is_not_released
it "unkeep starts a drainer, which removes it" unkeep_starts_a_drainer
finish

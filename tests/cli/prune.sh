#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune prune.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

children_first() {
    cg top/a/b
    cg top2
    cgprune prune "$mount/top"
    exits 0
    prints "/top/a/b of $hierarchy: removed
/top/a of $hierarchy: removed
/top of $hierarchy: removed
/top of $hierarchy: 3 removed, 0 left"
    gone "$mount/top"
    there "$mount/top2"
}

by_hierarchy() {
    cg top/a
    cgprune prune /top/a --hierarchy "$hierarchy"
    exits 0
    gone "$mount/top/a"
    there "$mount/top"
}

dry_run() {
    cg top/a
    cgprune prune "$mount/top" --dry-run
    exits 0
    prints "/top/a of $hierarchy: would be removed
/top of $hierarchy: would be removed
/top of $hierarchy: dry run: 2 removed, 0 left"
    there "$mount/top/a"
}

leaves_the_kept() {
    cg top/a
    cg top/b
    cgprune keep "$mount/top/a"
    cgprune prune "$mount/top"
    exits 3
    says "/top/a of $hierarchy: kept (kept)"
    says "/top of $hierarchy: kept (has-children)"
    says "/top of $hierarchy: 1 removed, 2 left (1 has-children, 1 kept)"
    says 'cgprune explain PATH says more of each; --force kept removes them, too'
    there "$mount/top/a"
    gone "$mount/top/b"
    cgprune prune "$mount/top" --force creator,lock,delegated
    exits 3
    there "$mount/top/a"
    cgprune prune "$mount/top" --force kept
    exits 0
    gone "$mount/top"
}

leaves_the_locked() {
    cg top
    exec 8<"$mount/top"
    flock --shared 8
    cgprune prune "$mount/top"
    exits 3
    says "/top of $hierarchy: kept (lock-held)"
    cgprune prune "$mount/top" --force lock
    exits 0
    gone "$mount/top"
}

leaves_the_creators() {
    cg top
    sleep 600 &
    process=$!
    trap 'kill "$process" 2>/dev/null || true' EXIT
    cgprune register "$mount/top" --creator "$process"
    exits 0
    cgprune prune "$mount/top"
    exits 3
    says "/top of $hierarchy: kept (creator-"
    cgprune prune "$mount/top" --force creator
    exits 0
    gone "$mount/top"
    [[ -z $(find /run/cgprune/registry -type f) ]] || fail "the registry still has its fact"
}

leaves_the_delegated() {
    cg top/theirs/below
    chown 1000 "$mount/top/theirs" "$mount/top/theirs/cgroup.procs"
    cgprune prune "$mount/top"
    exits 3
    says "/top/theirs of $hierarchy: kept (inside-delegation)"
    there "$mount/top/theirs/below"
    cgprune prune "$mount/top/theirs" --dry-run
    exits 0
    cgprune prune "$mount/top" --force delegated
    exits 0
    gone "$mount/top"
}

mounted_on() {
    cg top/a
    cg top/b
    mount -t tmpfs on "$mount/top/a"
    cgprune prune "$mount/top"
    exits 1
    says "/top/a of $hierarchy: failed (something is mounted on it: unmount that first)"
    says "/top of $hierarchy: 1 removed, 2 left, 1 of them failed (1 has-children)"
    gone "$mount/top/b"
}

match_below() {
    cg top/job1
    cg top/jobs/job2
    cg top/other
    cgprune prune "$mount/top" --match 'job*'
    exits 0
    gone "$mount/top/job1"
    there "$mount/top/jobs/job2"
    there "$mount/top/other"
    says "/top/jobs of $hierarchy: kept (has-children)"
    says_not 'kept (not-matched)'
    says "/top of $hierarchy: 1 removed, 0 left, 4 left out (1 has-children, 3 not-matched)"
    cgprune prune "$mount/top" --match '**'
    exits 0
    there "$mount/top"
    equal "$(ls -d "$mount"/top/*/ 2>/dev/null)" ''
}

match_whole() {
    cg top/a/job1
    cg top/b/job1
    cgprune prune "$mount/top" --match '/top/a/**'
    exits 0
    gone "$mount/top/a/job1"
    there "$mount/top/b/job1"
}

match_is_relative_to_a_literal() {
    cg 'to*/a'
    cg top/a
    cgprune prune "$mount/to*" --match a
    exits 0
    gone "$mount/to*/a"
    there "$mount/top/a"
}

too_young() {
    cg top/a
    cgprune prune "$mount/top" --older-than 1h
    exits 0
    says "/top/a of $hierarchy: kept (too-young)"
    says "/top of $hierarchy: 0 removed, 0 left, 2 left out (1 has-children, 1 too-young)"
    there "$mount/top/a"
    cgprune prune "$mount/top/a" --older-than 1h
    exits 0
    there "$mount/top/a"
}

# Of two that are asked for and stay, one has only what was left out below it.
left_and_left_out() {
    cg top/jobs/kept
    cg top/jobs/young
    cg top/young/young
    cgprune keep "$mount/top/jobs/kept"
    cgprune prune "$mount/top" --older-than 1h
    exits 3
    says "/top of $hierarchy: 0 removed, 3 left, 3 left out (3 has-children, 1 kept, 2 too-young)"
    cgprune prune "$mount/top" --older-than 1h --json
    says '"left":3,"left-out":3,"failed":0,'
    cgprune prune "$mount/top/young" --older-than 1h
    exits 0
}

old_enough() {
    cg top/a
    touch -d '1 minute ago' "$mount/top" "$mount/top/a"
    cgprune prune "$mount/top" --older-than 30s
    exits 0
    gone "$mount/top"
}

json() {
    cg top/a
    cg top/b
    cgprune keep "$mount/top/b"
    cgprune prune "$mount/top" --json
    exits 3
    is_json hierarchy cgroup
    says '"cgroup":"/top/a","outcome":"removed","reason":"policy-always","failure":null,"due-in-ms":null}'
    says '"cgroup":"/top/b","outcome":"kept","reason":"kept","failure":null,"due-in-ms":null}'
    says '"dry-run":false,"removed":1,"left":2,"left-out":0,"failed":0,"reasons":{"has-children":1,"kept":1}}'
}

refuses_the_root() {
    cg top
    cgprune prune "$mount"
    exits 1
    complains 'cgprune prune: cgroup path "/" is the root, which is never removed; name a cgroup below it'
    cgprune prune / --hierarchy "$hierarchy"
    exits 1
    there "$mount/top"
}

wrong_words() {
    cg top
    cgprune prune "$mount/top" --force keept
    exits 2
    complains 'cgprune prune: --force "keept"; expected one or more of kept,creator,lock,delegated; did you mean "kept"?'
    cgprune prune "$mount/top" --force ''
    exits 2
    cgprune prune "$mount/top" --older-than soon
    exits 2
    warns 'cgprune prune: --older-than: '
    cgprune prune "$mount/top" --match '/a//b'
    exits 2
    complains 'cgprune prune: --match: an empty component in the path; expected a name'
    there "$mount/top"
}

missing() {
    cgprune prune "$mount/none" --force keept
    exits 2
    warns 'cgprune prune: --force "keept"; expected'
    cgprune prune "$mount/none"
    exits 1
    warns "open directory $mount/none"
}

without_root() {
    command -v setpriv >/dev/null || skip "setpriv is missing"
    cg top
    setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" prune "$mount/top" && fail "it was allowed"
    there "$mount/top"
}

# 300 lines of 250 bytes are more than is held back, so some are written before the last cgroup is removed.
nobody_reads() {
    local i long status=0
    long=$(printf '%0200d' 0)
    for ((i = 0; i < 300; ++i)); do mkdir -p "$mount/top/$i-$long"; done
    {
        until [[ -e /run/closed ]]; do sleep 0.01; done
        exec "$bin/cgprune" prune "$mount/top" 2>/run/err
    } | {
        exec <&-
        touch /run/closed
    } || status=$?
    equal "$status" 1
    equal "$(cat /run/err)" 'cgprune prune: the output could not be written'
    gone "$mount/top"
}

progress() {
    command -v script >/dev/null || skip "script is missing"
    cg top/a
    script -qec "$bin/cgprune prune $mount/top >/run/listed" /run/typescript
    gone "$mount/top"
    grep -q '2 removed, 0 left' /run/listed || fail "no summary"
}

it "it removes children first, and nothing beside or above" children_first
it "PATH can be a path in a hierarchy" by_hierarchy
it "--dry-run lists what would go, and removes nothing" dry_run
it "a keep mark wins, unless it is forced" leaves_the_kept
it "a lock that somebody holds wins, unless it is forced" leaves_the_locked
it "a registered creator that lives wins, unless it is forced" leaves_the_creators
it "what was handed to another is left with all below it, unless it is forced" leaves_the_delegated
it "a cgroup with a mount on it is left, and told with what to do" mounted_on
it "--match takes a pattern from PATH on" match_below
it "--match takes a pattern of the whole path" match_whole
it "stars in PATH itself are no stars of the pattern" match_is_relative_to_a_literal
it "--older-than leaves what may be new" too_young
it "what stays only for what was left out below it is left out, too" left_and_left_out
it "--older-than removes what is known to be old, though its children go first" old_enough
it "--json prints one object a line" json
it "the root of a hierarchy is refused" refuses_the_root
it "bad values of options are told with what was expected" wrong_words
it "a PATH that is not there is told" missing
it "only root can do it" without_root
it "it goes on to the end where nobody reads its output any more" nobody_reads
it "with a terminal it does the same" progress
finish

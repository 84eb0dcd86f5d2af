#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# RFC option 4: a cgroup that was handed to another user is discarded when it becomes empty, and no other.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

# by_delegation [LINE...]: delegation alone decides; LINEs are more of [default].
by_delegation() {
    {
        printf '%s\n' '[agent]' 'log-level = debug' '[default]' 'policy = delegated' 'linger = 0' "$@"
    } | conf
    cgprune enable freezer
}

# by_hand CG: handed over as a manager does it that knows nothing of us.
by_hand() { chown 1000:1000 "$1" "$1/cgroup.procs" "$1/tasks"; }

# kept_for NAME REASON: it became empty, and stays for this reason.
kept_for() {
    eventually 60 logged msg=kept "cgroup=/$1" "reason=$2"
    stays "$freezer/$1" 1
}

goes_for() {
    eventually 60 gone "$freezer/$1"
    eventually 10 logged msg=removed "cgroup=/$1" "reason=$2"
}

entry_of() { cgprune list --json | grep -F "\"cgroup\":\"$1\""; }
deferred() { entry_of "$1" | grep -qF "\"reason\":\"$2\""; }

chowned_is_discarded() {
    by_delegation
    mkcg "$freezer/a"
    mkflagged "$freezer/b"
    equal "$(cat "$freezer/a/notify_on_release")" 0 "flag before"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1001 --chown
    equal "$(cat "$freezer/a/notify_on_release")" 1 "flag after"
    owned 1000:1001 "$freezer/a" "$freezer/a/cgroup.procs" "$freezer/a/tasks"
    owned 0:0 "$freezer/a/notify_on_release" "$freezer/a/freezer.state" "$freezer/a/cgroup.clone_children" \
        "$freezer/b" "$freezer"
    empty_once "$freezer/b"
    as_user 1000 guest-tool run-in "$freezer/a"
    end_task "$(cat "$freezer/a/cgroup.procs")"
    goes_for a delegated
    kept_for b not-delegated
    equal "$(find /run/cgprune/registry -type f)" "" "facts that are left"
}

marked_without_chown() {
    by_delegation
    mkcg "$freezer/a"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000
    owned 0:0 "$freezer/a" "$freezer/a/cgroup.procs" "$freezer/a/tasks"
    equal "$(cat "$freezer/a/notify_on_release")" 1 "flag"
    empty_once "$freezer/a"
    goes_for a delegated
}

undelegated_is_kept() {
    by_delegation
    mkcg "$freezer/a"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000 --chown
    expect cgprune undelegate "$freezer/a"
    empty_once "$freezer/a"
    kept_for a not-delegated
}

delegatees_own_children() {
    by_delegation
    mkcg "$freezer/a"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000 --chown
    as_user 1000 mkdir -p "$freezer/a/x"
    equal "$(cat "$freezer/a/x/notify_on_release")" 1 "flag of the child"
    as_user 1000 guest-tool run-in "$freezer/a/x"
    end_task "$(cat "$freezer/a/x/cgroup.procs")"
    kept_for a/x not-delegated # the mark is of a alone
    expect there "$freezer/a"
    as_user 1000 rmdir "$freezer/a/x"
    goes_for a delegated
}

# The owner of x is that of its parent: no boundary, and so no delegation.
delegatees_own_children_by_owner() {
    by_delegation 'delegated-by-owner = yes'
    mkflagged "$freezer/a"
    by_hand "$freezer/a"
    as_user 1000 mkdir "$freezer/a/x"
    as_user 1000 guest-tool run-in "$freezer/a/x"
    end_task "$(cat "$freezer/a/x/cgroup.procs")"
    kept_for a/x not-delegated
    as_user 1000 rmdir "$freezer/a/x"
    goes_for a delegated-by-owner
}

# The owner differs there too, but root handed nothing over.
roots_child_in_a_users_tree() {
    by_delegation 'delegated-by-owner = yes'
    mkflagged "$freezer/a"
    by_hand "$freezer/a"
    mkcg "$freezer/a/ours"
    empty_once "$freezer/a/ours"
    kept_for a/ours not-delegated
}

ownership_alone() {
    by_delegation
    mkflagged "$freezer/a" "$freezer/b" "$freezer/half"
    by_hand "$freezer/a"
    empty_once "$freezer/a"
    kept_for a not-delegated
    by_delegation 'delegated-by-owner = yes'
    chown 1000 "$freezer/half" # its tasks are still root's
    empty_once "$freezer/b"
    empty_once "$freezer/half"
    empty_once "$freezer/a"
    goes_for a delegated-by-owner
    kept_for b not-delegated
    kept_for half not-delegated
}

with_creator() {
    conf <<END
[agent]
log-level = debug
[default]
policy = creator-gone delegated
unknown-creator = keep
delegated-by-owner = yes
linger = 0
retry = 200ms..200ms
END
    cgprune enable freezer
    mkflagged "$freezer/a" "$freezer/b"
    by_hand "$freezer/a"
    container 100000
    expect cgprune register "$freezer/a" --creator "$member"
    expect cgprune register "$freezer/b" --creator "$member"
}

living_creator_defers_ownership() {
    with_creator
    empty_once "$freezer/a"
    eventually 60 deferred /a creator-alive
    stays "$freezer/a" 2
    expect deferred /a creator-alive
    end_task "$init"
    goes_for a creator-gone
}

living_creator_does_not_defer_a_mark() {
    with_creator
    expect cgprune delegate "$freezer/b" --uid 1000 --gid 1000 --chown
    empty_once "$freezer/b"
    goes_for b delegated
    expect there "/proc/$init"
}

# forget drops the creator alone: then ownership decides.
forgotten_creator_leaves_ownership() {
    with_creator
    expect cgprune forget "$freezer/a"
    empty_once "$freezer/a"
    goes_for a delegated-by-owner
}

roots_attribute_counts() {
    by_delegation
    mkflagged "$freezer/a"
    by_hand "$freezer/a"
    guest-tool xattr set "$freezer/a" trusted.delegate 1
    empty_once "$freezer/a"
    goes_for a delegated
}

# What an owner can set by itself gains nothing: neither for its own cgroups nor for others'.
delegatee_sets_what_it_can() {
    by_delegation
    mkflagged "$freezer/own" "$freezer/root"
    by_hand "$freezer/own"
    as_user 1000 mkdir "$freezer/own/x"
    as_user 1000 sh -c "echo 0 >$freezer/own/x/notify_on_release"
    as_user 1000 sh -c "echo 1 >$freezer/own/x/notify_on_release"
    as_user 1000 guest-tool xattr set "$freezer/own/x" user.delegate 1
    as_user 1000 guest-tool xattr set "$freezer/own" user.delegate 1
    exits 1 as_user 1000 guest-tool xattr set "$freezer/own" trusted.delegate 1
    exits 1 as_user 1000 guest-tool xattr set "$freezer/root" user.delegate 1
    exits 1 as_user 1000 sh -c "echo 0 2>/dev/null >$freezer/own/notify_on_release"
    exits 1 as_user 1000 cgprune delegate "$freezer/own" --uid 1000 --gid 1000
    as_user 1000 guest-tool run-in "$freezer/own/x"
    end_task "$(cat "$freezer/own/x/cgroup.procs")"
    kept_for own/x not-delegated
    as_user 1000 rmdir "$freezer/own/x"
    kept_for own not-delegated
    empty_once "$freezer/root"
    kept_for root not-delegated
}

# A flag that the owner has cleared only keeps what is its own.
delegatee_clears_its_flag() {
    by_delegation
    mkcg "$freezer/a"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000 --chown
    as_user 1000 mkdir "$freezer/a/x"
    as_user 1000 sh -c "echo 0 >$freezer/a/x/notify_on_release"
    as_user 1000 guest-tool run-in "$freezer/a/x"
    end_task "$(cat "$freezer/a/x/cgroup.procs")"
    stays "$freezer/a/x" 2
    as_user 1000 rmdir "$freezer/a/x"
    goes_for a delegated
}

users_attribute_counts_on_request() {
    by_delegation 'user-delegate = yes'
    mkflagged "$freezer/a" "$freezer/b"
    by_hand "$freezer/a"
    as_user 1000 guest-tool xattr set "$freezer/a" user.delegate 1
    empty_once "$freezer/b"
    empty_once "$freezer/a"
    goes_for a delegated
    kept_for b not-delegated
}

keep_marks_win() {
    by_delegation
    mkcg "$freezer/a" "$freezer/b"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000 --chown
    expect cgprune delegate "$freezer/b" --uid 1000 --gid 1000 --chown
    expect cgprune keep "$freezer/a"
    expect as_user 1000 cgprune keep --as-owner "$freezer/b"
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    kept_for a kept
    kept_for b kept
}

broken_mark_keeps_it() {
    by_delegation
    mkcg "$freezer/a"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000
    fact=/run/cgprune/registry/freezer/$(id_of "$freezer/a").delegated
    echo garbage >"$fact"
    empty_once "$freezer/a"
    eventually 60 logged msg=state-fault cgroup=/a
    stays "$freezer/a" 2
    expect there "$fact.broken"
    expect cgprune delegate "$freezer/a" --uid 1000 --gid 1000
    empty_once "$freezer/a"
    goes_for a delegated
    expect gone "$fact.broken"
}

scenario "a chowned and marked cgroup is discarded, an un-chowned neighbour kept" chowned_is_discarded
scenario "delegate without --chown marks and flags, and changes no owner" marked_without_chown
scenario "undelegate takes the mark back" undelegated_is_kept
scenario "a delegatee's own children are not delegated by its mark" delegatees_own_children
scenario "a delegatee's own children are no boundary of ownership" delegatees_own_children_by_owner
scenario "root's child in a user's tree is no delegation" roots_child_in_a_users_tree
scenario "ownership alone counts where the conf says so" ownership_alone
scenario "a living registered creator defers what ownership alone would remove" living_creator_defers_ownership
scenario "a mark does not wait for a living creator" living_creator_does_not_defer_a_mark
scenario "with the creator forgotten ownership decides" forgotten_creator_leaves_ownership
scenario "trusted.delegate counts as a mark" roots_attribute_counts
scenario "a delegatee that sets user.delegate and its flag gains nothing" delegatee_sets_what_it_can
scenario "a delegatee that clears the flag of its child keeps that alone" delegatee_clears_its_flag
scenario "user.delegate counts where the conf says so" users_attribute_counts_on_request
scenario "keep marks win over a delegation" keep_marks_win
scenario "a mark that cannot be read keeps the cgroup" broken_mark_keeps_it

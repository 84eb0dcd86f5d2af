#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: hybrid v2
# daily: 6.12 v2
# RFC option 4 on cgroup v2, where no agent is called: what was handed over is discarded by a sweep.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

# swept_by LINE...: a rule for /users, with these lines, that a sweep waits a second for.
swept_by() {
    printf '%s\n' '[rule users]' 'hierarchy = unified' 'path = /users/**' 'linger = 0' 'sweep-linger = 1s' "$@" | conf
}

the_right_files_on_v2() {
    local a file
    a=$(mount_of unified)/users/a
    mkcg "$a"
    expect cgprune delegate "$a" --uid 1000 --gid 1001 --chown
    owned 1000:1001 "$a" "$a/cgroup.procs" "$a/cgroup.threads" "$a/cgroup.subtree_control"
    for file in "$a"/*; do
        case ${file##*/} in
        cgroup.procs | cgroup.threads | cgroup.subtree_control) ;;
        *) owned 0:0 "$file" ;;
        esac
    done
    owned 0:0 "${a%/a}" "${a%/a}/cgroup.procs"
}

swept_on_v2() {
    local users
    users=$(mount_of unified)/users
    swept_by 'policy = delegated'
    mkcg "$users/a" "$users/b"
    expect cgprune delegate "$users/a" --uid 1000 --gid 1000 --chown
    empty_once "$users/a"
    empty_once "$users/b"
    expect cgprune sweep unified
    eventually 60 gone "$users/a"
    stays "$users/b" 2
}

a_delegatees_children_stay() {
    local users
    users=$(mount_of unified)/users
    swept_by 'policy = delegated' 'delegated-by-owner = yes'
    mkcg "$users/a"
    expect cgprune delegate "$users/a" --uid 1000 --gid 1000 --chown
    as_user 1000 mkdir "$users/a/x"
    as_user 1000 guest-tool xattr set "$users/a/x" user.delegate 1
    empty_once "$users/a/x"
    expect cgprune sweep unified
    stays "$users/a/x" 4
}

a_living_creator_keeps_it_on_v2() {
    local users
    users=$(mount_of unified)/users
    swept_by 'policy = creator-gone' 'retry = 1s..1s'
    mkcg "$users/a"
    sleep 600 &
    local creator=$!
    expect cgprune register "$users/a" --creator "$creator"
    empty_once "$users/a"
    expect cgprune sweep unified
    stays "$users/a" 4
    end_task "$creator"
    eventually 60 gone "$users/a"
}

scenario "delegate --chown gives the right files on v2" the_right_files_on_v2
scenario "on v2 a sweep discards what was delegated, and not its neighbour" swept_on_v2
scenario "on v2 a delegatee's own children are left to it" a_delegatees_children_stay
scenario "on v2 a swept cgroup goes when its creator is gone, and not before" a_living_creator_keeps_it_on_v2

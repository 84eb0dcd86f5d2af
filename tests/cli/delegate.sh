#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune delegate and undelegate.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

field() { "$bin/cgprune" explain "$mount/$1" | sed -n "s/^$2: //p" | sed 's/ \[[a-z, ]*\]$//'; }
owner_is() { equal "$(stat -c %u:%g "$mount/$1")" "$2"; }

only_delegated() {
    conf '[default]
linger = 0
policy = delegated'
}

marks() {
    only_delegated
    cg a
    cgprune delegate "$mount/a" --uid 1000 --gid 1001
    exits 0
    prints "/a of $hierarchy: delegated to uid 1000 gid 1001; notify_on_release is 1"
    flag_is a 1
    owner_is a 0:0
    equal "$(field a delegated)" 'yes: registered, to uid 1000 gid 1001'
    equal "$(field a reason)" delegated
}

chowns() {
    cg a
    cgprune delegate "$mount/a" --uid 1000 --gid 1001 --chown
    exits 0
    says ', who owns it'
    owner_is a 1000:1001
    owner_is a/cgroup.procs 1000:1001
    owner_is a/tasks 1000:1001
    owner_is a/notify_on_release 0:0
}

agent_removes() {
    enable
    only_delegated
    flagged a
    flagged b
    cgprune delegate "$mount/a" --uid 1000 --gid 1000
    release /a
    release /b
    gone "$mount/a"
    there "$mount/b"
    gone "/run/cgprune/registry/$hierarchy/"*.delegated
}

takes_back() {
    only_delegated
    cg a
    cgprune delegate "$mount/a" --uid 1000 --gid 1000
    cgprune undelegate "$mount/a"
    exits 0
    prints "/a of $hierarchy: delegated no longer"
    equal "$(field a reason)" not-delegated
    flag_is a 1
    cgprune undelegate "$mount/a"
    exits 0
    prints "/a of $hierarchy: no delegation was registered"
}

by_ownership() {
    only_delegated
    flagged a
    chown 1000 "$mount/a" "$mount/a/cgroup.procs"
    equal "$(field a delegated)" 'owned by uid 1000, which counts with delegated-by-owner = yes'
    equal "$(field a reason)" not-delegated
    conf '[default]
policy = delegated
delegated-by-owner = yes'
    equal "$(field a reason)" delegated-by-owner
}

by_root_attribute() {
    only_delegated
    flagged a
    setfattr -n trusted.delegate -v 1 "$mount/a"
    equal "$(field a delegated)" 'yes: marked trusted.delegate'
    equal "$(field a reason)" delegated
}

by_user_attribute() {
    only_delegated
    flagged a
    setfattr -n user.delegate -v 1 "$mount/a"
    equal "$(field a reason)" not-delegated
    conf '[default]
policy = delegated
user-delegate = yes'
    equal "$(field a reason)" delegated
}

broken_mark() {
    flagged a
    cgprune delegate "$mount/a" --uid 1000 --gid 1000
    echo rubbish >"/run/cgprune/registry/$hierarchy/$(stat -c %i "$mount/a").delegated"
    [[ $(field a creator) == *'its cgroup stays until cgprune undelegate'* ]] || fail "creator: $(field a creator)"
    equal "$(field a reason)" creator-undetermined
    cgprune undelegate "$mount/a"
    exits 0
    equal "$(field a reason)" unknown-creator
}

wrong_use() {
    cg a
    cgprune delegate "$mount/a"
    exits 2
    warns '--uid N is missing'
    cgprune delegate "$mount/a" --uid 1
    exits 2
    warns '--gid N is missing'
    cgprune delegate "$mount/a" --uid root --gid 1
    exits 2
    warns '--uid root: expected a number up to 4294967294'
    cgprune delegate "$mount/a" --uid 4294967295 --gid 1
    exits 2
    flag_is a 0
}

dry_run() {
    cg a
    cgprune delegate "$mount/a" --uid 1000 --gid 1000 --chown --dry-run
    exits 0
    says 'would be: delegated to uid 1000'
    flag_is a 0
    owner_is a 0:0
    gone "/run/cgprune/registry"
}

it "delegate marks a cgroup and sets its flag" marks
it "delegate --chown gives away the directory and the files that move tasks, and no other" chowns
it "the agent removes a delegated cgroup, and keeps its neighbour" agent_removes
it "undelegate takes the mark back, and leaves the flag" takes_back
it "another owner alone counts where the conf says so" by_ownership
it "trusted.delegate always counts" by_root_attribute
it "user.delegate counts only where the conf says so" by_user_attribute
it "a broken mark keeps its cgroup until undelegate" broken_mark
it "delegate without user or group is wrong use" wrong_use
it "delegate --dry-run changes nothing" dry_run
finish

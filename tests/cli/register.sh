#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune register and forget.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

field() { "$bin/cgprune" explain "$mount/$1" | sed -n "s/^$2: //p" | sed 's/ \[[a-z, ]*\]$//'; }
facts() { find "/run/cgprune/registry/$hierarchy" -type f 2>/dev/null | wc -l; }

# process: one that waits, its pid in $pid. It ends with the test at the latest.
process() {
    sleep 600 &
    pid=$!
    trap 'kill "$pid" 2>/dev/null || true' EXIT
}
end_process() {
    kill "$pid"
    wait "$pid" || true
}

host_process() {
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid"
    exits 0
    prints "/a of $hierarchy: creator registered: pid $pid (sleep), uid 0; gone when the process itself is"
    [[ $(field a creator) == "alive (by "*"): pid $pid (sleep), uid 0, registered; what counts is the process itself" ]]
    equal "$(field a reason)" creator-alive
    end_process
    [[ $(field a creator) == "gone (by "* ]]
    equal "$(field a reason)" creator-gone
}

agent_waits_and_removes() {
    enable
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid"
    release /a
    there "$mount/a"
    cgprune retry --now
    exits 3
    says 'deferred (creator-alive)'
    there "$mount/a"
    end_process
    cgprune retry --now
    exits 0
    says 'removed (creator-gone)'
    gone "$mount/a"
    equal "$(facts)" 0
}

container_process() {
    flagged a
    unshare --pid --fork sleep 600 &
    local outer=$!
    eventually grep -q . "/proc/$outer/task/$outer/children"
    local inner
    inner=$(tr -d ' ' <"/proc/$outer/task/$outer/children")
    cgprune register "$mount/a" --creator "$inner"
    exits 0
    says "gone when process $inner, the first of its pid namespace is"
    equal "$(field a reason)" creator-alive
    kill -KILL "$inner"
    wait "$outer" || true
    equal "$(field a reason)" creator-gone
}

session() {
    flagged a
    setsid sh -c 'sleep 600 & echo $!; wait' >/run/inner &
    eventually test -s /run/inner
    local inner leader
    inner=$(cat /run/inner)
    leader=$(cut -d ' ' -f 6 "/proc/$inner/stat")
    cgprune register "$mount/a" --creator "$inner" --session
    exits 0
    says "gone when process $leader, the leader of its session is"
    kill -KILL "$leader" "$inner"
    eventually is_gone a
}
is_gone() { [[ $(field "$1" reason) == creator-gone ]]; }

namespace() {
    unshare --uts sleep 600 &
    pid=$!
    trap 'kill "$pid" 2>/dev/null || true' EXIT
    eventually has_own_namespace "$pid" uts
    flagged a
    cgprune register "$mount/a" --creator "$pid" --namespace uts
    exits 0
    says 'gone when its uts namespace '
    equal "$(field a reason)" creator-alive
    cgprune register "$mount/a" --creator "$pid" --namespace nonsense
    exits 2
    warns 'expected cgroup, ipc, mnt, net, pid, time, user or uts'
    cgprune register "$mount/a" --creator "$pid" --namespace uts --session
    exits 2
}

has_own_namespace() { [[ $(readlink "/proc/$1/ns/$2") != "$(readlink "/proc/self/ns/$2")" ]]; }

# A mount of our hierarchy, covered by one of another: what the path names is in the other.
covered_mount() {
    local other=$hierarchy-other
    mkdir -p /run/x/y /run/other
    mount -t cgroup -o "none,$other" other /run/other
    mkdir -p /run/other/y/a
    mount --bind "$mount" /run/x/y
    mount --bind /run/other /run/x
    process
    cgprune register /run/x/y/a --creator "$pid"
    exits 0
    says "/y/a of $other: creator registered"
    umount /run/x
    umount /run/x/y
    rmdir /run/other/y/a /run/other/y
    end_hierarchy "$other" /run/other
}

no_such_process() {
    flagged a
    cgprune register "$mount/a" --creator 4194304
    exits 1
    warns 'process 4194304: No such process'
    cgprune register "$mount/a" --creator 0
    exits 1
    cgprune register "$mount/a" --creator x
    exits 2
    warns '--creator x: expected a number'
    cgprune register "$mount/a"
    exits 2
    warns '--creator PID is missing'
    equal "$(facts)" 0
}

no_such_cgroup() {
    process
    cgprune register "$mount/none" --creator "$pid"
    exits 1
    cgprune register "$mount" --creator "$pid"
    exits 1
    equal "$(facts)" 0
}

flag_is_off() {
    process
    cg a
    cgprune register "$mount/a" --creator "$pid"
    exits 0
    warns "note: notify_on_release is 0 in /a of $hierarchy"
}

dry_run() {
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid" --dry-run
    exits 0
    says 'would be: creator registered'
    equal "$(facts)" 0
    cgprune register "$mount/a" --creator "$pid"
    cgprune forget "$mount/a" --dry-run
    exits 0
    equal "$(facts)" 1
}

forgets() {
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid"
    cgprune forget "$mount/a"
    exits 0
    prints "/a of $hierarchy: creator forgotten"
    equal "$(facts)" 0
    equal "$(field a creator)" none
    cgprune forget "$mount/a"
    exits 0
    prints "/a of $hierarchy: no creator was known"
}

broken_fact() {
    enable
    conf '[default]
linger = 0'
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid"
    end_process
    local file
    file=$(find "/run/cgprune/registry/$hierarchy" -type f)
    echo rubbish >"$file"
    cgprune explain "$mount/a"
    says 'creator: unknown ('
    says 'reason: creator-undetermined'
    there "$file"
    release /a
    there "$mount/a"
    there "$file.broken"
    cgprune forget "$mount/a"
    gone "$file.broken"
    cgprune retry --now
    gone "$mount/a"
}

as_json() {
    process
    flagged a
    cgprune register "$mount/a" --creator "$pid" --json
    exits 0
    prints "{\"verb\":\"register\",\"hierarchy\":\"$hierarchy\",\"cgroup\":\"/a\",\"dry-run\":false,\"changed\":true}"
    cgprune explain "$mount/a" --json
    is_json creator delegated
    says '"creator":{"life":"alive","rung":"'
    says "\"pid\":$pid,\"name\":\"sleep\",\"uid\":0,\"source\":\"registered\""
}

in_a_container() {
    flagged a
    local words
    for words in "register $mount/a --creator 1" "forget $mount/a" "delegate $mount/a --uid 1 --gid 1" "undelegate $mount/a"; do
        # shellcheck disable=SC2086 # one word each
        unshare --pid --fork --mount-proc "$bin/cgprune" $words >/run/out 2>/run/err && fail "it was done: $words"
        err=$(cat /run/err)
        warns 'the registry is the host'
    done
    equal "$(facts)" 0
}

it "register remembers a process of the host, which counts for as long as it lives" host_process
it "the agent defers while the creator lives, and removes when it is gone" agent_waits_and_removes
it "register of a process in a pid namespace watches that namespace's first process" container_process
it "register --session watches the leader of the session" session
it "register below a mount that covers another is for what the path names" covered_mount
it "register --namespace watches that namespace" namespace
it "register of no process is an error" no_such_process
it "register of no cgroup is an error" no_such_cgroup
it "register says so where the flag is off" flag_is_off
it "register and forget --dry-run change nothing" dry_run
it "forget drops the creator" forgets
it "a broken fact keeps its cgroup until forget" broken_fact
it "register and explain speak JSON" as_json
it "inside a container nothing is registered or dropped" in_a_container
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune list and retry: the journal.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

journal=/run/cgprune/journal/$hierarchy

# deferred NAME: a cgroup whose release was put off.
deferred() {
    flagged "$1"
    release "/$1"
}

retry_is_done() {
    cgprune retry "$@"
    ((exit == 0))
}

is_gone() { [[ ! -e $1 ]]; }

list_empty() {
    cgprune list
    exits 0
    prints 'nothing is deferred'
    cgprune list --json
    exits 0
    prints ''
}

list_entries() {
    enable
    deferred $'a \e'
    cgprune list
    exits 0
    says 'HIERARCHY'
    says '/a \x1b'
    grep -qE "^$hierarchy +$(stat -c %i "$mount/"$'a \e') lingering +[0-9a-z]+ +(now|in [0-9a-z]+) +0 /a " <<<"$out" || fail "no such row"
    equal "$(grep -b -o ' lingering' <<<"${out#*$'\n'}" | cut -d: -f1)" "$(grep -b -o ' REASON' <<<"$out" | cut -d: -f1)"
    cgprune list "$hierarchy" --json
    is_json hierarchy id owner cgroup reason empty-for-ms due-in-ms looks stuck
    says '"cgroup":"/a \\x1b","reason":"lingering"'
    equal "$(wc -l <<<"$out")" 1
}

list_stuck() {
    enable
    stuck a
    cgprune list
    exits 0
    grep -qE ' stuck +[0-9]+ /a$' <<<"$out" || fail "not listed as stuck"
    cgprune list --json
    says '"due-in-ms":null'
    says '"stuck":true'
}

list_broken() {
    enable
    deferred a
    local entry
    entry=$(find "$journal" -type f)
    echo rubbish >"$entry"
    cgprune list
    exits 0
    says '1 entry file could not be read'
    there "$entry"
    cgprune list --json
    prints '{"broken":1}'
}

list_unknown() {
    cgprune list ../../etc
    exits 1
    warns 'cgprune list: no hierarchy ../../etc is mounted; mounted are: '
}

retry_nothing() {
    cgprune retry
    exits 0
    prints 'removed 0, dropped 0, failed 0, pending 0, stuck 0'
}

retry_waits() {
    conf '[default]
linger = 1h'
    enable
    deferred a
    cgprune retry
    exits 3
    says 'removed 0, dropped 0, failed 0, pending 1, the next due in 60min, stuck 0'
    there "$mount/a"
    cgprune retry --now
    exits 3
    says "/a of $hierarchy"
    says 'deferred (lingering), looked at again in '
    there "$mount/a"
}

retry_removes() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    eventually retry_is_done
    says "): removed (unknown-creator)"
    gone "$mount/a"
    equal "$(find "$journal" -type f | wc -l)" 0
}

retry_wakes() {
    conf '[default]
linger = 1h'
    enable
    deferred a
    conf '[default]
linger = 0'
    local due=/run/cgprune/next-due now
    now=$(cut -d. -f1 /proc/uptime)
    exec 8>/run/cgprune/drainer.lock # as a drainer has it
    flock 8
    cgprune retry --now
    exec 8>&-
    exits 0
    gone "$mount/a"
    equal "$(($(stat -c %Y "$due") > now + 3000))" 0
}

retry_dry_run() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    sleep 1.1
    cgprune retry --dry-run
    says 'would be removed (unknown-creator)'
    says 'dry run: removed 1,'
    there "$mount/a"
    equal "$(find "$journal" -type f | wc -l)" 1
}

retry_of_another() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    sleep 1.1
    local other=$hierarchy-other
    mkdir /run/other
    mount -t cgroup -o "none,$other" cgprune-cli /run/other
    cgprune retry "$other"
    umount /run/other
    rmdir /run/other
    exits 0
    prints 'removed 0, dropped 0, failed 0, pending 0, stuck 0'
    there "$mount/a"
    cgprune retry "$hierarchy"
    exits 0
    gone "$mount/a"
}

retry_drops() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    cgprune keep "$mount/a"
    eventually retry_is_done
    says '): kept (kept)'
    there "$mount/a"
}

retry_stuck() {
    enable
    stuck a
    cgprune retry --now
    exits 3
    says 'pending 0, stuck 1'
    umount "$mount/a"
    cgprune retry
    exits 3
    there "$mount/a"
    cgprune retry --stuck
    exits 0
    says '): removed (unknown-creator)'
    gone "$mount/a"
}

retry_json() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    eventually retry_is_done --json
    is_json
    out=$(head -n 1 <<<"$out")
    is_json hierarchy id cgroup outcome reason failure due-in-ms
    says '"cgroup":"/a","outcome":"removed","reason":"unknown-creator"'
    cgprune retry --json
    prints '{"dry-run":false,"removed":0,"dropped":0,"failed":0,"pending":0,"stuck":0,"next-due-in-ms":null}'
}

retry_bad_conf() {
    conf '[default]
linger = 1s'
    enable
    deferred a
    conf nonsense
    sleep 1.1
    cgprune retry
    exits 3
    warns 'warning: 1 error in the conf (cgprune check lists them); until they are mended nothing is removed'
    says 'deferred (conf-error)'
    there "$mount/a"
    conf '[default]
linger = 1s'
    eventually retry_is_done
    gone "$mount/a"
}

retry_unknown() {
    cgprune retry name=no-such-thing
    exits 1
    warns 'cgprune retry: no hierarchy name=no-such-thing is mounted'
}

it "list of an empty journal says so" list_empty
it "list prints each entry" list_entries
it "list tells what is stuck" list_stuck
it "list counts broken entries, and leaves them" list_broken
it "list of an unknown hierarchy is refused" list_unknown
it "retry with nothing to do is done" retry_nothing
it "retry leaves what is not due, and says when it is; --now waits lingers out" retry_waits
it "retry removes what is due" retry_removes
it "a retry after which nothing is left wakes a drainer that sleeps, by next-due" retry_wakes
it "retry --dry-run changes nothing" retry_dry_run
it "retry of one hierarchy leaves the others" retry_of_another
it "retry drops what is kept by now" retry_drops
it "retry leaves what is stuck, retry --stuck tries it again" retry_stuck
it "retry --json prints one object for each entry and one at the end" retry_json
it "retry with a bad conf removes nothing, and goes on when it is mended" retry_bad_conf
it "retry of an unknown hierarchy is refused" retry_unknown
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# What --json prints, against the schemas: each verb in its usual cases, and where it fails, is refused, or meets names
# that were chosen to break it. In the end each property of each schema has to have been there.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
needs_validator

# No newline: the kernel refuses it in the name of a cgroup.
odd=$'a "\\x41\\ \e\xff'
unified=$(awk '/ - cgroup2 / && $4 == "/" { print $5; exit }' /proc/self/mountinfo)

# done_with EXIT WORD...: cgprune with --json, which prints something.
done_with() {
    cgprune "${@:2}" --json
    exits "$1"
    [[ -n $out ]] || fail "no JSON at all"
}

# refused EXIT WORD...: what is wrong is told on stderr, and nothing in JSON.
refused() {
    cgprune "${@:2}" --json
    exits "$1"
    prints ''
    warns "cgprune $2: "
}

# with_process COMMAND...: its pid is in $pid until the test ends.
with_process() {
    "$@" &
    pid=$!
    trap 'kill "$pid" 2>/dev/null || true' EXIT
}

# sealed: nothing can be written into the journal until the test ends.
sealed() {
    mkdir -p /run/cgprune/journal
    mount --bind /run/cgprune/journal /run/cgprune/journal
    trap 'umount /run/cgprune/journal' EXIT
    mount -o remount,bind,ro /run/cgprune/journal
}

no_json() {
    refused 2 exec "$hierarchy:/a"
    refused 2 watch
}

enable_disable() {
    echo "/nonexistent/$odd" >"$mount/release_agent"
    flagged "$odd"
    cg b
    refused 1 enable "$hierarchy"
    refused 1 enable unified
    refused 1 enable "$hierarchy" --force --existing /none
    refused 2 enable
    done_with 0 enable "$hierarchy" --force --default-on --existing / --dry-run
    done_with 0 enable "$hierarchy" --force
    done_with 0 enable "$hierarchy" --force
    done_with 3 disable "$hierarchy" --dry-run
    done_with 3 disable "$hierarchy"
    done_with 0 disable "$hierarchy"
    echo >"$mount/release_agent"
    done_with 0 disable "$hierarchy"
    enable --existing /
    done_with 0 disable "$hierarchy" --recursive
    cp "$bin/release-agent" "/run/$odd"
    done_with 0 enable "$hierarchy" --force --agent "/run/$odd"
    refused 1 disable unified
}

status() {
    conf $'[default]\nlinger = 0'
    enable
    flagged a
    release /a
    cg b
    mkdir -p /run/cgprune/sweep-needed $'/run/odd \n"\\\xff' /etc/cgprune/cgprune.conf.d
    : >"/run/cgprune/sweep-needed/$hierarchy"
    mount -t cgroup -o "none,$hierarchy-odd" cgprune-cli $'/run/odd \n"\\\xff'
    echo nonsense >$'/etc/cgprune/cgprune.conf.d/"\n\xff.conf'
    chmod 666 /etc/cgprune/cgprune.conf
    cgprune status --json
    local said=$out
    end_hierarchy "$hierarchy-odd" $'/run/odd \n"\\\xff'
    out=$said
    exits 0
    says '"mount-point":"/run/odd \\x0a\"\\x5c\\xff"'
    says '"line":1,"column":1,'
    says '"line":null,"column":null,'
    rm -rf /run/cgprune
    : >/run/cgprune
    done_with 1 status
    says '"sweep-needed":null,"counters":null}'
}

# A state of everything that tree and explain can tell of a cgroup: creators that live and are gone, by each way to
# decide; a fact that cannot be read; both marks; delegations.
known_cgroups() {
    local name
    for name in task session namespace gone broken delegated kept "$odd"; do flagged "$name"; done
    cp "$(command -v sleep)" $'/run/x\n"\\\xff'
    with_process setsid $'/run/x\n"\\\xff' 600
    eventually has_name "$pid" $'x\\n"'
    done_with 0 register "$mount/task" --creator "$pid" --dry-run
    done_with 0 register "$mount/task" --creator "$pid"
    done_with 0 register "$mount/session" --creator "$pid" --session
    local own
    own=$(unshare --uts "$BASH" -c 'sleep 600 >/dev/null 2>&1 & echo $!')
    done_with 0 register "$mount/namespace" --creator "$own" --namespace uts
    done_with 0 register "$mount/gone" --creator "$own"
    kill "$own"
    done_with 0 register "$mount/broken" --creator "$pid"
    echo rubbish >"/run/cgprune/registry/$hierarchy/$(stat -c %i "$mount/broken").creator"
    done_with 0 delegate "$mount/delegated" --uid 1000 --gid 4294967294 --chown
    done_with 0 keep "$mount/kept"
    done_with 0 keep "$mount/kept" --as-owner
}
has_name() { grep -qF "$2" "/proc/$1/status"; }

registry() {
    flagged "$odd"
    with_process sleep 600
    done_with 0 register "$mount/$odd" --creator "$pid"
    done_with 0 forget "$mount/$odd" --dry-run
    done_with 0 forget "$mount/$odd"
    done_with 0 forget "$mount/$odd"
    done_with 0 delegate "$mount/$odd" --uid 0 --gid 0 --dry-run
    done_with 0 delegate "$mount/$odd" --uid 0 --gid 0
    done_with 0 undelegate "$mount/$odd"
    done_with 0 undelegate "$mount/$odd"
    refused 1 register "$mount/$odd" --creator 4194304
    refused 2 register "$mount/$odd" --creator x
    refused 1 forget "$mount/none"
    refused 2 delegate "$mount/$odd"
    refused 1 undelegate "$mount"
}

tree() {
    known_cgroups
    cg task/child
    done_with 0 tree "$hierarchy"
    says '"name":"x\\x0a\"\\x5c\\xff"'
    done_with 0 tree "$mount/$odd"
    cgprune tree --empty --json
    conf $'[default]\nlinger = 1h'
    enable
    release "/$odd"
    stuck unseen
    done_with 3 tree "$hierarchy"
    refused 1 tree nonsense
    refused 2 tree a b --hierarchy c
}

explain() {
    known_cgroups
    local name
    for name in task session namespace gone broken delegated kept "$odd"; do done_with 0 explain "$mount/$name"; done
    printf '[default]\nlinger = soon\n' >$'/run/a\n"\xff'
    refused 1 explain "$mount/task" --conf $'/run/a\n"\xff'
    printf '[rule elsewhere]\npath = /lxc/**\n[rule "\\x"]\nhierarchy = unified\npath = /a\n[rule here]\npath = /task\n' >$'/run/a\n"\xff'
    done_with 0 explain "$mount/task" --conf $'/run/a\n"\xff'
    says '"conf-file":"/run/a\\x0a\"\\xff"'
    says '"fit":"other-hierarchy"'
    done_with 0 explain "$mount/task" --as-if $'policy = always\n\nlinger = 2s' --as-if 'sweep = yes'
    says '"as-if":["policy = always","linger = 2s","sweep = yes"]'
    conf $'nonsense\n[default]\nlinger = never'
    done_with 0 explain "$mount/task"
    conf $'[default]\nlinger = 1h'
    enable
    release "/$odd"
    done_with 0 explain "$mount/$odd"
    echo "/nonexistent/$odd" >"$mount/release_agent"
    done_with 0 explain "$mount/$odd"
    cg parent/child
    done_with 0 explain "$mount/parent"
    done_with 0 explain "$mount/parent/child"
    refused 1 explain "$mount"
    refused 2 explain "$mount/task" --as-if 'linger = soon'
}

as_nobody() {
    flagged a
    enable
    setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" explain "$mount/a" --json >/run/out
    keep_json explain --json
    out=$(cat /run/out)
    says '"life":"unknown","unreadable":'
    says '"journal":{"unreadable":'
    says '"conf-unreadable":"/run/cgprune/cgprune.conf.d"'
    setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/cgprune" check --json >/run/out
    keep_json check --json
}

journal() {
    conf $'[default]\nlinger = 1h'
    enable
    local long
    long=$(printf '%0250d/%0250d/%0250d/%0250d' 0 0 0 0 | tr 0 $'\xff')
    flagged "$odd"
    flagged "$long"
    release "/$odd"
    release "/$long"
    done_with 0 list "$hierarchy"
    says '"cgroup":null'
    done_with 3 retry
    done_with 3 retry --now
    done_with 3 retry --now --dry-run
    stuck unseen
    done_with 0 list
    says '"due-in-ms":null'
    done_with 3 retry --stuck
    echo rubbish >"/run/cgprune/journal/$hierarchy/0/17"
    done_with 0 list
    says '{"broken":1}'
    refused 1 list name=no-such-thing
    refused 1 retry name=no-such-thing
}

retry_ends() {
    conf $'[default]\nlinger = 1h'
    enable
    local name
    for name in removed kept gone; do
        flagged "$name"
        release "/$name"
    done
    done_with 0 keep "$mount/kept"
    rmdir "$mount/gone"
    conf $'[default]\nlinger = 0'
    done_with 0 retry --now
    for name in removed kept gone; do says "\"outcome\":\"$name\""; done
    done_with 0 retry
    refused 2 retry --no
}

retry_fails() {
    conf $'[default]\nlinger = 1h'
    enable
    flagged a
    release /a
    sealed
    done_with 1 retry --now
    says '"outcome":"failed","reason":"removal-failed","failure":"other"'
}

sweep() {
    conf $'[default]\nlinger = 0\nsweep = yes\nsweep-linger = 100ms'
    flagged "$odd"
    cg off
    done_with 0 sweep "$hierarchy" --dry-run
    done_with 0 sweep "$hierarchy"
    says '"outcome":"noted"'
    eventually sweep_removes
    refused 1 sweep name=no-such-thing
    flagged a
    conf nonsense
    refused 1 sweep
}

sweep_removes() {
    done_with 0 sweep "$hierarchy"
    grep -qF '"outcome":"removed"' <<<"$out"
}

sweep_fails() {
    conf $'[default]\nsweep = yes'
    flagged a
    sealed
    done_with 1 sweep "$hierarchy"
    says '"failed":1'
}

keep_unkeep() {
    enable
    flagged "$odd"
    done_with 0 keep "$mount/$odd" --dry-run
    done_with 0 keep "$mount/$odd"
    done_with 0 keep "$mount/$odd" --as-owner
    done_with 0 keep "$mount/$odd"
    done_with 0 unkeep "$mount/$odd" --as-owner
    done_with 0 unkeep "$mount/$odd" --dry-run
    done_with 0 unkeep "$mount/$odd"
    says '"outcome":"deferred"'
    done_with 0 keep "$mount/$odd"
    rm -rf /run/cgprune/journal
    sealed
    done_with 1 unkeep "$mount/$odd"
    says '"outcome":"failed"'
    refused 1 keep "$mount"
    refused 1 unkeep "$mount/none"
    refused 2 keep
}

prune() {
    cg "top/$odd/x"
    cg top/kept
    cg top/mounted
    cg top/theirs
    chown 1000 "$mount/top/theirs"
    done_with 0 keep "$mount/top/kept"
    mount -t tmpfs on "$mount/top/mounted"
    done_with 1 prune "$mount/top" --dry-run
    done_with 1 prune "$mount/top" --match '**' --older-than 1h
    done_with 1 prune "$mount/top"
    says '"outcome":"failed","reason":"removal-failed","failure":"mount-on-the-way"'
    refused 1 prune "$mount"
    refused 2 prune "$mount/top" --force x
}

check() {
    done_with 0 check
    conf $'[rule wide]\npath = /lxc/**\n[rule narrow]\npath = /lxc/x'
    done_with 0 check
    says '"level":"warning"'
    conf $'[rule "\\\xff"]\npath = nonsense\n\e = x'
    chmod 777 /etc/cgprune
    done_with 1 check
}

doctor() {
    cgprune doctor --json
    enable
    flagged a
    release /a
    conf nonsense
    chmod 777 /etc/cgprune /run/cgprune
    done_with 1 doctor
    says '"check":"clock","health":"ok"'
}

metrics() {
    conf $'[default]\nlinger = 0'
    enable
    flagged a
    release /a
    stuck b
    conf $'[default]\nlinger = 1h'
    flagged c
    release /c
    done_with 0 metrics
    refused 2 metrics --output /run/x
}

completion() {
    local shell
    for shell in bash zsh fish; do done_with 0 completion "$shell"; done
    refused 2 completion tcsh
}

# Of the properties that --coverage misses, those that cannot be had here, and why.
excused() {
    echo 'tree cgroup fault: a cgroup that can be looked at and not be listed cannot be made by hand'
    [[ -n $unified ]] || echo 'status hierarchy dying-descendants: cgroup v2 is not mounted here'
    if [[ -z $unified || -z $(find "$unified" -mindepth 1 -maxdepth 1 -type d) ]]; then
        echo 'tree cgroup dying-descendants: there is no cgroup of cgroup v2 here'
    fi
    [[ -e /proc/self/ns/time ]] || echo 'common known-creator ns-time: the kernel has no time namespaces'
}

covered() {
    excused >/run/excused
    "$support/validate_json.py" --coverage "$schemas" "$printed" /run/excused
}

it "verbs without JSON have no --json" no_json
it "enable and disable" enable_disable
it "status" status
it "register, forget, delegate and undelegate" registry
it "tree" tree
it "explain" explain
it "explain and check without root" as_nobody
it "list and retry of what waits" journal
it "retry of what is done" retry_ends
it "retry that can neither remove nor put off" retry_fails
it "sweep" sweep
it "sweep that can note nothing" sweep_fails
it "keep and unkeep" keep_unkeep
it "prune" prune
it "check" check
it "doctor" doctor
it "metrics" metrics
it "completion" completion
it "each schema was used, and each of its properties was there" covered
finish

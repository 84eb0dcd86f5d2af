#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# What a person sees: cgroups made, released, removed, kept, deferred. Runs in the guest, without scenarios.
set -u
export log=/tmp/log

# shellcheck source=../kernel/guest/cgroups.sh
. /usr/lib/guest/cgroups.sh
fail() { echo "NOT AS IT SHOULD BE: $*"; exit 1; }
misuse() { fail "$@"; }
absolute() { :; }

freezer=/sys/fs/cgroup/freezer

heading() { printf '\n=== %s\n' "$*"; }
say() { printf -- '--- %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@" | sed 's/^/    /'; }

# wait_until SECONDS COMMAND...
wait_until() {
    tries=$(($1 * 20))
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "in vain: $*"
        usleep 50000
    done
}
gone() { [ ! -e "$1" ]; }
# A task is at its end when its parent has reaped it.
end() { kill -KILL "$1" && wait_until 30 gone "/proc/$1"; }

tree() {
    find "$freezer" -mindepth 1 -type d | sort | while read -r cg; do
        tasks=$(grep -c '' "$cg/cgroup.procs")
        depth=$(printf '%s' "${cg#"$freezer"/}" | tr -cd / | wc -c)
        printf '    %*s%s  (tasks: %s, notify_on_release: %s)\n' $((depth * 2)) '' "${cg##*/}" "$tasks" \
            "$(cat "$cg/notify_on_release")"
    done
    [ -n "$(find "$freezer" -mindepth 1 -type d)" ] || echo "    (no cgroups)"
}
log_lines() { grep "msg=$1" "$log" | tail -n "${2:-3}" | sed 's/^/    /'; }

echo "cgprune on Linux $(uname -r), cgroup v1, $(cgprune --version)"

heading "1. Enabled in one hierarchy, for cgroups made from now on"
mkdir -p /etc/cgprune
cat >/etc/cgprune/cgprune.conf <<END
[agent]
log-level = debug
[rule services]
path = /services/**
linger = 2s
[default]
linger = 0
END
chmod 644 /etc/cgprune/cgprune.conf
run cat /etc/cgprune/cgprune.conf
run cgprune enable freezer --default-on

heading "2. A manager makes cgroups and starts tasks in them"
mkdir -p "$freezer/lxc/c1/inner" "$freezer/build" "$freezer/services/web"
run_in "$freezer/lxc/c1/inner" && container=$task
run_in "$freezer/build" && build=$task
run_in "$freezer/services/web" && web=$task
say "the tree"
tree

heading "3. The container ends: the kernel calls the agent for each level, from the inside out"
end "$container"
wait_until 60 gone "$freezer/lxc"
say "the agent's log lines"
log_lines removed 3
say "the tree"
tree

heading "4. One is to be kept: a mark wins over every policy"
run cgprune keep "$freezer/build"
end "$build"
wait_until 60 grep -q 'msg=kept .*cgroup=/build' "$log"
log_lines kept 1
run cgprune explain "$freezer/build"

heading "5. A service stops: its cgroup lingers, in case the service is just being restarted"
end "$web"
wait_until 60 grep -q 'msg=deferred .*cgroup=/services/web' "$log"
log_lines deferred 1
run cgprune list
run cgprune explain "$freezer/services/web"
say "restarted in time: it stays, and its entry is dropped"
run_in "$freezer/services/web" && web=$task
usleep 3000000
[ -e "$freezer/services/web" ] || fail "the cgroup of a running service was removed"
tree
say "stopped for good: retried by the drainer when its linger is over, and gone"
end "$web"
wait_until 60 gone "$freezer/services/web"
log_lines removed 1
tree

heading "6. The host at a glance"
run cgprune status

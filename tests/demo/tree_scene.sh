#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# One of each: cgroups in use, kept, handed over, waited for, put off, and left behind; and what cgprune tree says of
# them. Runs in the guest, for picture.sh. The guest's output is a terminal, so there are colours.
set -u
# shellcheck source=../kernel/guest/cgroups.sh
. /usr/lib/guest/cgroups.sh
fail() { echo "NOT AS IT SHOULD BE: $*"; exit 1; }
misuse() { fail "$@"; }
absolute() { :; }

freezer=/sys/fs/cgroup/freezer

emptied() { # CGROUP
    run_in "$freezer/$1"
    kill -KILL "$task"
}
wait_for() { # REASON CGROUP
    tries=600
    until cgprune list | grep -q " $1 .* /$2\$"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "/$2 was not put off"
        usleep 50000
    done
}

mkdir -p /etc/cgprune
printf '[rule services]\npath = /services/**\nlinger = 5min\n' >/etc/cgprune/cgprune.conf
chmod 644 /etc/cgprune/cgprune.conf

# No agent was set when the job ended, and a manager that crashed never came back.
mkflagged "$freezer/slurm/uid_1000/job_7/step_0"
emptied slurm/uid_1000/job_7/step_0
mkcg "$freezer/by-hand"
usleep 500000
cgprune enable freezer >/dev/null || fail "cgprune enable"

mkflagged "$freezer/builds" "$freezer/lxc/c1" "$freezer/lxc/c2" "$freezer/services/web" "$freezer/services/mail"
cgprune keep "$freezer/builds" >/dev/null || fail "cgprune keep"
run_in "$freezer/services/mail"

# A container's first process is what it is called; this one is the guest's tool.
ln -s "$(command -v guest-tool)" /tmp/init
pids=$(/tmp/init container 100000 "$freezer/lxc/c1") || fail "no container"
for cgroup in c1 c2; do
    cgprune register "$freezer/lxc/$cgroup" --creator "${pids% *}" >/dev/null || fail "cgprune register"
done
mkcg "$freezer/user/1000/session"
cgprune delegate "$freezer/user/1000" --uid 1000 --gid 1000 --chown >/dev/null || fail "cgprune delegate"
run_in "$freezer/user/1000/session"

emptied services/web
emptied lxc/c2
wait_for lingering services/web
wait_for creator-alive lxc/c2

echo "--- picture"
echo "\$ cgprune tree freezer"
cgprune tree freezer
echo "--- end"

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid v2
# kernels: 6.12
# seconds: 3000
# systemd as PID 1: services with Delegate=yes that make a cgroup of their own, and users' sessions.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/managers.sh
. /usr/lib/guest/managers.sh

# The shipped conf and no rule: beside systemd there is nothing to be done for us.
rules() { :; }

session_of() { sed -n 's|.*/\(session-[^/]*\.scope\)$|\1|p' "/tmp/session.$1" 2>/dev/null | head -n 1; }
made() {
    find /sys/fs/cgroup -mindepth 1 -type d -path "*/$1.service*"
    folders_named "$(session_of "$1")"
}
leftovers() {
    folders_named 'stopped*.service' 'killed*.service' again.service 'session-*.scope'
}

# In the hierarchy that systemd itself uses.
case $layout in
v2) own='s|^0::|/sys/fs/cgroup|p' ;;
*) own='s|^[0-9]*:name=systemd:|/sys/fs/cgroup/systemd|p' ;;
esac
# shellcheck disable=SC2016 # for the service's shell
inside="cg=\$(sed -n '$own' /proc/self/cgroup)"'
    mkdir "$cg/inside" && echo 0 >"$cg/inside/cgroup.procs" && exec sleep 100000'

start() {
    systemd-run -q --collect --unit "$1" -p Delegate=yes /bin/sh -c "$inside"
    rm -f "/tmp/session.$1"
    su -l user -c 'cat /proc/self/cgroup; exec sleep 100000' >"/tmp/session.$1" &
    echo "$!" >"/tmp/login.$1"
    eventually 60 runs "$1"
}
runs() {
    local cg
    cg=$(made "$1" | grep '/inside$') && [ -n "$(session_of "$1")" ] && populated "$cg"
}

stop() {
    systemctl stop "$1"
    kill "$(cat "/tmp/login.$1")"
    eventually 60 ended "$1"
}
ended() { [ -z "$(made "$1")" ]; }

# A session ends with its login, which sees that its shell was killed.
abandon() {
    kill_tasks "$1"
    eventually 60 ended "$1"
}

try_manager "systemd $(version_of systemd)"

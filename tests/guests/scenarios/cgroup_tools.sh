#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# kernels: 6.1
# seconds: 3000
# cgcreate, cgexec and cgdelete, of Debian's cgroup-tools.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/managers.sh
. /usr/lib/guest/managers.sh

case $layout in
v2) controllers=cpu,pids ;;
*) controllers=freezer,pids ;;
esac

# None is ready: everybody has paths of his own.
rules() {
    printf '%s\n' '[rule tools]' 'path = /tools/**' 'policy = always' 'linger = 10s' \
        '[rule tools-v2]' 'hierarchy = unified' 'path = /tools/**' 'policy = always' 'linger = 10s' \
        >/etc/cgprune/cgprune.conf.d/tools.conf
}

above=/tools
made() { folders_named "$1"; }
leftovers() { folders_named 'stopped*' 'killed*' again; }

start() {
    cgcreate -g "$controllers:/tools/$1"
    cgexec -g "$controllers:/tools/$1" sleep 100000 &
    echo "$!" >"/tmp/task.$1"
    eventually 60 entered "$1"
}
entered() { [ "$(cat "/proc/$(cat "/tmp/task.$1")/comm")" = sleep ]; }

stop() {
    abandon "$1"
    cgdelete -g "$controllers:/tools/$1"
}

abandon() { end_task "$(cat "/tmp/task.$1")"; }

try_manager "cgroup-tools $(version_of cgroup-tools)"

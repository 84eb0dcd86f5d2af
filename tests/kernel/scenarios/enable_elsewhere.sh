#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# cgprune enable where it does not see what PID 1, and so the kernel, sees.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
agents=/usr/libexec/cgprune

# enable_in OPTION...: in a mount namespace in which another file is at the agent's place.
enable_in() {
    cp "$agents/release-agent" /tmp/agent
    unshare -m sh -c "mount -t tmpfs -o mode=755 other $agents && cp /tmp/agent $agents/release-agent &&
        exec cgprune enable freezer $*" 2>/tmp/said
}
said() { grep -qF -- "$1" /tmp/said || fail "not said: $1; but: $(cat /tmp/said)"; }

another_root() {
    mkdir /tmp/root
    mount -t tmpfs -o mode=755 root /tmp/root
    for folder in proc sys run usr etc; do
        mkdir "/tmp/root/$folder"
        mount -o rbind "/$folder" "/tmp/root/$folder"
    done
    for name in lib lib64; do ln -s "usr/$name" "/tmp/root/$name"; done
    exits 1 chroot /tmp/root /usr/sbin/cgprune enable freezer --force 2>/tmp/said
    said "its root folder is not the host's"
    equal "$(cat "$freezer/release_agent")" '' release_agent
}

another_file() {
    exits 1 enable_in
    said "is not what PID 1 sees there, and the kernel looks where PID 1 does; run this outside of this mount namespace (nsenter -t 1 -m)"
    equal "$(cat "$freezer/release_agent")" '' release_agent
}

another_file_by_force() {
    exits 0 enable_in --force
    said 'warning: '
    equal "$(cat "$freezer/release_agent")" /run/cgprune/agents/freezer release_agent
}

scenario "another root folder is a container's" another_root
scenario "another file at the agent's place is refused" another_file
scenario "another file at the agent's place is taken by force" another_file_by_force

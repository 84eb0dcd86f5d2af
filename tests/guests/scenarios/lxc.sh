#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# kernels: 6.12
# seconds: 3000
# LXC's containers, of busybox, and one in another.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/managers.sh
. /usr/lib/guest/managers.sh

containers=/var/lib/lxc

rules() { echo lxc; }
# Where a name is taken still, LXC puts a number after it.
made() { folders_named "lxc.payload.$1" "lxc.monitor.$1" "lxc.payload.$1-[0-9]*" "lxc.monitor.$1-[0-9]*" "$1"; }
case $layout in
v2)
    # With lxc.pivot, which each has of its own there.
    above=/lxc
    leftovers() { find /sys/fs/cgroup/lxc -mindepth 1 -type d 2>/dev/null; }
    ;;
*) leftovers() { folders_named 'lxc.payload.*' 'lxc.monitor.*'; } ;;
esac

# A root filesystem that is busybox, and no network.
create() { # NAME
    local root=$containers/$1/rootfs
    [ ! -e "$root" ] || return 0
    mkdir -p "$root/bin" "$root/dev" "$root/proc" "$root/sys"
    cp /usr/bin/busybox "$root/bin/"
    ln -s busybox "$root/bin/sleep"
    cat >"$containers/$1/config" <<END
lxc.uts.name = $1
lxc.rootfs.path = dir:$root
lxc.net.0.type = empty
lxc.console.path = none
lxc.apparmor.profile = unconfined
lxc.init.cmd = /bin/sleep 100000
END
    # Where a rule can name it.
    [ "$layout" != v2 ] || echo "lxc.cgroup.dir = lxc/$1" >>"$containers/$1/config"
}

start() {
    create "$1"
    lxc-start -n "$1"
}

stop() { lxc-stop -k -n "$1"; }

# The monitor's end takes the container with it.
abandon() {
    kill_tasks "$1"
    eventually 60 empty "$1"
}

# The outer one has this Debian's programs, and its first process starts and stops the inner one.
create_outer() {
    create inner
    create outer
    local root=$containers/outer/rootfs folder
    rm -rf "${root:?}/bin"
    for folder in usr etc var/lib/lxc run tmp; do mkdir -p "$root/$folder"; done
    for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
    for folder in usr etc var/lib/lxc; do
        echo "lxc.mount.entry = /$folder $folder none rw,bind 0 0"
    done >>"$containers/outer/config"
    cat >>"$containers/outer/config" <<END
lxc.mount.auto = proc:rw sys:rw cgroup:rw:force
lxc.init.cmd = $containers/outer/init
END
    cat >"$containers/outer/init" <<END
#!/bin/sh
exec >$containers/outer/said 2>&1
for i in $(seq -s ' ' "$few"); do lxc-start -n inner && lxc-stop -k -n inner && echo restarted; done
lxc-start -n inner && echo ready
exec sleep 100000
END
    chmod 755 "$containers/outer/init"
}

restarts_in_another_and_goes_with_it() {
    create_outer
    lxc-start -n outer
    eventually 600 grep -q ready "$containers/outer/said"
    cat "$containers/outer/said"
    equal "$(grep -c restarted "$containers/outer/said")" "$few" "restarts inside"
    note "nested: $(made inner | shape)"
    expect [ -n "$(made inner)" ]
    kill_tasks inner
    abandon outer
    local began
    began=$(now)
    eventually 300 none_left_for_a_sweep
    note "nested: all gone $((($(now) - began) / 100)) s after both were killed"
}

try_manager "LXC $(version_of lxc)"
scenario "a container in a container is restarted there, and goes with it" restarts_in_another_and_goes_with_it

#!/bin/sh
# SPDX-License-Identifier: MIT
# Make a Debian 12 root filesystem for guests: debootstrap into the cache, with the managers that are tried and the
# modules of both kernels, and pack it as a disk. Prints the disk's path. Kept until this file or
# scenario.service changes; one that was not used for two days is removed.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../kernel" && pwd)
# shellcheck source=../kernel/common.sh
. "$here/common.sh"
guests=$top/tests/guests
[ "$(id -u)" -eq 0 ] || skip "only root can make a root filesystem"
need debootstrap mkfs.ext4 dpkg-deb apt-get

mirror=${CGPRUNE_DEBIAN_MIRROR:-http://deb.debian.org/debian}
base=systemd,systemd-sysv,dbus,libpam-systemd,udev,kmod,procps,ca-certificates,busybox-static,openrc
managers=lxc,crun,runc,cgroup-tools
# What our packages depend on. Guests have no network: apt finds it among what it has fetched before.
dependencies='libboost-filesystem1.74.0 libboost-program-options1.74.0'
disk_size=2500M

# What a guest of tests has no use for, and waits for.
quiet='apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
    lxc.service lxc-net.service lxc-monitord.service lxcfs.service systemd-timesyncd.service networking.service
    systemd-networkd.service systemd-pstore.service getty@tty1.service cgroup-fs-mount.service'

modules_of() { # KERNEL ROOT
    "$here/kernels.sh" "$1" >/dev/null || return
    package=$(cat "$cache/kernel-$1/package") unpacked=$work/$1
    mkdir -- "$unpacked" || return
    (cd "$unpacked" && apt-get -qq download "$package") ||
        skip "$package is not in the archive any more: remove $cache/kernel-$1"
    dpkg-deb -x "$unpacked"/*.deb "$unpacked/root" && mkdir -p -- "$2/lib/modules" || return 1
    release=$(ls "$unpacked/root/lib/modules") || return 1
    cp -a -- "$unpacked/root/lib/modules/$release" "$2/lib/modules/" && chroot "$2" depmod "$release" &&
        printf '%s\n' "$release" >"$2/lib/modules/$1.release"
}

fetch_dependencies() { # ROOT
    # shellcheck disable=SC2086 # words
    chroot "$1" apt-get -qq update && rm -f -- "$1"/var/cache/apt/archives/*.deb &&
        chroot "$1" apt-get -qq install --no-install-recommends --download-only -y $dependencies
}

settle() { # ROOT
    printf 'guest\n' >"$1/etc/hostname"
    printf '127.0.0.1 localhost guest\n' >"$1/etc/hosts"
    printf '/dev/vda / ext4 defaults 0 0\n' >"$1/etc/fstab"
    : >"$1/etc/machine-id"
    chroot "$1" useradd -m -s /bin/sh user && mkdir -p -- "$1/var/lib/systemd/linger" &&
        touch -- "$1/var/lib/systemd/linger/user" || return 1
    for unit in $quiet; do ln -sf /dev/null "$1/etc/systemd/system/$unit"; done
    cp -- "$guests/guest/scenario.service" "$1/etc/systemd/system/" &&
        mkdir -p -- "$1/etc/systemd/system/multi-user.target.wants" &&
        ln -s ../scenario.service "$1/etc/systemd/system/multi-user.target.wants/"
}

make_disk() {
    disk=$1
    [ ! -s "$disk" ] || return 0
    work=$(mktemp -d "$cache/rootfs.XXXXXX") || return 1
    trap 'rm -rf -- "$work"' EXIT
    say "making a Debian root filesystem; it is kept in $cache"
    root=$work/root
    debootstrap --variant=minbase --include="$base,$managers" bookworm "$root" "$mirror" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" | sed 's/^/    /' >&2
        skip "debootstrap found no packages at its mirror"
    }
    fetch_dependencies "$root" >>"$work/log" 2>&1 || skip "apt found no $dependencies"
    modules_of 6.1 "$root" && modules_of 6.12 "$root" && settle "$root" && mkdir -- "$work/modules" &&
        cp -a -- "$root/lib/modules" "$work/modules/" && truncate -s "$disk_size" "$work/disk" &&
        mkfs.ext4 -q -d "$root" "$work/disk" && mv -T -- "$work/modules" "$disk.modules" && mv -- "$work/disk" "$disk"
}

# Another version of this file may be at work in the same cache.
forget_unused() { find "$cache" -maxdepth 1 -name 'debian-*.ext4*' -mtime +1 -exec rm -rf -- {} +; }

sum=$(cat -- "$0" "$guests/guest/scenario.service" | sha256sum | cut -c1-16)
disk=$cache/debian-$sum.ext4
with_lock rootfs.lock make_disk "$disk" || exit
touch -- "$disk" "$disk.modules"
with_lock rootfs.lock forget_unused
printf '%s\n' "$disk"

# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # of lib.sh
# Sourced after lib.sh: a small system in $root to install packages into, in a mount namespace of its own, and in it
# $mount, a hierarchy that nobody else knows. No task is ever put in it, and its release_agent is a path that only this
# system has, so the kernel never calls.
if [[ -z ${PACKAGE_INSIDE:-} ]]; then
    ((EUID == 0)) || skip "only root can mount"
    unshare --mount true 2>/dev/null || skip "no mount namespace can be made here"
    rm -rf "$work"
    export PACKAGE_INSIDE=1
    exec unshare --mount --propagation private -- "$BASH" "$0" "$@"
fi
needs busybox ldd

root=$work/root
mount=$root/run/hierarchy
hierarchy=name=cgprune-package-$$
alias=/run/cgprune/agents/$hierarchy
asked=$root/asked # what was asked of systemctl and deb-systemd-invoke

copy_libraries() { # PROGRAM
    local library
    for library in $(ldd "$1" | sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x.*$/\1/p'); do
        mkdir -p "$root${library%/*}"
        cp -L "$library" "$root$library"
    done
}

# $root/run/systemd/system has packages believe that systemd runs.
fake_systemd() {
    local program
    mkdir -p "$root/run/systemd/system"
    for program in systemctl deb-systemd-invoke; do
        # shellcheck disable=SC2016 # for the script
        printf '#!/bin/sh\necho "${0##*/} $*" >>/asked\n' >"$root/usr/bin/$program"
        chmod 755 "$root/usr/bin/$program"
    done
    : >"$asked"
}

make_root() {
    local applet name
    mkdir -p "$root"/{dev,etc,proc,run,tmp,usr/{bin,sbin,lib,lib64,share/other},var/log,var/lib/{dpkg/{info,updates},rpm}}
    chmod 755 "$root"
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
    cp "$(command -v busybox)" "$root/usr/bin/busybox"
    for applet in sh cat cut find grep head rm sleep touch true; do ln -s busybox "$root/usr/bin/$applet"; done
    printf '#!/bin/sh\n' >"$root/usr/sbin/ldconfig"
    chmod 755 "$root/usr/sbin/ldconfig"
    touch "$root/var/lib/dpkg/"{status,available}
    echo 'root:x:0:0::/root:/bin/sh' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    copy_libraries "$build/agent/cgprune"
    touch "$root/dev/null"
    mount --bind /dev/null "$root/dev/null"
    mount -t proc proc "$root/proc" || skip "no proc can be mounted here"
    mount -t tmpfs -o mode=755 run "$root/run" || skip "no tmpfs can be mounted here"
    mkdir -p "$mount"
    mount -t cgroup -o "none,$hierarchy" cgprune-package "$mount" 2>/dev/null ||
        skip "no cgroup v1 hierarchy can be mounted here"
    fake_systemd
    find_files >"$work/before"
}

find_files() { find "$root" -xdev ! -path "$root/var/*" ! -path "$asked" ! -path "$root/root*" | sort; }

inside() { chroot "$root" "$@"; }
status_says() { inside cgprune status | grep -F "$1"; }

# Enabled whatever PID 1 sees: this system is not its own. With a cgroup that a drainer waits for.
enable_and_defer() {
    mkdir -p "$root/etc/cgprune/cgprune.conf.d"
    printf '[default]\nlinger = 1h\n' >"$root/etc/cgprune/cgprune.conf.d/site.conf"
    echo /nonexistent/former >"$mount/release_agent"
    inside cgprune enable "$hierarchy" --force
    mkdir -p "$mount/a"
    echo 1 >"$mount/a/notify_on_release"
    inside "$alias" /a
    eventually status_says 'drainer: running'
}
deferred() { inside cgprune list | grep -F ' /a'; }
drainers() {
    local process
    for process in /proc/[0-9]*; do
        if [[ $(readlink "$process/root") == "$root" && $(readlink "$process/exe") == */release-agent* ]]; then
            echo "${process#/proc/}"
        fi
    done 2>/dev/null
}

eventually() { # COMMAND...: it succeeds at some time; the limit only ends a failing test
    local try
    for ((try = 0; try < 600; try++)); do
        if "$@"; then return 0; fi
        sleep 0.05
    done
    fail "did not come about: $*"
}

# A hierarchy outlives its unmount for a moment after its last cgroup went.
leave_root() {
    local status=$? try process
    for process in $(drainers); do kill "$process"; done
    mount -o remount,bind,rw "$mount"
    find "$mount" -mindepth 1 -depth -type d -exec rmdir -- {} + 2>/dev/null
    for ((try = 0; try < 40; try++)); do
        umount "$mount" 2>/dev/null || true
        grep -q ":$hierarchy:" /proc/self/cgroup || break
        sleep 0.1
        ((try % 5 == 4)) && mount -t cgroup -o "none,$hierarchy" cgprune-package "$mount"
    done
    umount "$root/run" "$root/proc" "$root/dev/null"
    rm -rf --one-file-system "$work"
    exit "$status"
}
trap leave_root EXIT

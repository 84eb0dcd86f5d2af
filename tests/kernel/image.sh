#!/bin/sh
# SPDX-License-Identifier: MIT
# Make the guest's initramfs, without a scenario, and print its path. Kept in the cache by content.
#   image.sh [systemd]     takes the programs from $CGPRUNE_BUILD (build/, if that is not set); with systemd as PID 1
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
need cpio sha256sum ldd strip

busybox=$(command -v busybox) || skip "busybox is missing; ./dev setup installs it"
tools=$build/tests/kernel
systemd=${1:-}
[ -z "$systemd" ] || [ -x /lib/systemd/systemd ] || skip "systemd is missing; ./dev setup installs it"
[ -x "$tools/guest-tool" ] || die "$tools/guest-tool is not built"

# "the file here  its place in the guest", one a line.
contents() {
    printf '%s\t%s\n' \
        "$busybox" usr/bin/busybox \
        "$here/guest/init" ./init \
        "$here/guest/run" usr/lib/guest/run \
        "$here/guest/lib.sh" usr/lib/guest/lib.sh \
        "$here/guest/cgroups.sh" usr/lib/guest/cgroups.sh \
        "$here/guest/clean.sh" usr/lib/guest/clean.sh \
        "$here/guest/creators.sh" usr/lib/guest/creators.sh \
        "$here/guest/watch.sh" usr/lib/guest/watch.sh \
        "$here/guest/hostile.sh" usr/lib/guest/hostile.sh \
        "$here/tool/rmdir-agent.sh" usr/lib/guest/rmdir-agent.sh \
        "$tools/rmdir-agent" usr/lib/guest/rmdir-agent \
        "$tools/guest-tool" usr/bin/guest-tool
    product
    [ -z "$systemd" ] || service_manager
}

product() {
    optional "$build/agent/release-agent" usr/libexec/cgprune/release-agent
    optional "$build/agent/cgprune" usr/sbin/cgprune
    optional "$top/conf/cgprune.conf" usr/share/cgprune/cgprune.conf
    optional "$build/tests/library/enter-race" usr/bin/enter-race
    optional "$build/tests/model/model-steps" usr/bin/model-steps
    for steps in "$top/tests/model/sequences"/*.steps; do optional "$steps" "usr/lib/model/${steps##*/}"; done
    optional "$build/tests/examples/manager" usr/lib/examples/manager
    for script in "$top/tests/examples"/*.sh; do optional "$script" "usr/lib/examples/${script##*/}"; done
    for program in agent/cgprune tests/library/enter-race tests/model/model-steps tests/examples/manager; do
        [ ! -x "$build/$program" ] || libraries "$build/$program"
    done | sort -u
}

# systemd from this machine's own package, our units, and of systemd's units what any service needs.
service_manager() {
    units=usr/lib/systemd/system
    printf '%s\t%s\n' \
        /lib/systemd/systemd usr/lib/systemd/systemd \
        "$(command -v systemctl)" usr/bin/systemctl \
        "$here/guest/default.target" "$units/default.target" \
        "$here/guest/scenario.service" "$units/scenario.service"
    for unit in "$build"/conf/cgprune-*.service "$top"/conf/systemd/cgprune-*.timer; do
        printf '%s\t%s\n' "$unit" "$units/${unit##*/}"
    done
    for unit in basic sysinit shutdown umount final sockets timers paths slices; do
        printf '%s\t%s\n' "/lib/systemd/system/$unit.target" "$units/$unit.target"
    done
    for program in /lib/systemd/systemd "$(command -v systemctl)"; do libraries "$program"; done | sort -u
}

optional() { [ ! -e "$1" ] || printf '%s\t%s\n' "$1" "$2"; }

# ldd's lines: "name => path (address)", and the loader's own "path (address)".
libraries() {
    ldd "$1" | sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x.*$/\1/p' | while read -r library; do
        printf '%s\t%s\n' "$library" "$(merged "${library#/}")"
    done
}

# In the guest /lib and /lib64 are links into /usr, as on a host of today; and our own libraries are installed, since
# what is below /tmp here would be hidden there.
merged() {
    case /$1 in
    "$build"/*) printf 'usr/lib/%s' "${1##*/}" ;;
    /lib/* | /lib64/*) printf 'usr/%s' "$1" ;;
    *) printf '%s' "$1" ;;
    esac
}

fill() {
    root=$1
    chmod 755 "$root" || return 1
    mkdir -p -- "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64" "$root/root" \
        "$root/dev" "$root/proc" "$root/sys" "$root/run" "$root/tmp" "$root/var/tmp" "$root/etc/cgprune" || return 1
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name" || return 1; done
    contents | while IFS='	' read -r from to; do
        mkdir -p -- "$root/${to%/*}" && cp -L -- "$from" "$root/$to" &&
            chmod u+w,go-w,a+rX -- "$root/$to" || exit
        # What a debugger would want fills the guest's memory. Scripts have nothing of it.
        case $from in "$build"/*) strip --strip-debug -- "$root/$to" 2>/dev/null || : ;; esac
    done || return 1
    # Without its init the kernel has no other to go on with, and the guest ends if ours is broken.
    "$busybox" --list | grep -vx -e busybox -e init -e linuxrc | while read -r applet; do
        [ -e "$root/usr/bin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
    done
    printf '%s:/bin/sh\n' root:x:0:0::/root user:x:1000:1000::/ nobody:x:65534:65534::/ >"$root/etc/passwd"
    printf 'root:x:0:\nuser:x:1000:\nnobody:x:65534:\n' >"$root/etc/group"
}

pack() {
    image=$1
    [ ! -s "$image" ] || return 0
    root=$(mktemp -d "$cache/image.XXXXXX") || return 1
    fill "$root" && (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$image.new" &&
        mv -- "$image.new" "$image"
    status=$?
    rm -rf -- "$root"
    return "$status"
}

# Older images are of programs that have been built anew since.
forget_old() { find "$cache" -maxdepth 1 -name 'image-*.cpio' -mmin +120 -delete; }

sum=$({
    cat -- "$0"
    contents | cut -f2
    contents | cut -f1 | while read -r file; do sha256sum <"$file"; done
} | sha256sum | cut -c1-16)
with_lock image.lock pack "$cache/image-$sum.cpio" || die "cannot make $cache/image-$sum.cpio"
touch -- "$cache/image-$sum.cpio"
with_lock image.lock forget_old
printf '%s\n' "$cache/image-$sum.cpio"

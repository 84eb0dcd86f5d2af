#!/bin/sh
# SPDX-License-Identifier: MIT
# Run one scenario in a Debian guest with a disk, print what it prints as it comes, and exit as it does. A scenario that
# asks for it is booted again, from the disk as it left it.
#   boot.sh 6.1|6.12 v1|hybrid|v2|openrc SCRIPT [FILE...]
# The files (packages) are in /opt/scenario of the guest. Exit: the script's; 77 skipped, with the reason; 1 if the
# guest died or ran out of time. $CGPRUNE_GUEST_SECONDS (900, each boot) and $CGPRUNE_GUEST_MEMORY (1024, in MB);
# $CGPRUNE_ROUNDS (200): how often a manager starts and stops.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../kernel" && pwd)
# shellcheck source=../kernel/common.sh
. "$here/common.sh"
# shellcheck source=../kernel/qemu.sh
. "$here/qemu.sh"
guests=$top/tests/guests

[ "$#" -ge 3 ] || die "usage: boot.sh 6.1|6.12 v1|hybrid|v2|openrc SCRIPT [FILE...]"
kernel=$1 layout=$2 script=$3
shift 3
manager=/sbin/init
case $layout in
v1) options="systemd.unified_cgroup_hierarchy=0 systemd.legacy_systemd_cgroup_controller=1" ;;
hybrid) options="systemd.unified_cgroup_hierarchy=0" ;;
v2) options="systemd.unified_cgroup_hierarchy=1" ;;
openrc) options='' manager=/sbin/openrc-init ;;
*) die "no layout $layout; there are: v1 hybrid v2 openrc" ;;
esac
[ -f "$script" ] || die "no script $script"
need qemu-system-x86_64 cpio timeout
seconds=${CGPRUNE_GUEST_SECONDS:-900}
memory=${CGPRUNE_GUEST_MEMORY:-1024}

vmlinux=$("$here/kernels.sh" "$kernel") || exit
disk=$("$guests/rootfs.sh") || exit
accel=$("$here/accel.sh" "$vmlinux") || exit

work=$(mktemp -d "$cache/run.XXXXXX") || die "cannot make a work folder"
clean_up_at_exit

# What the kernel needs to see the disk, in the order to load it in. Names are those of modules.dep.
add_modules() {
    release=$(cat "$disk.modules/modules/$kernel.release") tree=$disk.modules/modules/$release
    mkdir -- "$root/modules" || return 1
    for module in virtio_pci virtio_blk crc32c_generic ext4; do
        awk -F'[: ]+' -v name="/$module.ko" 'index($1, name) { for (i = NF; i > 0; --i) if ($i != "") print $i }' \
            "$tree/modules.dep"
    done | awk '!seen[$0]++' | while read -r file; do
        cp -- "$tree/$file" "$root/modules/" && printf '/modules/%s\n' "${file##*/}" || exit
    done >"$root/modules/order"
}

make_initrd() { # FILE...
    root=$work/root
    mkdir -p -- "$root/bin" "$root/scenario" "$root/lib/guest" "$root/tool" &&
        cp -- "$(command -v busybox)" "$root/bin/busybox" && cp -- "$guests/guest/init" "$root/init" &&
        cp -- "$top/tests/kernel/guest"/*.sh "$guests/guest"/*.sh "$root/lib/guest/" &&
        cp -- "$build/tests/kernel/guest-tool" "$root/tool/" && cp -- "$guests/guest/run" "$root/scenario/run" &&
        cp -- "$guests/guest/scenario.initd" "$root/scenario/" &&
        cp -- "$script" "$root/scenario/scenario" && chmod -R a+rX "$root" &&
        chmod 755 "$root/init" "$root/scenario/run" "$root/scenario/scenario"* || return 1
    [ "$#" -eq 0 ] || cp -- "$@" "$root/scenario/" || return 1
    add_modules && (cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initrd"
}
make_initrd "$@" || die "cannot make the guest's initramfs"
# shellcheck disable=SC2317
run_guest() {
    run_to_end "$seconds" "$accel" "$memory" "$vmlinux" \
        "layout=$layout full=${CGPRUNE_FULL:-} rounds=${CGPRUNE_ROUNDS:-} manager=$manager $options" \
        -initrd "$work/initrd" -drive "file=$work/disk,format=raw,if=virtio,cache=unsafe"
}

# shellcheck disable=SC2317
run_scenario() {
    cp --sparse=always -- "$disk" "$work/disk" || die "cannot copy the disk"
    boots=1
    run_guest
    while [ "$status" = 88 ] && [ "$boots" -lt 9 ]; do
        boots=$((boots + 1))
        run_guest
    done
}

despite_emulator run_scenario
end_as_the_guest_did "$seconds"

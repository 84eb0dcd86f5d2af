#!/bin/sh
# SPDX-License-Identifier: MIT
# Print what runs the guest here: kvm, or tcg (QEMU's own, slower).
#   accel.sh VMLINUX
# /dev/kvm can be there, and open, and yet not boot a guest; so one is tried, and the answer remembered until this
# machine boots again. $CGPRUNE_ACCEL, if set, decides instead.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

boot_id=$(cat /proc/sys/kernel/random/boot_id) || die "cannot read the boot id"

# A guest without an init panics as soon as it is up, and says so on its console. QEMU may abort instead, and the
# shell tells of that.
boots_with_kvm() {
    [ -w /dev/kvm ] || return 1
    (qemu 20 kvm 256 "$1" rdinit=/none -serial stdio </dev/null | grep -q 'Kernel panic') 2>/dev/null
}

probe() {
    [ "$(cat -- "$cache/accel" 2>/dev/null | cut -d' ' -f1)" != "$boot_id" ] || return 0
    accel=tcg
    ! boots_with_kvm "$1" || accel=kvm
    printf '%s %s\n' "$boot_id" "$accel" >"$cache/accel"
}

if [ -z "${CGPRUNE_ACCEL:-}" ]; then
    with_lock accel.lock probe "$1"
    CGPRUNE_ACCEL=$(cut -d' ' -f2 -- "$cache/accel")
fi
printf '%s\n' "$CGPRUNE_ACCEL"

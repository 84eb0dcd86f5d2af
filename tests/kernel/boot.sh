#!/bin/sh
# SPDX-License-Identifier: MIT
# Run one scenario script in a guest, print what it prints as it comes, and exit as it does.
#   boot.sh 6.1|6.12 v1|hybrid|v2|systemd SCRIPT     (systemd: v2, with systemd as PID 1)
# Exit: the script's; 77 skipped, with the reason; 1 if the guest died or ran out of time.
# With $CGPRUNE_FULL set scenarios run with their whole counts. $CGPRUNE_GUEST_SECONDS (300; thrice
# that for whole counts) and $CGPRUNE_GUEST_MEMORY (512, in MB; 2048 for whole counts) can be set.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=qemu.sh
. "$here/qemu.sh"

[ "$#" -eq 3 ] || die "usage: boot.sh 6.1|6.12 v1|hybrid|v2|systemd SCRIPT"
kernel=$1 layout=$2 script=$3
case $layout in
v1 | hybrid | v2) manager= ;;
systemd) manager=systemd ;;
*) die "no layout $layout; there are: v1 hybrid v2 systemd" ;;
esac
[ -f "$script" ] || die "no script $script"
need qemu-system-x86_64 cpio flock timeout
seconds=${CGPRUNE_GUEST_SECONDS:-300}
memory=512
[ -z "${CGPRUNE_FULL:-}" ] || seconds=$((seconds * 3)) memory=2048
memory=${CGPRUNE_GUEST_MEMORY:-$memory}

# A scenario of the product without the product would only tell that it is not there.
if ! grep -q '^# needs no product$' "$script"; then
    for program in release-agent cgprune; do
        [ -x "$build/agent/$program" ] || die "$build/agent/$program is not built"
    done
fi

vmlinux=$("$here/kernels.sh" "$kernel") || exit
image=$("$here/image.sh" $manager) || exit
accel=$("$here/accel.sh" "$vmlinux") || exit

# A build that counts what is run: the guest's counts come out by a port of their own.
counts=
if grep -qs '^CGPRUNE_COVERAGE:BOOL=ON$' "$build/CMakeCache.txt"; then counts=$build/coverage; fi

work=$(mktemp -d) || die "cannot make a work folder"
clean_up_at_exit

# The kernel unpacks archives that follow each other, so the image need not be made anew for each script.
add_script() {
    mkdir -- "$work/root" && cp -- "$script" "$work/root/scenario" && chmod 755 "$work/root/scenario" &&
        (cd "$work/root" && echo scenario | cpio --quiet -o -H newc -R 0:0) >"$work/scenario.cpio" &&
        cat -- "$image" "$work/scenario.cpio" >"$work/initrd"
}
add_script || die "cannot make the guest's initramfs"

# shellcheck disable=SC2317
run_guest() {
    limit=$((seconds > 30 ? seconds - 15 : seconds))
    run_to_end "$seconds" "$accel" "$memory" "$vmlinux" "layout=$layout full=${CGPRUNE_FULL:-} limit=$limit counts=$counts" \
        -initrd "$work/initrd"
}

despite_emulator run_guest

if [ -n "$counts" ]; then
    mine=$counts/$kernel-$layout-$(basename -- "$script" .sh)
    mkdir -p -- "$mine"
    tar -C "$mine" -xzf "$work/counts" || say "no counts came out of the guest"
fi

end_as_the_guest_did "$seconds"

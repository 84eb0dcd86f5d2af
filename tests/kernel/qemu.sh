# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced: how the guest is started.

# qemu SECONDS kvm|tcg MEGABYTES VMLINUX "MORE KERNEL ARGUMENTS" OPTION...: in place of the (sub)shell.
# The time limit holds even if the caller is killed. panic=-1 with -no-reboot ends QEMU at once; reboot=t is the
# quickest way down. On a busy machine a guest under TCG, whose counter is the machine's own, mistakes its speed, and
# then its clock runs up to ten times too fast: so it is told.
qemu() {
    seconds=$1 accel=$2 memory=$3 vmlinux=$4
    arguments="console=ttyS0 quiet panic=-1 reboot=t mitigations=off tsc=reliable no_timer_check $5"
    shift 5
    case $accel in
    kvm) cpu=host ;;
    *)
        accel=tcg,thread=multi cpu=qemu64
        arguments="$arguments tsc_early_khz=$("${build:?}/tests/kernel/guest-tool" tsc-khz)"
        ;;
    esac
    exec timeout -k 5 "$seconds" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
        -machine pc -accel "$accel" -cpu "$cpu" -smp 2 -m "$memory" \
        -kernel "$vmlinux" -append "$arguments" "$@"
}

# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced: how the guest is started, waited for, and what is said when it dies.

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

# The caller has made the folder $work.
guest=
clean_up_at_exit() {
    # shellcheck disable=SC2317
    stop() {
        [ -z "$guest" ] || kill "$guest" 2>/dev/null
        rm -rf -- "${work:?}"
    }
    trap stop EXIT
    trap 'exit 1' HUP INT TERM
}

# run_to_end QEMU-ARGUMENTS...: qemu's. Leaves in $status what the scenario ended with, nothing if the guest did not
# tell, and in $ended what QEMU did. Three serial ports: the console's noise, the script's output, its exit status.
run_to_end() {
    rm -f -- "$work/status"
    qemu "$@" -serial "file:$work/console" -serial stdio -serial "file:$work/status" -serial "file:$work/counts" \
        </dev/null 2>"$work/errors" &
    guest=$!
    wait "$guest"
    ended=$?
    guest=
    status=$(tr -cd 0-9 <"$work/status" 2>/dev/null)
}

end_as_the_guest_did() { # SECONDS
    [ -z "$status" ] || exit "$status"
    if [ "$ended" -eq 124 ] || [ "$ended" -eq 137 ]; then
        say "the guest did not end within $1 seconds"
    else
        say "the guest died (QEMU's status $ended)"
    fi
    say "the last lines of its console:"
    tail -n 80 -- "$work/console" "$work/errors" 2>/dev/null | tr -d '\r' | sed 's/^/    /' >&2
    exit 1
}

# TCG with a thread for each CPU can miss that the kernel has patched its own code, and then runs into the int3 that
# marked the place while it was patched: seen on a busy machine, once in some 60 guests. One thread would not, but
# then the guest's CPUs would never be at work at the same moment, which is what many scenarios are about.
emulator_fault() { [ -z "$status" ] && grep -q 'int3: 0000 \[#' "$work/console"; }

# despite_emulator COMMAND: does it, which ends with run_to_end; where the emulator failed, anew.
despite_emulator() {
    "$1"
    for again in 2 3; do
        emulator_fault || return 0
        say "the emulator ran the guest's kernel into a stale int3; run $again of at most 3"
        "$1"
    done
}

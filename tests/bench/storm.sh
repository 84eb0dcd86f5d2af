#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 5,000 cgroups emptied at once, in a guest, with release-agent, with a C program that only calls rmdir, and with a shell
# script: storm.sh [--quick] [KERNEL...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export CGPRUNE_FULL=1 CGPRUNE_GUEST_SECONDS=600 CGPRUNE_GUEST_MEMORY=${CGPRUNE_GUEST_MEMORY:-2048}
if [[ ${1:-} == --quick ]]; then
    CGPRUNE_FULL=''
    shift
fi
(($# > 0)) || set -- 6.1 6.12
skipped=0
for kernel; do
    echo "kernel $kernel:"
    "$here/../kernel/boot.sh" "$kernel" v1 "$here/storm_guest.sh" || {
        (($? == 77)) || exit 1
        skipped=77
    }
done
exit "$skipped"

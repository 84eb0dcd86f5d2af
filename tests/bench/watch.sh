#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What cgprune watch costs and how soon it acts, in a guest with cgroup v2: watch.sh [KERNEL...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export CGPRUNE_GUEST_SECONDS=900
(($# > 0)) || set -- 6.1 6.12
for kernel; do
    echo "kernel $kernel:"
    "$here/../kernel/boot.sh" "$kernel" v2 "$here/watch_guest.sh"
done

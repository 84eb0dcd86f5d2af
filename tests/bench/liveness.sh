#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What it costs to ask whether a creator is still there, by each way that the kernel has, among as many processes more
# than there are: liveness.sh [PROCESSES...]
set -euo pipefail
build=${CGPRUNE_BUILD:-$(dirname "$0")/../../build}
if ((EUID != 0)); then
    echo "skipped: only root can record a creator"
    exit 77
fi
if (($# == 0)); then set -- 1 1000 4000; fi
"$build/tests/bench/bench-tool" liveness "$@"

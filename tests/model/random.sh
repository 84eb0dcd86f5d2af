#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# random.sh MODEL-STEPS: random steps on the system in memory, from seeds that are always the same, and from fresh ones.
# With $CGPRUNE_FULL set: millions.
set -euo pipefail
steps=$1
seeds=100 length=300
[[ -z ${CGPRUNE_FULL:-} ]] || seeds=4000
"$steps" --seed 1 --seeds "$seeds" --steps "$length"
"$steps" --fresh --seeds "$seeds" --steps "$length"

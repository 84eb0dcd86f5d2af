#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Figures of scale.sh as a table: medians, and how the time grows from each size to the next: count to the power of
# what is in the last column, so that 1 is linear.
set -euo pipefail
sort -t $'\t' -k 1,1 -k 2,2n -k 3,3n -- "$1" | awk -F'\t' '
function flush() {
    if (n == 0) return
    middle = us[int((n + 1) / 2)]
    power = what == last_what ? sprintf("%.2f", log(middle / last_us) / log(count / last_count)) : "-"
    printf "%-22s %8d %10.1f %10.0f %10.0f %6s\n", what, count, middle / 1000, middle * 1000 / count, count * 1e6 / middle, power
    last_what = what; last_us = middle; last_count = count; n = 0
}
BEGIN { printf "%-22s %8s %10s %10s %10s %6s\n", "what", "of", "ms", "ns each", "each s", "power" }
$1 != what || $2 != count { flush(); what = $1; count = $2 }
{ us[++n] = $3 }
END { flush() }'

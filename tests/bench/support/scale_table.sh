#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Figures of scale.sh as a table: medians, and how the CPU time grows from each size to the next: count to the power of
# what is in the last column, so that 1 is linear.
set -euo pipefail
awk -F'\t' '
function median(list, values, n, i, j, swap) {
    n = split(list, values, " ")
    for (i = 1; i <= n; i++) for (j = i; j < n; j++)
        if (values[j] + 0 > values[j + 1] + 0) { swap = values[j]; values[j] = values[j + 1]; values[j + 1] = swap }
    return values[int((n + 1) / 2)]
}
{
    key = $1 FS $2
    if (!(key in cpu)) { order[++keys] = key }
    clock[key] = clock[key] " " $3; cpu[key] = cpu[key] " " $4
}
END {
    printf "%-22s %8s %10s %10s %10s %12s %6s\n", "what", "of", "ms", "each s", "cpu ms", "cpu ns each", "power"
    for (k = 1; k <= keys; k++) {
        split(order[k], part, FS); what = part[1]; count = part[2]
        ms = median(clock[order[k]]); used = median(cpu[order[k]])
        if (ms <= 0) ms = 0.5 # below what `time` tells
        if (used <= 0) used = 0.5
        power = what in last_count ? sprintf("%.2f", log(used / last_used[what]) / log(count / last_count[what])) : "-"
        printf "%-22s %8d %10.1f %10.0f %10.1f %12.0f %6s\n", what, count, ms, count * 1000 / ms, used, used * 1e6 / count, power
        last_used[what] = used; last_count[what] = count
    }
}' "$1" | { IFS= read -r header; echo "$header"; sort -s -k 1.1,1.22; }

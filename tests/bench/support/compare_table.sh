#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Rows of measure.sh, of two versions, as a table for people: compare_table.sh ROWS REVISION
set -euo pipefail
awk -F'\t' -v revision="$2" '
function change(old, new) { return old == new ? sprintf("%13s", new) : sprintf("%6s>%6s", old, new) }
function thousands(value) { return value == "-" ? "-" : sprintf("%.1f", value / 1000) }
BEGIN {
    printf "%-26s %8s %8s  %7s %17s %7s %13s %13s %13s %13s\n", "path", "us then", "us now", "change", "quartiles",
        "cpu", "faults", "calls", "kinstr", "kB"
    print "then: " revision
}
$1 ~ /^old:/ { then_ns[$1] = $4; faults[$1] = $11; calls[$1] = $13; kb[$1] = $14; instructions[$1] = $15 }
$2 ~ /^old:/ {
    printf "%-26s %8.1f %8.1f  %+6.1f%% %+7.1f%%-%+7.1f%% %+6.1f%% %s %s %s %s\n", $1, then_ns[$2] / 1000, $4 / 1000,
        ($7 - 1) * 100, ($8 - 1) * 100, ($9 - 1) * 100, ($10 - 1) * 100, change(faults[$2], $11),
        change(calls[$2], $13), change(thousands(instructions[$2]), thousands($15)), change(kb[$2], $14)
}' "$1"

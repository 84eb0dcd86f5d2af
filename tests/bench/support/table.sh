#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Rows of measure.sh as a table for people: table.sh ROWS [BASELINE.JSON]
set -euo pipefail
rows=$1 baseline=${2:-}

# What design section 11 asks for; said, not asserted.
targets='always 1.15
creator-gone-100000 1.18
creator-alive 1.25
mountinfo-25 1.35'

former() { if [[ -n $baseline && -s $baseline ]]; then jq -r '.cases[] | "\(.name) \(.ratio)"' "$baseline"; fi; }

awk -F'\t' -v targets="$targets" -v former="$(former)" '
function table_of(text, into, lines, count, i, word) {
    count = split(text, lines, "\n")
    for (i = 1; i <= count; i++) { split(lines[i], word, " "); into[word[1]] = word[2] }
}
function or_nothing(format, value) { return value == "" || value == "-" ? "-" : sprintf(format, value) }
function ours(name) { return name !~ /^(rmdir-only|coreutils|openrc|cgdelete)/ }
# A ratio to the C program, as one to another program.
function to(others, name, ratio) { return or_nothing("%.2f", others == "" || !ours(name) ? "" : ratio / others) }
BEGIN {
    table_of(targets, target)
    table_of(former, was)
    printf "%-26s %8s %17s  %6s %13s %6s %6s %6s %6s %6s %6s %6s %8s %6s\n", "path", "us", "quartiles",
        "ratio", "quartiles", "cpu", "/musl", "/sh", "target", "was", "faults", "calls", "kinstr", "kB"
}
$1 == "rmdir-only-musl" && NR == FNR { musl = $10 }
$1 == "openrc-dash" && NR == FNR { shell = $10 }
NR == FNR { next }
{
    printf "%-26s %8.1f %8.1f-%8.1f  %6.2f %6.2f-%6.2f %6.2f ", $1, $4 / 1000, $5 / 1000, $6 / 1000, $7, $8, $9, $10
    printf "%6s %6s %6s %6s ", to(musl, $1, $10), to(shell, $1, $10), or_nothing("%s", target[$1]), or_nothing("%.2f", was[$1])
    printf "%6d %6s %8s %6s", $11, $13, or_nothing("%.0f", $15 == "-" ? "" : $15 / 1000), $14
    print($12 > 0 ? "  (" $12 " runs came out otherwise)" : "")
}' "$rows" "$rows"

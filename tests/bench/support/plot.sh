#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Plot the figures of scale.sh: plot.sh FIGURES FILE.png
set -euo pipefail
if ! command -v gnuplot >/dev/null; then
    echo "skipped: the plot, which gnuplot makes"
    exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(dirname "$0")/scale_table.sh" "$1" | awk -v work="$work" '
NR > 1 {
    what = $1
    for (i = 2; i <= NF - 6; i++) what = what " " $i
    if (!(what in seen)) { seen[what] = ++kinds; print what >(work "/names") }
    print $(NF - 5), $(NF - 2) >(work "/" seen[what])
}'
mapfile -t names <"$work/names"
{
    echo "set terminal png size 1000,700 font ',11'"
    printf 'set output "%s"\n' "$2"
    echo "set logscale xy; set grid; set key left top"
    echo "set xlabel 'cgroups, facts or entries'; set ylabel 'milliseconds of the CPUs'"
    echo "set title 'What walks: as steep as the grey line is linear'"
    printf 'plot x / 100 linecolor "grey" title "10 us each"'
    for i in "${!names[@]}"; do printf ', "%s" with linespoints title "%s"' "$work/$((i + 1))" "${names[i]}"; done
    echo
} >"$work/script"
gnuplot "$work/script"

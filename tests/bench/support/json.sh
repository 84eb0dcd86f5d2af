#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Rows of measure.sh as JSON: json.sh ROWS RUNS LOAD
set -euo pipefail
jq --raw-input --slurp --argjson runs "$2" --argjson load "$3" --arg kernel "$(uname -r | cut -d. -f1,2)" --argjson cpus "$(nproc)" '
def number: if . == "-" then null else tonumber end;
{kernel: $kernel, cpus: $cpus, load: $load, runs: $runs,
 cases: [split("\n")[] | select(. != "") | split("\t") | {
    name: .[0], against: (if .[1] == "" then null else .[1] end), runs: (.[2] | number),
    ns: (.[3] | number), "ns-quartiles": [(.[4, 5] | number)],
    ratio: (.[6] | number), "ratio-quartiles": [(.[7, 8] | number)],
    "cpu-ratio": (.[9] | number),
    "page-faults": (.[10] | number), "system-calls": (.[12] | number), "peak-kb": (.[13] | number),
    instructions: (.[14] | number)}]}' "$1"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the programs complain of and what they log is in the manual: each id of a log line in release-agent(8), and
# each fixed part of a message, of two words or more, in one of the pages.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

# These word results and help, or speak to programs.
results='^libprune/api/|/(help|people|completion_.*|metrics_.*|explain_.*|verb_explain|explanation)\.cpp$'
results+='|/(known_text|outcome_text|tree_marks)\.cpp$'

manual() {
    filesBelow "$root" -path './man/*.[1-8]' | while read -r page; do
        mandoc -T ascii -O width=1000 "$root/$page" 2>/dev/null
    done | sed 's/.\x08//g'
}

work=$(mktemp)
trap 'rm -f "$work"' EXIT
manual >"$work"
mapfile -t sources < <(filesBelow "$root" -path './agent/*.cpp' -o -path './libprune/*.cpp' | grep -vE "$results")
# Perl, since what is said in C++ goes over lines.
perl "$(dirname "$0")/messages.pl" "$root" "$work" "${sources[@]}"

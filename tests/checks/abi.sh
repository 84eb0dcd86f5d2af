#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# abi.sh LIBRARY SOURCE: what libprune.so exports is what prune.h declares, the version script lists, the list in the
# tree keeps, a comment documents, libprune(3) names, and a test calls.
set -euo pipefail
library=$1 source=$2
header=$source/libprune/include/prune/prune.h
status=0
complain() {
    echo "$*"
    status=1
}

declared=$(grep -oE '\bprune_[a-z_]+\(' <(grep PRUNE_API "$header") | tr -d '(' | sort)
exported=$(nm -D --defined-only "$library" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort)
scripted=$(grep -oE '^ +prune_[a-z_]+;' "$source/libprune/libprune.map" | tr -d ' ;' | sort)
kept=$(grep -v '^#' "$source/tests/checks/abi.txt" | sort)

[[ $exported == "$declared" ]] || complain "exported and declared differ:" "$(diff <(echo "$exported") <(echo "$declared"))"
[[ $scripted == "$declared" ]] || complain "version script and header differ:" "$(diff <(echo "$scripted") <(echo "$declared"))"
for symbol in $(comm -23 <(echo "$kept") <(echo "$exported")); do
    complain "$symbol is in abi.txt and was taken away: symbols stay for ever"
done
for symbol in $(comm -13 <(echo "$kept") <(echo "$exported")); do complain "$symbol is not in tests/checks/abi.txt: add it"; done
for symbol in $declared; do
    # The comment ends in the line before the declaration, and says since when.
    grep -B2 -E "^PRUNE_API .*\b$symbol\(" "$header" | grep -q 'Since: ' || complain "$symbol has no documented version in prune.h"
    grep -q "^\.Fn $symbol\b\|^\.Fo $symbol\b" "$source/man/libprune.3" || complain "$symbol is not in libprune(3)"
    grep -rqw "$symbol" "$source/tests/unit/api" || complain "$symbol is called by no test in tests/unit/api"
done
exit "$status"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# abi.sh LIBRARY SOURCE: what libprune.so exports is what prune.h declares, the version script lists, the list in the
# tree keeps, a comment documents, libprune(3) describes, and a test calls. Nothing else is exported.
set -euo pipefail
library=$1 source=$2
header=$source/libprune/include/prune/prune.h
script=$source/libprune/libprune.map
manual=$source/man/libprune.3
status=0
complain() {
    printf '%s\n' "$@"
    status=1
}

same() { [[ $2 == "$3" ]] || complain "$1 differ:" "$(diff <(echo "$2") <(echo "$3"))"; }

# The comment that ends in the line above the declaration of $1.
commentOf() {
    awk -v declaration="^PRUNE_API .*[ *]$1[(]" '
        /^\/\*\*/ { text = "" }
        $0 ~ declaration { printf "%s", text }
        { text = /^(\/\*\*| \*)/ ? text $0 "\n" : "" }' "$header"
}

# What libprune(3) says of $1: from its item to the next function's, or to the end of the section.
descriptionOf() {
    awk -v item="^[.]It Fn $1( |\$)" '/^[.](It Fn|Sh|Ss) / { inside = $0 ~ item } inside' "$manual"
}

checkDocumented() {
    local symbol=$1 comment description since words errno
    comment=$(commentOf "$symbol")
    since=$(sed -nE 's/.*Since: ([0-9]+\.[0-9]+)\..*/\1/p' <<<"$comment")
    [[ -n $since ]] || complain "$symbol has no documented version in prune.h"
    description=$(descriptionOf "$symbol")
    if [[ -z $description ]]; then
        complain "$symbol has no description in libprune(3)"
        return
    fi
    for words in Returns Errors: "Since $since."; do
        grep -qF "$words" <<<"$description" || complain "$symbol: its description in libprune(3) lacks: $words"
    done
    for errno in $(grep -oE '\-E[A-Z0-9]+' <<<"$comment" | tr -d - | sort -u); do
        grep -qE "^[.](It )?Er (.* )?$errno( |\$)" <<<"$description" || complain "$symbol: libprune(3) lacks $errno"
    done
}

# "TYPE SYMBOL@NODE" each, with @@ before the node that programs are linked with from now on.
defined=$(nm -D --defined-only "$library" | cut -d ' ' -f 2- | sort)
exported=$(sed -nE '/^T /{ s///; s/@@?/ /; p; }' <<<"$defined" | sort)
linked=$(sed -nE 's/^T (.*)@@.*/\1/p' <<<"$defined" | sort)
# The nodes are themselves symbols, of type A.
nodes=$(sed -nE 's/^(PRUNE_[0-9.]+) [{]$/A \1/p' "$script")
scripted=$(awk '/ [{]$/ { node = $1 } /^ +prune_[a-z0-9_]+;/ { sub(/;.*/, ""); print $1, node }' "$script" | sort)
declared=$(grep PRUNE_API "$header" | grep -oE '\bprune_[a-z0-9_]+\(' | tr -d '(' | sort)
kept=$(grep -v '^#' "$source/tests/checks/abi.txt" | sort)
# Texts and comments are no calls.
calls=$(find "$source/tests/unit/api" -type f -exec sed -E 's/"([^"\\]|\\.)*"//g; s|//.*||' {} +)

others=$(sed '/^T /d; s/@.*//' <<<"$defined" | grep -vxF "$nodes") || true
[[ -z $others ]] || complain "exported, and no function:" "$others"
same "header and library" "$declared" "$linked"
same "version script and library" "$scripted" "$exported"
while read -r line; do
    complain "$line is in abi.txt and not in the library: symbols stay for ever, in their node"
done < <(comm -23 <(echo "$kept") <(echo "$exported"))
while read -r line; do complain "$line is not in tests/checks/abi.txt: add it"; done < <(comm -13 <(echo "$kept") <(echo "$exported"))
for symbol in $declared; do
    checkDocumented "$symbol"
    grep -qE "\b$symbol\(" <<<"$calls" || complain "$symbol is called by no test in tests/unit/api"
done
exit "$status"

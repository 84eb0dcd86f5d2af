#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Includes point downwards only, parsers and evaluate reach no system call, system headers stay in libprune/sys,
# and what release-agent is made of includes nothing that is dear at its start.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
cd "$root"

# Who may include whom, besides its own folder. The first row that fits a file decides.
directions='
libprune/base/*
libprune/sys/*             base
libprune/cgroup/*          base sys
libprune/creator/*         base sys
libprune/store/*           base sys
libprune/policy/loader*    base sys
libprune/policy/*          base
libprune/prune/*           base sys cgroup creator store policy
libprune/watch/*           base sys cgroup creator store policy prune
libprune/api/*             base sys cgroup creator store policy prune
libprune/include/*
agent/release_agent/*      base sys cgroup store policy prune
agent/cgprune/*            base sys cgroup creator store policy prune watch
'

# Files that make no system call: no chain of includes leads from them to sys.
pure='libprune/base/record* libprune/cgroup/mountinfo* libprune/policy/parser* libprune/policy/evaluate*'

# System headers that may be used outside libprune/sys, for their constants and types.
constants='
fcntl.h          O_* and AT_* flags
dirent.h         DT_* kinds
sys/types.h      ssize_t, mode_t
sys/stat.h       S_IS*(), permission bits
sys/sysmacros.h  major(), minor()
sys/file.h       LOCK_* operations
sys/inotify.h    IN_* events
sys/fanotify.h   FAN_* events
pthread.h        what headers of g++ want of musl
linux/magic.h    file system types
syslog.h         LOG_* levels
'
systemHeaders='^(unistd|fcntl|dirent|ftw|glob|poll|sched|signal|spawn|pthread|syslog|mntent|pwd|grp|(sys|linux|asm|net|netinet|arpa)/.*)(\.h)?$'
dearHeaders='^(iostream|fstream|istream|ostream|sstream|iomanip|locale|regex|chrono|filesystem|functional|thread)$'

bad=0
complain() { # FILE LINE MESSAGE
    echo "$1:$2: $3"
    bad=1
}

# Sets `allowed` to what FILE may include; fails if no row fits.
findRow() { # FILE
    local pattern
    while read -r pattern allowed; do
        # shellcheck disable=SC2053 # the right side is a pattern
        if [[ -n $pattern && $1 == $pattern ]]; then return 0; fi
    done <<<"$directions"
    return 1
}

checkOurs() { # FILE LINE HEADER
    local folder=${1%/*} wanted=${3%%/*} allowed
    if [[ $3 == *..* || $3 == /* ]]; then
        complain "$1" "$2" "\"$3\": say folder/file.h"
    elif [[ $3 != */* || $wanted == "${folder##*/}" ]]; then
        return 0
    elif ! findRow "$1"; then
        complain "$1" "$2" "no row of include_direction.sh is about this folder"
    elif [[ " $allowed " != *" $wanted "* ]]; then
        complain "$1" "$2" "$folder may not include $wanted (\"$3\")"
    fi
}

checkForeign() { # FILE LINE HEADER
    if [[ -e libprune/$3 || -e agent/$3 ]]; then
        complain "$1" "$2" "<$3> is ours: say it in quotes"
    elif [[ $1 != libprune/sys/* && $3 =~ $systemHeaders && $constants != *$'\n'"$3 "* ]]; then
        complain "$1" "$2" "<$3>: system calls are made in libprune/sys only"
    elif [[ $1 != agent/cgprune/* && $3 =~ $dearHeaders ]]; then
        complain "$1" "$2" "<$3> is too dear for release-agent"
    fi
}

declare -A includesOf=() seen=()

# Follows the includes of FILE; complains about the first chain to sys.
followTo() { # FILE CHAIN
    local next
    for next in ${includesOf[$1]:-}; do
        if [[ -n ${seen[$next]:-} ]]; then continue; fi
        seen[$next]=1
        if [[ $next == libprune/sys/* ]]; then
            complain "${2%% *}" 1 "makes no system call, but includes sys: $2 -> ${next#libprune/}"
            return
        fi
        followTo "$next" "$2 -> ${next#libprune/}"
    done
}

while IFS=: read -r file line include; do
    [[ $include =~ [\"\<]([^\"\>]+)[\"\>] ]]
    header=${BASH_REMATCH[1]}
    if [[ $include == *'"'* ]]; then
        checkOurs "$file" "$line" "$header"
        if [[ $header != */* ]]; then
            folder=${file%/*}
            header=${folder##*/}/$header
        fi
        includesOf[$file]+=" libprune/$header"
    else
        checkForeign "$file" "$line" "$header"
    fi
done < <(grep -rnE --include='*.cpp' --include='*.h' '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]' libprune agent)

for pattern in $pure; do
    for file in $pattern; do
        seen=()
        followTo "$file" "$file"
    done
done
exit $bad

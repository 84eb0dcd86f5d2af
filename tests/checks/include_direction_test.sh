#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Does include_direction.sh see a bad include? Each case adds one to a copy of the real tree.
set -euo pipefail
. "$(dirname "$0")/files.sh"
here=$(cd "$(dirname "$0")" && pwd)
root=$(treeRoot "")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

freshCopy() {
    rm -rf "${copy:?}"/*
    cp -R "$root/libprune" "$root/agent" "$copy"
}

failures=0
fail() {
    echo "FAILED: $1"
    failures=$((failures + 1))
}

addInclude() { # FILE INCLUDE
    freshCopy
    echo "#include $2" >"$copy/$1"
}

# caught FILE INCLUDE WORDS: a file with that line is refused, at its place and in these words.
caught() {
    local output
    addInclude "$1" "$2"
    if output=$("$here/include_direction.sh" "$copy"); then
        fail "$1 with #include $2 passed"
    elif ! grep -qF "$3" <<<"$output" || ! grep -q "^$1:1: " <<<"$output"; then
        fail "$1 with #include $2 was refused in other words: $output"
    fi
}

# passes FILE INCLUDE
passes() {
    addInclude "$1" "$2"
    "$here/include_direction.sh" "$copy" || fail "$1 with #include $2 was refused"
}

freshCopy
"$here/include_direction.sh" "$copy" || fail "the tree as it is was refused"

passes libprune/base/added.cpp '"base/other.h"'
passes libprune/cgroup/added.h '"sys/system.h"'
passes libprune/policy/loader_added.cpp '"sys/system.h"'
passes libprune/cgroup/added.h '<fcntl.h>'
passes libprune/sys/added.cpp '<unistd.h>'
passes agent/cgprune/added.cpp '<functional>'

caught libprune/base/added.h '"sys/system.h"' 'may not include sys'
caught libprune/cgroup/added.h '"policy/conf.h"' 'may not include policy'
caught libprune/store/added.cpp '"cgroup/path.h"' 'may not include cgroup'
caught libprune/policy/added.cpp '"sys/system.h"' 'may not include sys'
caught libprune/prune/added.cpp '"release_agent/main.h"' 'may not include release_agent'
caught libprune/cgroup/added.cpp '"../policy/conf.h"' 'say folder/file.h'
caught libprune/cgroup/added.cpp '<unistd.h>' 'system calls are made in libprune/sys only'
caught libprune/prune/added.cpp '<sys/mount.h>' 'system calls are made in libprune/sys only'
caught libprune/store/added.cpp '<iostream>' 'too dear'

# mountinfo may include its own folder, but not what leads from there to sys.
freshCopy
echo '#include "cgroup/hop.h"' >"$copy/libprune/cgroup/mountinfo_added.h"
echo '#include "sys/system.h"' >"$copy/libprune/cgroup/hop.h"
if "$here/include_direction.sh" "$copy" >"$copy/output"; then
    fail "a parser that reaches sys through another header passed"
elif ! grep -qF 'makes no system call, but includes sys' "$copy/output"; then
    fail "a parser that reaches sys was refused in other words: $(cat "$copy/output")"
fi

mkdir "$copy/libprune/unheardof"
echo '#include "sys/system.h"' >"$copy/libprune/unheardof/added.cpp"
if "$here/include_direction.sh" "$copy" >/dev/null; then fail "a folder without a row passed"; fi

((failures == 0)) && echo "include_direction.sh sees what it should"

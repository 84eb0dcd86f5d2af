#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Can each check of the sources fail? Each gets a small good tree, which it must pass, and one with one offence.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

cp "$here/../../.clang-format" "$tree"

goodTree() {
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/libprune/base" "$tree/agent" "$tree/tests" "$tree/man"
    printf '%s\n' '// SPDX-License-Identifier: MIT' '/// Adds numbers.' '#pragma once' 'int add(int a, int b);' \
        >"$tree/libprune/base/add.h"
    printf '%s\n' '// SPDX-License-Identifier: MIT' 'int add(int a, int b) { return a + b; }' >"$tree/libprune/base/add.cpp"
    printf '%s\n' '#!/bin/sh' '# SPDX-License-Identifier: MIT' 'echo one' 'echo two' 'echo 3' 'echo 4' >"$tree/tests/one.sh"
    printf '%s\n' '.\" SPDX-License-Identifier: MIT' '.Dd January 1, 2020' '.Dt GOOD 8' '.Os' '.Sh NAME' '.Nm good' \
        '.Nd good page' '.Sh DESCRIPTION' 'See' '.Xr nosuch 8 .' >"$tree/man/good.8"
}

failures=0
fail() {
    echo "FAILED: $1"
    failures=$((failures + 1))
}

# refuses CHECK FILE WORDS: with the text from stdin in FILE, CHECK fails and says WORDS.
refuses() {
    goodTree
    local output
    output=$("$here/$1.sh" "$tree" 2>&1) || fail "$1 refused a good tree: $output"
    cat >"$tree/$2"
    if output=$("$here/$1.sh" "$tree" 2>&1); then
        fail "$1 let a bad $2 pass"
    elif ! grep -qF -- "$3" <<<"$output"; then
        fail "$1 refused $2 in other words: $output"
    fi
}

refuses spdx libprune/base/bad.cpp 'base/bad.cpp: no SPDX line' <<<'int x;'
refuses spdx tests/late.sh 'tests/late.sh: no SPDX line' <<<$'#!/bin/sh\necho no\n# SPDX-License-Identifier: MIT'
refuses file_length libprune/base/long.cpp 'long.cpp: 401 lines' < <(seq 401)
refuses machine_paths agent/bad.txt 'agent/bad.txt:1:' <<<'see /home/somebody/notes'
refuses machine_paths agent/bad.txt 'agent/bad.txt:1:' <<<"see $tree/notes"
refuses header_docs libprune/base/bad.h 'base/bad.h: does not begin' <<<$'#pragma once\nint x;'
refuses test_lines libprune/base/long.cpp 'tests 6 lines, library 16 lines' < <(seq 10)
refuses format libprune/base/wide.cpp 'base/wide.cpp: run clang-format' <<<'int    x;'
refuses shell tests/bad.sh 'SC2086' <<<$'#!/bin/sh\nrm $1'
refuses cppcheck libprune/base/leak.cpp 'uninitvar' <<<'int f() { int x; return x; }'
refuses man_pages man/bad.8 'bad.8:2' <<<$'.Dd January 1, 2020\n.Nosuch macro'
refuses messages agent/bad.cpp 'not in the manual: is upside down' <<<'Error f() { return {name + " is upside down", 0}; }'
refuses messages agent/bad.cpp 'msg=odd is not in' <<<'void f() { log.event(LogLevel::info, "odd", {{"why", ""}}); }'
((failures == 0)) && echo "each check passes the good tree and refuses the bad one"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Do the checks of what was compiled, system_calls.sh and static_binary.sh, refuse what they should?
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/base" "$folder/sys"
cd "$folder"

failures=0
fail() {
    echo "FAILED: $1"
    failures=$((failures + 1))
}

# refused WORDS COMMAND...
refused() {
    local words=$1 output
    shift
    if output=$("$@" 2>&1); then
        fail "passed: $*"
    elif ! grep -qF -- "$words" <<<"$output"; then
        fail "refused in other words: $*: $output"
    fi
}

compile() { "${CXX:-c++}" -O2 -x c++ "$@" -; }

compile -c -o base/pure.o <<<'#include <cstring>
unsigned long length(const char* text) { return std::strlen(text); }'
compile -c -o base/calls.o <<<'#include <unistd.h>
int forget(const char* path) { return ::unlink(path); }'
cp base/calls.o sys/calls.o

"$here/system_calls.sh" base/pure.o sys/calls.o || fail "system_calls.sh refused a pure object and one of sys"
refused 'base/calls.o: makes system calls: unlink' "$here/system_calls.sh" base/pure.o base/calls.o
refused 'No such file' "$here/system_calls.sh" base/absent.o
refused 'looked at 0 objects' "$here/system_calls.sh" sys/calls.o

compile -static -o static <<<'int main() {}'
compile -o dynamic <<<'int main() {}'
compile -static -o streams <<<'#include <iostream>
int main() { std::cout << 1; }'
compile -static -o boosted <<<'namespace boost { __attribute__((used)) int inside() { return 1; } }
int main() {}'
compile -static -s -o stripped <<<'int main() {}'

"$here/static_binary.sh" static || fail "static_binary.sh refused a static program"
refused 'asks for a loader' "$here/static_binary.sh" dynamic
refused 'needs a shared library' "$here/static_binary.sh" dynamic
refused 'has iostream in it' "$here/static_binary.sh" streams
refused 'has Boost in it' "$here/static_binary.sh" boosted
refused 'has no symbols' "$here/static_binary.sh" stripped

((failures == 0)) && echo "both checks refuse what they should"

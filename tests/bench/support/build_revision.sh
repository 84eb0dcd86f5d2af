#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Build the release-agent of another revision, as the one of this tree is built, and print its path:
# build_revision.sh REVISION BUILD
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$2")
commit=$(git -C "$here" rev-parse --verify --quiet "$1^{commit}") || {
    echo "no such revision: $1" >&2
    exit 2
}
work=$build/bench/$commit

setting() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

if [[ ! -e $work/tree ]]; then
    rm -rf "$work.new"
    mkdir -p "$work.new/tree"
    git -C "$(git -C "$here" rev-parse --show-toplevel)" archive "$commit" | tar -x -C "$work.new/tree"
    mv "$work.new" "$work"
fi
cmake -S "$work/tree" -B "$work/build" -G Ninja --log-level=WARNING -DCGPRUNE_TESTS=OFF \
    -DCMAKE_BUILD_TYPE="$(setting CMAKE_BUILD_TYPE)" -DCMAKE_CXX_COMPILER="$(setting CMAKE_CXX_COMPILER)" \
    -DCGPRUNE_MUSL="$(setting CGPRUNE_MUSL)" --no-warn-unused-cli >&2
cmake --build "$work/build" --target release-agent >&2
echo "$work/build/agent/release-agent"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang-tidy finds nothing in any file that the build compiles.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Most of its time goes into headers, so it gets a dozen sources at a time, in a build that is made for it alone.
cmake -S "$root" -B "$work" -G Ninja --log-level=WARNING -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12 >/dev/null

# The library is compiled in four ways: one is enough.
commands=$work/compile_commands.json
jq 'map(select(.command | test("/prune_(core|address|thread)\\.dir/") | not))' "$commands" >"$commands.new"
mv "$commands.new" "$commands"

# The build is gcc's: what it is told and clang does not know is no finding.
tidyOne=(clang-tidy -p "$work" --quiet --extra-arg=-Wno-unknown-warning-option
    --extra-arg=-Wno-ignored-optimization-argument --extra-arg=-Wreserved-identifier)

cd "$root"
if findings=$(jq --raw-output '.[].file' "$commands" | sort -u | tr '\n' '\0' |
    xargs -0 -n 1 -P 2 "${tidyOne[@]}" 2>&1); then
    exit 0
fi
# A header's finding comes again with each source that includes it.
grep -E ': (fatal error|error|warning): |^error' <<<"$findings" | sort -u || echo "$findings"
exit 1

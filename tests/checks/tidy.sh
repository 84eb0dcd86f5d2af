#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang-tidy finds nothing in any file that the build compiles. CGPRUNE_BUILD is a configured build.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")
build=${CGPRUNE_BUILD:-$root/build}

# clang-tidy runs once for each way in which a file is compiled: one is enough.
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
jq 'unique_by(.file)' "$build/compile_commands.json" >"$commands/compile_commands.json"

# The build is gcc's: what it is told and clang does not know is no finding.
tidyOne=(clang-tidy -p "$commands" --quiet --extra-arg=-Wno-unknown-warning-option
    --extra-arg=-Wno-ignored-optimization-argument --extra-arg=-Wreserved-identifier)

cd "$root"
if findings=$(jq --raw-output '.[].file' "$commands/compile_commands.json" | tr '\n' '\0' |
    xargs -0 -n 1 -P 2 "${tidyOne[@]}" 2>&1); then
    exit 0
fi
# A header's finding comes again with each file that includes it.
grep -E ': (fatal error|error|warning): |^error' <<<"$findings" | sort -u || echo "$findings"
exit 1

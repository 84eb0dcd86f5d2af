#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs the checks named, or all; goes on after a failure; 1 if any failed. CGPRUNE_BUILD is a configured build.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit

parts=(spdx file_length machine_paths include_direction header_docs test_lines format shell man_pages messages cppcheck tidy)
if (($# > 0)); then parts=("$@"); fi

failed=()
for part in "${parts[@]}"; do
    SECONDS=0
    if output=$("tests/checks/$part.sh" 2>&1); then
        echo "check $part: ok ($SECONDS s)"
    else
        echo "check $part: FAILED"
        printf '%s\n' "$output" | sed 's/^/    /'
        failed+=("$part")
    fi
done

if ((${#failed[@]} > 0)); then
    echo "checks failed: ${failed[*]}"
    exit 1
fi
echo "all ${#parts[@]} checks ok"

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mandoc has nothing to say about any man page, but for which pages that it refers to are installed here.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

cd "$root"
said=$(filesBelow "$root" -path './man/*.[1-8]' | tr '\n' '\0' | xargs -0 -r -n 1 mandoc -T lint 2>&1) || true
said=$(grep -vE 'referenced manual not found|outdated mandoc.db' <<<"$said") || true
if [[ -n $said ]]; then
    echo "$said"
    exit 1
fi

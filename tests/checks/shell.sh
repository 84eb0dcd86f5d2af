#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No shell script gives shellcheck anything to say.
set -euo pipefail
. "$(dirname "$0")/files.sh"
root=$(treeRoot "${1:-}")

cd "$root"
shellScripts "$root" | tr '\n' '\0' | xargs -0 -r -n 16 -P "$(nproc)" shellcheck --external-sources --source-path=SCRIPTDIR

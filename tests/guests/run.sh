#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh PACKAGE...: each scenario with these packages, on the kernels and layouts of its header.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
failed=0

header() { sed -n "s/^# $2: //p" "$1"; } # SCENARIO KEY

for scenario in "$here"/scenarios/*.sh; do
    for kernel in $(header "$scenario" kernels); do
        for layout in $(header "$scenario" layouts); do
            echo "# $(basename "$scenario" .sh) on $kernel, $layout"
            "$here/boot.sh" "$kernel" "$layout" "$scenario" "$@" || failed=$((failed + 1))
        done
    done
done
echo "# $failed of them failed"
((failed == 0))

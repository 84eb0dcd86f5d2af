#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh PACKAGE...: each scenario with these packages, on the kernels and layouts of its header, two guests at a time
# ($CGPRUNE_GUESTS). What managers did there is then the table of the README.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
at_once=${CGPRUNE_GUESTS:-2}
packages=("$@")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

header() { sed -n "s/^# $2: //p" "$1"; } # SCENARIO KEY

# What it prints is shown when it has ended, so that two guests' lines are not mixed.
run_one() { # SCENARIO KERNEL LAYOUT
    local name seconds rounds
    name=$(basename "$1" .sh).$2.$3
    seconds=$(header "$1" seconds)
    rounds=$(header "$1" rounds | cut -d' ' -f1)
    CGPRUNE_GUEST_SECONDS=${CGPRUNE_GUEST_SECONDS:-${seconds:-900}} CGPRUNE_ROUNDS=${CGPRUNE_ROUNDS:-$rounds} \
        "$here/boot.sh" "$2" "$3" "$1" "${packages[@]}" >"$work/$name" 2>&1 || echo "$name" >>"$work/failed"
    (
        flock 9
        echo "# $name"
        cat "$work/$name"
    ) 9>"$work/lock"
}

for scenario in "$here"/scenarios/*.sh; do
    for kernel in $(header "$scenario" kernels); do
        for layout in $(header "$scenario" layouts); do
            while (($(jobs -rp | wc -l) >= at_once)); do wait -n; done
            run_one "$scenario" "$kernel" "$layout" &
        done
    done
done
wait
if [[ -e $work/failed ]]; then
    echo "# failed: $(paste -sd' ' "$work/failed")"
    exit 1
fi
cat "$work"/*.*.* | "$here/table.sh"
echo "# all passed; the table of managers is in tests/guests/README.md"

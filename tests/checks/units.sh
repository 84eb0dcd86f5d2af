#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The units are what systemd takes for valid, and are hardened: units.sh UNIT...
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is missing; ./dev setup installs it"; exit 77; }

# Of 100; systemd calls up to 29 "OK".
readonly most_exposure=29

for unit; do
    systemd-analyze security --offline=true --no-pager --threshold=$most_exposure "$unit" | tail -n 1
done

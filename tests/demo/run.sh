#!/bin/sh
# SPDX-License-Identifier: MIT
# The demo: a real kernel in a guest calls the agent on real cgroups. ./dev demo builds all and runs this.
# Exit: 0 shown; 77 there is no guest to be had here, with the reason; 1 something shown was not as it should be.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

begun=$(date +%s)
"$here/../kernel/boot.sh" 6.12 v1 "$here/tour.sh" || exit
"$here/../kernel/boot.sh" 6.12 v1 "$here/race.sh" || exit
"$here/../kernel/boot.sh" 6.1 v1 "$here/race.sh" || exit
echo "The demo took $(($(date +%s) - begun)) seconds. Next: README.md says how to enable it on a real host."

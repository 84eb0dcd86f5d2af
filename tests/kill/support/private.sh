# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # from lib.sh
# Sourced with a program and its arguments: goes where the scripts of tests/cli work, with that program in $tested.
program=$(realpath "$1")
# shellcheck source=../../cli/support/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../cli/support/lib.sh"

shift
tested=$bin/$(basename "$program")
cp "$program" "$tested"
export STEP_MOUNT=$mount STEP_HIERARCHY=$hierarchy STEP_BIN=$bin

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# crowd.sh PROGRAM [WRAPPER...]: many users of the library at once, in threads and in processes, on a real kernel.
# $CROWD_ROUNDS: how many rounds each of them does.
set -uo pipefail
program=$1
shift
wrapper=("$@")
rounds=${CROWD_ROUNDS:-20}
: "${CGPRUNE_FULL:=}"
if [[ -n $CGPRUNE_FULL ]]; then rounds=$((rounds * 10)); fi

arguments=("$program" "${wrapper[@]}")
# shellcheck source=../cli/support/lib.sh
. "$(dirname "$0")/../cli/support/lib.sh" "${arguments[@]}"

crowd() { # threads|processes WORKERS
    printf '[agent]\ndrainer = no\n[default]\npolicy = creator-gone\nlinger = 0\n' >/etc/cgprune/cgprune.conf
    # valgrind says for each openat2 that it does not know it; what it finds begins with "==".
    "${wrapper[@]}" "$program" "$1" "$2" "$rounds" "$hierarchy" "$mount" 2>&1 | sed '/^--[0-9]*--/d'
    # Facts of what is gone, and halves of files, would be litter.
    equal "$(find /run/cgprune/registry /run/cgprune/journal -type f)" ""
}
threads() { crowd threads 8; }
processes() { crowd processes 64; }

it "8 threads with a context each lose nothing, and remove nothing that is wanted" threads
it "64 processes that register, mark and release at once lose nothing, and remove nothing that is wanted" processes
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# random_kills.sh RANDOM-KILLS [KILLS [SEED]]: agents and verbs beside each other, killed at random; 200 times, or 5,000
# with CGPRUNE_FULL.
# shellcheck source=support/private.sh
. "$(dirname "$0")/support/private.sh"

kills=200
if [[ -n ${CGPRUNE_FULL:-} ]]; then kills=5000; fi
"$tested" "${@:-$kills}"

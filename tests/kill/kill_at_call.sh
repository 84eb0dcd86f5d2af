#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# kill_at_call.sh KILL-AT-CALL [NAME... [before|after N]]: kills operations at each of their system calls in turn, and
# looks at what is left and at what heals it. A name is that of an operation, or of a part of them. With CGPRUNE_FULL
# it heals after each kill, else once for each state that kills leave.
# shellcheck source=support/private.sh
. "$(dirname "$0")/support/private.sh"

"$tested" --count /bin/true >/run/counted 2>&1 || skip "no process can be traced here: $(cat /run/counted)"
"$tested" --operations "$@"

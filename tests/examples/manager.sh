#!/bin/sh
# SPDX-License-Identifier: MIT
# manager.sh HIERARCHY PATH COMMAND...: what manager.c does, by cgprune alone.
set -eu
[ "$#" -ge 3 ] || { echo "usage: manager.sh HIERARCHY PATH COMMAND..." >&2; exit 2; }
hierarchy=$1 path=$2
shift 2

# Makes the cgroup and says whose it is, from inside it, so that it is not empty before that is known. While this shell
# lives an empty cgroup stays, and so the next start finds it as it was left.
cgprune exec --create --notify "$hierarchy:$path" -- \
    cgprune register "$path" --hierarchy "$hierarchy" --creator $$ >/dev/null

status=0
cgprune exec "$hierarchy:$path" -- "$@" || status=$?

# Done with it: what is nobody's goes, at once or when it has lingered.
cgprune forget "$path" --hierarchy "$hierarchy" >/dev/null
cgprune retry --now "$hierarchy" >/dev/null || [ "$?" -eq 3 ] # 3: something is put off still
exit "$status"

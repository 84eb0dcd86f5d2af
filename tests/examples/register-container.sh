#!/bin/sh
# SPDX-License-Identifier: MIT
# register-container.sh PID: the cgroups that PID is in stay, when they are empty, while its container lives, and go
# when it has ended. PID is the container's first process, seen from the host; this runs on the host. What cannot be
# registered is told, and no error: a container shall not fail to start for it.
set -eu
pid=$1
while IFS=: read -r _ hierarchy path; do
    [ "$path" != / ] || continue
    cgprune register "$path" --hierarchy "${hierarchy:-unified}" --creator "$pid" || :
done <"/proc/$pid/cgroup"

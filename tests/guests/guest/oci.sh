# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by the scenarios of OCI runtimes, after managers.sh: bundles on busybox, whose containers are in /containers.

bundles=/var/lib/bundles

# shellcheck disable=SC2034 # read by managers.sh
above=/containers
rules() { echo containers; }
made() { folders_named "$1"; }
leftovers() { folders_named 'stopped*' 'killed*' again; }

bundle() { # NAME
    local folder=$bundles/$1
    [ ! -e "$folder" ] || return 0
    mkdir -p "$folder/rootfs/bin" "$folder/rootfs/proc" "$folder/rootfs/dev" "$folder/rootfs/sys"
    cp /usr/bin/busybox "$folder/rootfs/bin/"
    (cd "$folder" && "${runtime:?}" spec)
    # Tabs of the runtime's own example are in no pattern; nor is the order of its keys.
    sed -i -e 's|"terminal": true|"terminal": false|' -e 's|"sh"|"/bin/busybox", "sleep", "100000"|' \
        -e "s|\"linux\": {|\"linux\": { \"cgroupsPath\": \"/containers/$1\",|" "$folder/config.json"
}

# The runtime ends, and the container keeps what it was given as output.
start() {
    bundle "$1"
    "$runtime" run -d -b "$bundles/$1" "$1" >/tmp/started 2>&1 || {
        cat /tmp/started
        return 1
    }
}

stop() { "$runtime" delete -f "$1"; }

# Nobody deletes it any more, and what the runtime knew of it is lost.
abandon() {
    kill_tasks "$1"
    eventually 60 empty "$1"
    rm -rf "/run/$runtime/$1"
}

is_deleted_when_its_cgroups_are_gone() {
    start late
    kill_tasks late
    eventually 60 empty late
    made late | xargs rmdir
    expect "$runtime" delete late
    refuse test -e "/run/$runtime/late"
}

try_runtime() { # PROGRAM, and its package's name
    runtime=$1
    try_manager "$1 $(version_of "$1")"
    scenario "$1 deletes a container whose cgroups are gone" is_deleted_when_its_cgroups_are_gone
}

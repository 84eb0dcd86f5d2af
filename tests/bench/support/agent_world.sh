# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154 # of tests/cli/support/lib.sh
# Sourced after tests/cli/support/lib.sh: what agents find when they are measured. Hierarchies that nobody else knows,
# each at /run/NAME, their folder `bench` for fresh cgroups; all programs copied to the same tmpfs; facts of creators.

more_hierarchies=()
sleepers=()

name_of() { if [[ $1 == hierarchy ]]; then echo "$hierarchy"; else echo "$hierarchy-$1"; fi; }

# add_hierarchy PLACE AGENT: a hierarchy more, at /run/PLACE; AGENT '' is the alias.
add_hierarchy() {
    mkdir "/run/$1"
    mount -t cgroup -o "none,$(name_of "$1")" cgprune-bench "/run/$1" || skip "no cgroup v1 hierarchy can be mounted here"
    more_hierarchies+=("$1")
    prepare_hierarchy "$1" "$2"
}

prepare_hierarchy() { # PLACE AGENT
    mkdir "/run/$1/bench"
    if [[ -n $2 ]]; then
        printf '%s\n' "$2" >"/run/$1/release_agent"
    else
        "$bin/cgprune" enable "$(name_of "$1")" --force >/dev/null 2>&1
    fi
}

leave_bench() {
    local status=$? place
    if ((${#sleepers[@]} > 0)); then kill "${sleepers[@]}" 2>/dev/null; fi
    for place in "${more_hierarchies[@]}"; do
        find "/run/$place" -mindepth 1 -depth -type d -exec rmdir -- {} + 2>/dev/null
        end_hierarchy "$(name_of "$place")" "/run/$place"
    done
    (exit "$status")
    leave_world
}

# bring FILE [NAME]: a fresh copy, read once, so that all are in the same state: whether a binary was just linked,
# copied or evicted shifts it by a quarter.
bring() {
    local to=$bin/${2:-${1##*/}}
    cp -L -- "$1" "$to.new"
    mv -- "$to.new" "$to"
    cat -- "$to" >/dev/null
}

# fact_of PLACE PID: the text of a fact that PID is the creator, with {id} and {name} for the cgroup's own.
fact_of() {
    local template=/run/$1/template id
    mkdir "$template"
    id=$(stat -c %i "$template")
    "$bin/cgprune" register "$template" --creator "$2" >/dev/null 2>&1
    sed "s/^id=$id\$/id={id}/; s|^path=.*|path=/bench/{name}|" "$(registry_of "$1")/$id.creator"
    "$bin/cgprune" forget "$template" >/dev/null
    rmdir "$template"
}

registry_of() { echo "/run/cgprune/registry/$(name_of "$1")"; }
journal_of() { echo "/run/cgprune/journal/$(name_of "$1")/0"; }

# sleeper: a process that lives as long as we do; its pid is the last in $sleepers.
sleeper() {
    sleep infinity >/dev/null 2>&1 &
    sleepers+=($!)
}

# make_facts PLACE...: of each the files PLACE.gone and PLACE.alive in /run/facts.
make_facts() {
    local place alive gone
    mkdir /run/facts
    sleeper
    alive=$!
    sleep infinity >/dev/null 2>&1 &
    gone=$!
    for place; do
        fact_of "$place" "$alive" >"/run/facts/$place.alive"
        fact_of "$place" "$gone" >"/run/facts/$place.gone"
    done
    kill "$gone"
    wait "$gone" 2>/dev/null || true
}

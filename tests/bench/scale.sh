#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How the cost of what walks grows with the number of cgroups, facts and entries:
#   scale.sh [--quick] [--plot FILE.png] [CGROUPS...]
# In a hierarchy of its own, in which no task is; all is removed at the end. See README.md.
here=$(cd "$(dirname "$0")" && pwd)
build=${CGPRUNE_BUILD:-$here/../../build}
export CGPRUNE=${CGPRUNE:-$build/agent/cgprune} RELEASE_AGENT=${RELEASE_AGENT:-$build/agent/release-agent}

rounds=5 plot='' sizes=()
words=("$@")
while ((${#words[@]} > 0)); do
    case ${words[0]} in
    --quick) rounds=1 sizes=(1000 3000) ;;
    --plot) plot=$(realpath -m -- "${words[1]:?which file}") words=("${words[@]:1}") ;;
    [1-9]*) sizes+=("${words[0]}") ;;
    *)
        echo "usage: scale.sh [--quick] [--plot FILE.png] [CGROUPS...]" >&2
        exit 2
        ;;
    esac
    words=("${words[@]:1}")
done
if ((${#sizes[@]} == 0)); then sizes=(1000 10000 100000); fi

# From outside, where there are fonts.
if [[ -n $plot && -z ${SCALE_FIGURES:-} ]]; then
    SCALE_FIGURES=$(mktemp) || exit
    export SCALE_FIGURES
    "$0" "$@" && "$here/support/plot.sh" "$SCALE_FIGURES" "$plot"
    status=$?
    rm -f "$SCALE_FIGURES"
    exit "$status"
fi

# shellcheck source=../cli/support/lib.sh
. "$here/../cli/support/lib.sh"

workers=8
figures=${SCALE_FIGURES:-/run/figures} # what, how many, milliseconds, and those of the CPUs

# took WHAT HOW-MANY COMMAND...: notes what it takes. 3: something was left, as it should be.
took() {
    local TIMEFORMAT='%R %U %S' status=0 times
    times=$({ time "${@:3}" >/dev/null 2>/run/complaints; } 2>&1) || status=$?
    if ((status != 0 && status != 3)); then
        cat /run/complaints >&2
        exit 1
    fi
    awk -v what="$1" -v count="$2" '{ print what "\t" count "\t" $1 * 1000 "\t" ($2 + $3) * 1000 }' <<<"$times" >>"$figures"
}

# make COUNT: as many cgroups, and a parent for each hundred of them.
make() {
    awk -v top="$mount" -v count="$1" 'BEGIN {
        for (i = 0; i < count; i++) {
            if (i % 100 == 0) { parent = top "/parent" i; print parent }
            print parent "/child" i % 100
        }
    }' | xargs -d '\n' mkdir --
}

flag() { while IFS= read -r cgroup; do echo 1 >"$cgroup/notify_on_release"; done; }

# One of a hundred is litter, though it was swept before.
make_litter() {
    printf '%s/child7\n' "$mount"/parent* >/run/litter
    xargs -a /run/litter -d '\n' mkdir -p --
    flag </run/litter
}

entries() { find /run/cgprune/journal /run/cgprune/registry -type f 2>/dev/null | wc -l; }

sweeps() { # CGROUPS
    local round litter=$(($1 / 100))
    conf '[default]
linger = 0
sweep = yes
sweep-linger = 0'
    for ((round = 0; round < rounds; round++)); do
        make_litter
        took tree "$1" "$bin/cgprune" tree "$hierarchy"
        took sweep "$1" "$bin/cgprune" sweep "$hierarchy"
        equal "$(entries)" "$litter"
        took 'retry, removed' "$litter" "$bin/cgprune" retry --now "$hierarchy"
        equal "$(entries)" 0
    done
}

# leaves COUNT: the paths of as many cgroups that are flagged, in the file /run/paths.
leaves() {
    printf '%s\n' "$mount"/parent*/child* | head -n "$1" | tee /run/leaves | flag
    sed "s|^$mount||" /run/leaves >/run/paths
}

register_many() { # WHAT COUNT WORD...
    took "$1" "$2" "$build/tests/bench/register-many" "$hierarchy" /run/paths "$workers" "$creator" "${@:3}"
}

creator='' # a process that lives for a while
begin_creator() {
    sleep infinity >/dev/null 2>&1 &
    creator=$!
}
end_creator() {
    if [[ -z $creator ]]; then return; fi
    kill "$creator"
    wait "$creator" 2>/dev/null
    creator=''
}

leave_scale() {
    local status=$?
    end_creator
    (exit "$status")
    leave_world
}

forget_all() { rm -rf /run/cgprune/registry /run/cgprune/journal /run/cgprune/next-due; }

# A tenth of them have a creator: a hierarchy's journal holds 32,768 entries at most.
creators() { # CGROUPS
    local count=$(($1 / 10)) round
    conf '[default]
linger = 0
retry = 1h..1h'
    begin_creator
    make_litter # which the sweeps removed
    leaves "$count"
    for ((round = 0; round < (rounds + 1) / 2; round++)); do
        forget_all
        register_many register "$count"
        register_many 'register, release' "$count" release
        took list "$count" "$bin/cgprune" list
        took 'retry, creators live' "$count" "$bin/cgprune" retry --now "$hierarchy"
        equal "$(find /run/cgprune/journal -type f | wc -l)" "$count"
    done
    end_creator
    took 'retry, creators gone' "$count" "$bin/cgprune" retry --now "$hierarchy"
    equal "$(entries)" 0
}

# The same by the verb, which is a process each.
register_verbs() { # COUNT
    begin_creator
    forget_all
    make "$1"
    leaves "$1"
    took 'register by the verb' "$1" \
        xargs -a /run/leaves -d '\n' -n 1 -P "$workers" "$bin/cgprune" register --creator "$creator"
    end_creator
    remove_cgroups
}

trap leave_scale EXIT
# What is made to wait measures others.
renice -n -20 -p $$ >/dev/null 2>&1 || true
clean_world
: >"$figures"
echo "Linux $(uname -r | cut -d. -f1,2), $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg); median of $rounds"
for size in "${sizes[@]}"; do
    clean_world
    make "$size"
    sweeps "$size"
    creators "$size"
    remove_cgroups
done
register_verbs "$((sizes[0] / 2))"
"$here/support/scale_table.sh" "$figures"

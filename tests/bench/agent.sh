#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a whole run of release-agent costs on each of its paths, beside a C program that only calls rmdir and beside the
# release agents of others: agent.sh [--quick] [--runs N] [--json FILE] [--compare REVISION]
# --compare: beside the agent of another revision, instead.
# In hierarchies that nobody else knows, in which no task is; all is removed at the end. See README.md.
here=$(cd "$(dirname "$0")" && pwd)
build=${CGPRUNE_BUILD:-$here/../../build}
export CGPRUNE=${CGPRUNE:-$build/agent/cgprune} RELEASE_AGENT=${RELEASE_AGENT:-$build/agent/release-agent}
tool=$build/tests/bench/bench-tool

runs=500 json='' revision=''
words=("$@")
while ((${#words[@]} > 0)); do
    case ${words[0]} in
    --quick) runs=10 ;;
    --runs) runs=${words[1]:?how many} words=("${words[@]:1}") ;;
    --json) json=$(realpath -m -- "${words[1]:?which file}") words=("${words[@]:1}") ;;
    --compare) revision=${words[1]:?which revision} words=("${words[@]:1}") ;;
    *)
        echo "usage: agent.sh [--quick] [--runs N] [--json FILE] [--compare REVISION]" >&2
        exit 2
        ;;
    esac
    words=("${words[@]:1}")
done

# With the machine's own /etc, which apt reads.
if [[ -z ${CLI_INSIDE:-} ]]; then
    packages=$("$here/support/packages.sh" "$build")
    if [[ -n $revision ]]; then old_agent=$("$here/support/build_revision.sh" "$revision" "$build") || exit; fi
    export packages old_agent
fi
# shellcheck source=../cli/support/lib.sh
. "$here/../cli/support/lib.sh"
# shellcheck source=support/agent_world.sh
. "$here/support/agent_world.sh"
# shellcheck source=support/agent_cases.sh
. "$here/support/agent_cases.sh"

bring_all() {
    local file
    bring "$RELEASE_AGENT"
    if [[ -n $revision ]]; then bring "$old_agent" old-agent; fi
    bring "$build/tests/bench/rmdir-only"
    for file in "$build/tests/bench/rmdir-only-musl" "$(command -v rmdir)" "$(command -v dash)" "$(command -v bash)" \
        "$packages"/cgroup-tools/usr/bin/cgdelete; do
        if [[ -e $file ]]; then bring "$file"; fi
    done
    if [[ -e $bin/cgdelete ]]; then
        for file in "$packages"/libcgroup2/{,usr/}lib/*/libcgroup.so.?; do
            if [[ -e $file ]]; then bring "$file"; fi
        done
    fi
    mkdir "${plain_agent%/*}"
    ln -s "$bin/release-agent" "$plain_agent"
}

make_agent_world() {
    bring_all
    conf "$bench_conf"
    prepare_hierarchy hierarchy ''
    add_hierarchy ten-thousand ''
    add_hierarchy hundred-thousand ''
    add_hierarchy plain "$plain_agent"
    make_facts hierarchy ten-thousand hundred-thousand
    "$tool" fill "$(registry_of ten-thousand)" 10000 /run/facts/ten-thousand.gone
    "$tool" fill "$(registry_of hundred-thousand)" 100000 /run/facts/hundred-thousand.gone
}

# Hierarchies without a mount here could have called, too: then the agent waits, which is another path.
others_interfere() {
    local id name mounted
    mounted=$(findmnt -rno FS-OPTIONS -t cgroup)
    while IFS=: read -r id name _; do
        [[ $id == 0 ]] || grep -qE "(^|,)$name(,|$)" <<<"$mounted" || return 0
    done </proc/self/cgroup
    return 1
}

plan_of() { if [[ -n $revision ]]; then in_two_versions "$@"; else "$@"; fi; }

measure_few_mounts() {
    {
        base_case && plan_of agent_cases
        if [[ -z $revision ]]; then other_cases; fi
    } >/run/plan
    "$here/support/measure.sh" "$tool" /run/plan "$runs"
}

# The program to compare with is in the first rows already.
measure_mounts() { # MOUNTS
    { base_case && plan_of mount_cases "$1"; } >/run/plan
    unshare --mount --propagation private -- "$here/support/measure.sh" "$tool" /run/plan "$runs" "$1" | grep -v $'^rmdir-only\t'
}

measure_all() {
    local mounts rows alone
    measure_few_mounts || return
    for mounts in 25 200 2000; do
        alone=0
        others_interfere || alone=1
        if ! rows=$(measure_mounts "$mounts"); then
            if ((alone == 1)) && ! others_interfere; then
                echo "what reads mountinfo among $mounts mounts could not be measured" >&2
                return 1
            fi
            echo "left out: what reads mountinfo, since hierarchies of others come and go here" >&2
            return 0
        fi
        printf '%s\n' "$rows"
    done
}

print_table() {
    if [[ -n $revision ]]; then
        "$here/support/compare_table.sh" /run/rows "$revision"
    else
        "$here/support/table.sh" /run/rows "$here/baseline.json"
    fi
}

say_what_is_missing() {
    local wanted
    if ! command -v valgrind >/dev/null; then echo "skipped: instructions, which valgrind counts"; fi
    if [[ -n $revision ]]; then return; fi
    for wanted in rmdir-only-musl openrc-dash openrc-bash cgdelete; do
        if ! grep -q "^$wanted"$'\t' /run/rows; then echo "skipped: $wanted, which is not to be had here"; fi
    done
}

trap leave_bench EXIT
clean_world
make_agent_world
load=$(cut -d' ' -f1 /proc/loadavg)
echo "Linux $(uname -r | cut -d. -f1,2), $(nproc) CPUs, load $load, $(wc -l </proc/self/mountinfo) mounts; $runs runs of each, by turns"
measure_all >/run/rows || exit
print_table
say_what_is_missing
if [[ -n $json ]]; then "$here/support/json.sh" /run/rows "$runs" "$load" >"$json"; fi

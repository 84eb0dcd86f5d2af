#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# Trees that a user makes so deep that the kernel cuts their paths, or that no path would do.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna
few=${full:+1000}
few=${few:-30}
many=${full:+10000}
many=${many:-400}

begin() {
    enabled "$@"
    handed "$anna" "$own"
    take_stock "$own" "$own/stay"
}
guard_deep() { echo "$(guest-tool deep id "$own" "$1") deep" >>"$state/others"; }
deep_path_is_empty() {
    task=$(as_user "$anna" guest-tool deep run "$own" "$@")
    end_task "$task"
}

# The path of anna's cgroup is cut, and what is left is that of another one. /anna takes five bytes.
sibling_without_flag() {
    begin '[default]' 'linger = 0' 'sweep = yes' 'sweep-linger = 1s'
    as_user "$anna" guest-tool deep make "$own" 4090
    guest-tool deep flag0 "$own" 4090
    guard_deep 4090
    calls=0
    for bytes in 4091 4092 4100 4289; do
        as_user "$anna" guest-tool deep make "$own" "$bytes"
        as_user "$anna" guest-tool deep flag1 "$own" "$bytes"
        deep_path_is_empty "$bytes"
        calls=$((calls + 1))
        eventually 60 cut_paths_are "$calls"
    done
    eventually 60 settled
    eventually 60 logged msg=cut-path hierarchy=freezer
    unharmed
}
cut_paths_are() { [ "$(cut_paths)" -ge "$1" ]; }
cut_paths() { cgprune metrics | sed -n 's/^cgprune_cut_paths_total{hierarchy="freezer"} //p'; }

# By the shipped policy a sweep removes nothing of these, so that the flagged sibling has to stay, too.
sibling_with_flag() {
    begin '[default]' 'linger = 0'
    as_user "$anna" guest-tool deep make "$own" 4090
    guest-tool deep flag1 "$own" 4090
    guard_deep 4090
    as_user "$anna" guest-tool deep make "$own" 4200
    deep_path_is_empty 4200
    eventually 60 cut_paths_are 1
    eventually 60 settled
    unharmed
}

# However many of them: one note, and one line of the log.
many_cut_paths() {
    begin '[default]' 'linger = 0'
    as_user "$anna" guest-tool deep make "$own" 4200
    as_user "$anna" guest-tool deep flag1 "$own" 4200
    rounds=0
    while [ "$rounds" -lt "$few" ]; do
        deep_path_is_empty 4200
        rounds=$((rounds + 1))
    done
    eventually 60 cut_paths_are "$few"
    eventually 60 settled
    logs 1 msg=cut-path
    equal "$(find /run/cgprune/sweep-needed -type f | grep -c '')" 1 "notes about cut paths"
    equal "$(find /run/cgprune/journal -type f 2>/dev/null | grep -c '' || :)" 0 "entries"
    unharmed
    what_it_cost "$few calls with a cut path"
}

# Thousands at the end of a path of 60,000 bytes: a sweep that kept the path of each would take 60 MB and more. And of what no
# path reaches, it says once that it cannot be looked at.
sweep_of_the_deepest() {
    begin '[default]' 'sweep = yes'
    as_user "$anna" guest-tool deep make "$own" 60000 4000
    as_user "$anna" guest-tool deep make "$own" 70000 4000
    fill_at 60000
    (
        ulimit -v 40000 # kB; it starts with 10,000
        exits 1 cgprune sweep freezer --json >/tmp/swept # 1: some could not be looked at
        exits 3 cgprune tree freezer --empty >/dev/null
    ) || exit
    note "$many cgroups at 60,000 bytes: $(grep '"looked"' /tmp/swept | tail -n 1)"
    # One of a cgroup; and one of the hierarchy, where a drainer's sweep did not come to its end in its time.
    [ "$(log_count msg=sweep-fault)" -le 2 ] || fail "a user can fill the log by a sweep"
    unharmed
    what_it_cost "$many deepest cgroups"
}

# A shell comes there step by step.
fill_at() {
    # shellcheck disable=SC2016
    as_user "$anna" sh -c '
        cd "$1" || exit
        while [ "$2" -gt 0 ]; do
            part=$(($2 - 1 < 4000 ? $2 - 1 : 4000))
            [ "$(($2 - 1 - part))" -ne 1 ] || part=$((part - 1))
            cd -P "$(head -c "$part" /dev/zero | tr "\0" d)" || exit
            set -- "$1" "$(($2 - part - 1))" "$3"
        done
        mkdir $(seq 1 "$3")
    ' sh "$own" "$1" "$many" || fail "cannot make cgroups at $1 bytes"
}

scenario "the cut path is a sibling's: it stays" sibling_without_flag
scenario "the cut path is a flagged sibling's: it stays" sibling_with_flag
scenario "$few calls with cut paths: one note, one line" many_cut_paths
scenario "$many cgroups at the end of a path of 60,000 bytes: a sweep takes little memory and says little" sweep_of_the_deepest

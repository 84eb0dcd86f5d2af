# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by scenarios about users who mean ill, and about hosts that lack something, after lib.sh.
# shellcheck disable=SC2034,SC2154 # what it sets the scenarios use, and what it uses lib.sh sets

freezer=/sys/fs/cgroup/freezer
hierarchy=freezer top=$freezer # where unharmed looks
anna=2001 bert=2002 # two users, each with a cgroup of its own

# enabled LINE...: the agent of the freezer, by a conf of these lines; the first are those of [agent].
enabled() {
    printf '%s\n' '[agent]' "log-level = ${level:-info}" "$@" | conf
    expect cgprune enable freezer
}

# handed UID CG...: flagged cgroups that belong to this user, files and all; each with a child that stays, so that it
# is not released itself when another child goes.
handed() {
    local uid=$1 cg
    shift
    for cg; do
        mkflagged "$cg"
        mkcg "$cg/stay"
        flag "$cg/stay" 0
        chown -R "$uid:$uid" "$cg"
    done
}

# as_flood UID CG COUNT [COMMAND...]: this user makes so many flagged cgroups below CG and empties them, some hundreds
# at a time, since it may not have more processes.
as_flood() {
    local uid=$1 cg=$2 left=$3 part
    while [ "$left" -gt 0 ]; do
        part=$((left < 500 ? left : 500)) left=$((left - 500))
        as_user "$uid" mkdir "$cg/flood$left"
        as_user "$uid" guest-tool burst "$cg/flood$left" "$part"
    done
}

# --- what may not change

# take_stock CG...: before anything hostile is done: these cgroups are of others, and what is outside the state stays.
# It is unharmed that compares.
take_stock() {
    local cg
    mkdir -p /tmp/canary
    echo unharmed >/tmp/canary/file
    for cg; do echo "$(id_of "$cg") $cg"; done >"$state/others"
    outside >"$state/outside"
    [ "$(grep -c '' "$state/outside")" -gt 100 ] || fail "there is next to nothing outside to look at"
}

# A changed file has another ctime, which nobody can set; folders would show that their names were listed anew.
outside() {
    {
        all_outside -type d -exec stat -c '%n %f %i %u %g' {} +
        all_outside ! -type d -exec stat -c '%n %f %i %u %g %s %Z' {} +
    } | sort
    find /tmp/canary -type f -exec cat {} +
}

all_outside() { find /etc /usr /run /tmp/canary -xdev -path /run/cgprune -prune -o "$@"; }

# unharmed: no cgroup of others was removed, no file outside touched, no log line forged, and all is bounded.
unharmed() {
    local id cg ids=$state/ids lines=$state/lines
    cp "$log" "$lines" # first: what goes meanwhile is no lie of the log
    guest-tool ids "$top" >"$ids"
    [ -s "$state/outside" ] || misuse "unharmed without take_stock"
    while read -r id cg; do
        grep -qx "$id" "$ids" || fail "the cgroup of another is gone: $cg ($id)"
    done <"$state/others"
    outside >"$state/outside.now"
    diff "$state/outside" "$state/outside.now" || fail "something outside was touched"
    honest_log "$lines" "$ids"
    bounded
}

# Values are printable ASCII but for the quote, "=" and the backslash; the receiver doubles that of \xHH.
log_line='^<[0-9]+>(release-agent|cgprune)\[[0-9]+\]: msg=[a-z-]+( [a-z-]+=([]!#-<>-[^-~]|\\\\x[0-9a-f]{2})*)*$'

# honest_log LINES IDS: all lines are ours, and what is said to be removed is gone and was said once.
honest_log() {
    local removed=$state/removed
    ! LC_ALL=C grep -Evn "$log_line" "$1" || fail "a line of the log that we did not write"
    sed -n "s/^.*: msg=removed hierarchy=$hierarchy .* id=\\([0-9]*\\) .*\$/\\1/p" "$1" | sort >"$removed"
    equal "$(uniq -d "$removed" | grep -c '' || :)" 0 "cgroups said to be removed twice"
    ! grep -Fx -f "$removed" "$2" || [ ! -s "$removed" ] || fail "said to be removed, and there"
    [ ! -e "/run/cgprune/counters/$hierarchy" ] || # where there is no room it cannot be counted
        [ "$(grep -c '' "$removed")" -le "$(counted removed)" ] || fail "more removals in the log than there were"
}

# bounded: entries for each owner but root, for all of them, and for each hierarchy.
bounded() {
    local folder entries
    for folder in /run/cgprune/journal/*; do
        [ -d "$folder" ] || continue
        entries=$(find "$folder" -type f | grep -c '' || :)
        [ "$entries" -le 32768 ] || fail "$entries entries in $folder"
        entries=$(find "$folder" -path "$folder/0" -prune -o -type f -print | grep -c '' || :)
        [ "$entries" -le 28672 ] || fail "$entries entries of users in $folder"
    done
    for folder in /run/cgprune/journal/*/*; do
        [ -d "$folder" ] || continue
        entries=$(find "$folder" -type f | grep -c '' || :)
        [ "$entries" -le 4096 ] || [ "${folder##*/}" = 0 ] || fail "$entries entries in $folder"
    done
}

# counted COUNTER: of the hierarchy, since boot, for all reasons.
counted() {
    cgprune metrics | sed -n "s/^cgprune_$1_total{hierarchy=\"$hierarchy\"[^}]*} //p" |
        awk '{ n += $1 } END { print n + 0 }'
}

# what_it_cost: shown whether the scenario passes or not.
what_it_cost() {
    note "$1: $(find /run/cgprune/journal -type f 2>/dev/null | grep -c '' || :) entries," \
        "$(du -sk /run/cgprune 2>/dev/null | cut -f1) kB in /run/cgprune," \
        "$(grep -c '' "$log") log lines, $(grep -vc 'msg=removed ' "$log" || :) of them no removals"
}

# settled: no agent is at work; the drainer may sleep.
settled() {
    local pid
    for pid in $(agent_pids); do
        sleeps "$pid" || return 1
    done
}

# release_by_hand PATH: what the kernel does, by a call that can be looked at. Its exit status is the agent's.
release_by_hand() { /run/cgprune/agents/freezer "$1"; }

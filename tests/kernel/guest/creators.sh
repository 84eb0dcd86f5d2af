# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by scenarios about creators, after lib.sh. A PATH is a cgroup's path in the hierarchy.

freezer=/sys/fs/cgroup/freezer

# by_creator: only a creator's end is waited for.
by_creator() { by_creator_every 200ms; }

# by_creator_every PAUSE: so long is each pause between two looks.
by_creator_every() {
    conf <<END
[agent]
log-level = debug
[default]
policy = creator-gone
unknown-creator = keep
linger = 0
retry = $1..$1
END
    cgprune enable freezer
}

# entry_of PATH: what the journal holds of it.
entry_of() { cgprune list --json | grep -F "\"cgroup\":\"$1\""; }

# deferred PATH REASON
deferred() { entry_of "$1" | grep -qF "\"reason\":\"$2\""; }

no_entries() { ! cgprune list --json | grep -q '"reason"'; }

looks_of() { entry_of "$1" | sed -n 's/.*"looks":\([0-9]*\).*/\1/p'; }

# looked PATH TIMES: it was deferred again so often.
looked() {
    local looks
    looks=$(looks_of "$1")
    [ "${looks:-0}" -ge "$2" ]
}

# stays_over_retries CG: deferred since its creator lives, and the same cgroup after five more looks.
stays_over_retries() {
    local id path
    id=$(id_of "$1") path=${1#"$freezer"}
    eventually 60 deferred "$path" creator-alive
    eventually 60 looked "$path" "$(($(looks_of "$path") + 5))"
    expect deferred "$path" creator-alive
    expect has_id "$1" "$id"
}

# deferred_for_a_container CG: it is empty, and a container that lives, whose first process is $init, asked for it.
deferred_for_a_container() {
    by_creator
    mkflagged "$1"
    container 0
    expect cgprune register "$1" --creator "${member:?}"
    empty_once "$1"
    stays_over_retries "$1"
}

# removed_by_creator CG
removed_by_creator() {
    eventually 60 gone "$1"
    eventually 60 logged msg=removed "cgroup=${1#"$freezer"}" reason=creator-gone
}

# goes_by_creator CG: the last one that was waited for.
goes_by_creator() {
    removed_by_creator "$1"
    eventually 60 no_entries
}

# explained CG WORD...: explain's JSON has all of these.
explained() {
    local text word
    text=$(cgprune explain "$1" --json)
    shift
    for word; do
        printf '%s' "$text" | grep -qF -- "$word" || fail "no $word in $text"
    done
}

# kernel_is MAJOR.MINOR: this one or a newer.
kernel_is() {
    local release major minor
    release=$(uname -r)
    major=${release%%.*} minor=${release#*.}
    minor=${minor%%[!0-9]*}
    [ "$((major * 1000 + minor))" -ge "$((${1%.*} * 1000 + ${1#*.}))" ]
}

# task_rung: what tells here whether a task lives.
task_rung() { if kernel_is 6.9; then echo pidfd-inode; else echo start-time; fi; }

# empty_once_inside CG: as empty_once, by a task of the container in $init, which has another pid outside.
empty_once_inside() {
    inside "${init:?}" guest-tool run-in "$1"
    end_task "$(cat "$1/cgroup.procs")"
}

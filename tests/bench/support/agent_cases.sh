# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # of tests/cli/support/lib.sh; for agent.sh
# Sourced after agent_world.sh: the plans for bench-tool. A case is a few lines, see tool/plan.h.

bench_conf='[rule always]
path = /bench/always/**
policy = always
linger = 0
[rule lingering]
path = /bench/lingering/**
linger = 1h
[default]
linger = 0
retry = 1h..1h'

plain_agent=/run/agents/release-agent # no alias, so that mountinfo has to tell the hierarchy
cut_path=/$(printf '%4094s' '' | tr ' ' x)

case_lines() { printf '%s\n' "$@" ''; }

base_case() {
    case_lines 'case rmdir-only' "word $bin/rmdir-only" "word $mount/bench/{name}" "folder $mount/bench"
}

# path_case NAME PLACE WHERE [LINE...]: release-agent, called for a fresh cgroup in /run/PLACE/bench/WHERE.
path_case() {
    mkdir -p "/run/$2/bench/$3"
    case_lines "case $1" "against rmdir-only" "word $(cat "/run/$2/release_agent")" \
        "word /bench/${3:+$3/}{name}" "folder /run/$2/bench${3:+/$3}" "${@:4}"
}

# absent_case NAME PLACE PATH: there is no such cgroup.
absent_case() {
    case_lines "case $1" "against rmdir-only" "word $(cat "/run/$2/release_agent")" "word $3" absent
}

# gone_case NAME PLACE, alive_case NAME PLACE: by a fact.
gone_case() {
    path_case "$1" "$2" '' "registry $(registry_of "$2")" "fact /run/facts/$2.gone"
}
alive_case() {
    path_case "$1" "$2" '' "registry $(registry_of "$2")" "fact /run/facts/$2.alive" \
        "journal $(journal_of "$2")" stays
}

# The paths of the agent whose cost does not depend on mounts.
agent_cases() {
    path_case always hierarchy always
    path_case unknown-creator hierarchy ''
    gone_case creator-gone hierarchy
    gone_case creator-gone-10000 ten-thousand
    gone_case creator-gone-100000 hundred-thousand
    alive_case creator-alive hierarchy
    path_case lingering hierarchy lingering "journal $(journal_of hierarchy)" stays
    path_case kept hierarchy '' keep stays
    absent_case already-gone hierarchy /bench/there-is-none
    absent_case cut-path hierarchy "$cut_path"
}

# Those that read mountinfo. What is measured beside all others is in a mount namespace with few mounts.
mount_cases() { # MOUNTS
    path_case "mountinfo-$1" plain ''
    absent_case "mountinfo-cut-path-$1" plain "$cut_path"
}

# other_case NAME LINE...: another program, called with the words in the lines.
other_case() { case_lines "case $1" 'against rmdir-only' "folder $mount/bench" "${@:2}"; }

# Release agents of others, from $packages where they are.
other_cases() {
    if [[ -e $bin/rmdir-only-musl ]]; then
        other_case rmdir-only-musl "word $bin/rmdir-only-musl" "word $mount/bench/{name}"
    fi
    other_case coreutils-rmdir "word $bin/rmdir" "word $mount/bench/{name}"
    local script shell
    script=$(find "$packages/openrc" -name cgroup-release-agent.sh 2>/dev/null)
    for shell in dash bash; do
        if [[ ! -e $bin/$shell || -z $script ]]; then continue; fi
        # Its hierarchy is at a fixed place: at ours instead.
        sed "1s|.*|#!$bin/$shell|; s|/sys/fs/cgroup/openrc|$mount|" "$script" >"$bin/openrc-$shell"
        chmod 755 "$bin/openrc-$shell"
        other_case "openrc-$shell" "word $bin/openrc-$shell" "word /bench/{name}"
    done
    if [[ -e $bin/cgdelete ]]; then
        other_case cgdelete "word $bin/cgdelete" 'word -g' "word $hierarchy:/bench/{name}" "environment LD_LIBRARY_PATH=$bin"
    fi
}

# in_two_versions FUNCTION [ARGUMENT...]: its cases with the old agent, and with the new one against these.
in_two_versions() {
    "$@" | awk -v file="$bin/old-agent" '/^case / { print "case old:" $2; print "file " file; next } { print }'
    "$@" | awk '/^case / { name = $2 } /^against / { print "against old:" name; next } { print }'
}

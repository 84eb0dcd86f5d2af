#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v2
# daily: 6.12
# What explain and tree tell of cgroups of cgroup v2, which have no flag.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

jobs=$(mount_of unified)/jobs

# says WORDS VERB...: it does well, and prints these words.
says() {
    local words=$1
    shift
    exits 0 cgprune "$@" >/tmp/said
    cat /tmp/said
    grep -qE -- "$words" /tmp/said || fail "cgprune $* does not say: $words"
}

explained() {
    mkcg "$jobs"
    says '^hierarchy: unified$' explain "$jobs"
    says '^flag: none \[kernel\]$' explain "$jobs"
    says '^rule: none \(only a rule that names unified reaches cgroup v2\)$' explain "$jobs"
}

explained_as_json() {
    mkcg "$jobs"
    says '"flag":null' explain "$jobs" --json
    says '"rule":null' explain "$jobs" --json
}

drawn_as_json() {
    mkcg "$jobs"
    says '"flag":null.*"dying-descendants":[0-9]+' tree unified --json
}

scenario "explain: there is no flag, and no rule without unified" explained
scenario "explain as JSON: no flag and no rule are null" explained_as_json
scenario "tree as JSON: there is no flag, and dying descendants are told" drawn_as_json

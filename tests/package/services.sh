#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2016 # the tests are called by their names; some text is for another shell
# services.sh BUILD: what is for hosts without systemd, and the folder that tmpfiles.d makes.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

# Runs one function of a service as openrc-run does, with a cgprune that writes down what it is asked, and exits as told.
service() { # NAME FUNCTION EXIT
    printf '#!/bin/sh\necho "$@" >>%s/asked\nexit %s\n' "$work" "$3" >"$work/cgprune"
    chmod +x "$work/cgprune"
    : >"$work/asked"
    {
        echo 'ebegin() { echo "$* ..."; }; ewarn() { echo "$*"; }; eend() { return "$1"; }'
        echo 'need() { echo "need $*"; }; after() { echo "after $*"; }; before() { echo "before $*"; }'
        cat "$work/confd"
        sed "s|$(cached CMAKE_INSTALL_PREFIX)/sbin/cgprune|$work/cgprune|" "$build/conf/$1.initd"
        echo "$2"
    } >"$work/service"
    RC_SVCNAME=$1 dash "$work/service"
}
# The conf as installed, with these set.
confd() { # HIERARCHIES OPTIONS
    sed -e "s|^hierarchies=.*|hierarchies=\"$1\"|" -e "s|^enable_options=.*|enable_options=\"$2\"|" \
        "$source/conf/openrc/cgprune.confd" >"$work/confd"
}

starts() {
    confd 'freezer name=openrc' '--default-on --force'
    service cgprune start 0
    same_lines "$(cat "$work/asked")" 'enable freezer --default-on --force
enable name=openrc --default-on --force'
}
start_fails() {
    confd 'freezer cpu' ''
    if service cgprune start 1; then fail "it should have failed"; fi
    same_lines "$(cat "$work/asked")" 'enable freezer
enable cpu'
}
nothing_named() {
    cp "$source/conf/openrc/cgprune.confd" "$work/confd"
    service cgprune start 0 | grep -F 'no hierarchy is named in /etc/conf.d/cgprune'
    equal "$(cat "$work/asked")" ''
}
stops() {
    confd 'freezer cpu,cpuacct' ''
    service cgprune stop 3
    same_lines "$(cat "$work/asked")" 'disable freezer
disable cpu,cpuacct'
    if service cgprune stop 1; then fail "it should have failed"; fi
}
watch_checks_first() {
    : >"$work/confd"
    service cgprune-watch start_pre 0
    equal "$(cat "$work/asked")" check
    if service cgprune-watch start_pre 1; then fail "it should have failed"; fi
    service cgprune-watch 'echo "$command $command_args by $supervisor"' 0 |
        grep -Fx "$work/cgprune watch by supervise-daemon"
}
are_shell() {
    needs shellcheck
    local file
    for file in "$build"/conf/*.initd; do
        shellcheck --shell=dash --exclude=SC2034,SC2154 "$file"
    done
    shellcheck --shell=dash --exclude=SC2034 "$source/conf/openrc/cgprune.confd"
}

# Each line of cron is off, and is one when it is on: five fields or a word with "@", a user, and a verb that there is.
cron_lines() {
    local line verb
    equal "$(grep -vE '^#|^$|^(SHELL|PATH)=' "$source/conf/cron/cgprune")" ''
    grep -E '^#[@*0-9]' "$source/conf/cron/cgprune" >"$work/lines"
    equal "$(wc -l <"$work/lines")" 3
    while read -r line; do
        [[ $line =~ ^#(@reboot|([*/0-9]+ ){4}[*/0-9]+)\ root\ cgprune\ ([a-z]+)\ [^\>]*\>/dev/null ]] || fail "no line of cron: $line"
        verb=${BASH_REMATCH[3]}
        "$build/agent/cgprune" "$verb" --help >/dev/null
    done <"$work/lines"
}

tmpfiles() {
    needs systemd-tmpfiles
    mkdir -p "$work/root/etc"
    printf 'root:x:0:0::/:/bin/sh\n' >"$work/root/etc/passwd"
    printf 'root:x:0:\n' >"$work/root/etc/group"
    systemd-tmpfiles --root="$work/root" --create "$source/conf/tmpfiles.d/cgprune.conf"
    equal "$(stat --format='%a %u:%g' "$work/root/run/cgprune")" "700 $(id -u):$(id -g)"
}

it "OpenRC: start enables what is named, with the options" starts
it "OpenRC: a start that fails for one hierarchy tries the others, and fails" start_fails
it "OpenRC: with nothing named it says so" nothing_named
it "OpenRC: stop disables, and cgroups that keep their flag are no failure" stops
it "OpenRC: watch is not started with a bad conf" watch_checks_first
it "OpenRC: the services are shell" are_shell
it "cron: the lines are off, and are lines of verbs that there are" cron_lines
it "tmpfiles.d makes /run/cgprune for root alone" tmpfiles
finish

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# A conf that others than root can write, or have put something else in the place of: refused, said, and nothing goes.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

main=/etc/cgprune/cgprune.conf
drop_ins=/etc/cgprune/cgprune.conf.d
# Harms that are tried in --full only.
more_files=${full:+file_is_a_folder file_is_a_device file_is_huge file_is_garbage}
more_drop_ins=${full:+drop_ins_of_a_users drop_ins_are_a_link drop_in_is_a_link lower_drop_in_of_a_users}

# What a user would like to have: everything goes, everyone's.
users_conf() {
    mkdir -p /tmp/canary/conf.d
    printf '%s\n' '[agent]' '[default]' 'policy = always' 'linger = 0' 'sweep = yes' 'sweep-linger = 0' >/tmp/canary/evil
    cp /tmp/canary/evil /tmp/canary/conf.d/evil.conf
    chown -R "$anna" /tmp/canary
}

begin() {
    enabled '[default]' 'policy = delegated' 'linger = 0'
    mkflagged "$freezer/root"
    users_conf
}

# harmed WHAT COMMAND...: by the harm that the command does, root's cgroup stays, and it is said why.
harmed() {
    local what=$1 id
    shift
    begin
    "$@"
    exits 1 cgprune check >"$state/said" 2>&1
    expect grep -q . "$state/said"
    take_stock "$freezer/root"
    id=$(id_of "$freezer/root")
    empty_once "$freezer/root"
    eventually 60 conf_error_of "$id"
    eventually 60 logged msg=conf-error
    exits 1 cgprune sweep freezer 2>/dev/null
    exits 3 cgprune retry --now >/dev/null 2>&1
    expect has_id "$freezer/root" "$id"
    logs 1 msg=conf-error
    unharmed
    note "$what: $(head -n 1 "$state/said" | cut -c1-160)"
}
conf_error_of() { grep -qsx reason=conf-error "/run/cgprune/journal/freezer/0/$1"; }

file_of_a_users() { chown "$anna" "$main"; }
file_writable() { chmod "$1" "$main"; }
file_is_a_link() { ln -sf /tmp/canary/evil "$main"; }
file_is_a_fifo() { rm "$main" && mkfifo "$main"; }
file_is_a_folder() { rm "$main" && mkdir "$main"; }
file_is_a_device() { rm "$main" && ln -s /dev/zero "$main"; }
file_is_huge() { { echo '[agent]' && head -c 1000000 /dev/zero | tr '\0' '#'; } >"$main"; }
file_is_garbage() { head -c 5000 /dev/urandom >"$main"; }
file_would_go_on() { printf '[default]\npolicy = always' >"$main" && head -c 100 /dev/zero >>"$main"; }
folder_of_a_users() { chown "$anna" /etc/cgprune; }
folder_writable() { chmod 1777 /etc/cgprune; }
folder_is_a_link() { mv /etc/cgprune /etc/cgprune.old && mv /tmp/canary/conf.d /tmp/canary/etc && ln -s /tmp/canary/etc /etc/cgprune; }
drop_ins_of_a_users() { mkdir "$drop_ins" && chown "$anna" "$drop_ins"; }
drop_ins_writable() { mkdir -m 1777 "$drop_ins"; }
drop_ins_are_a_link() { ln -s /tmp/canary/conf.d "$drop_ins"; }
drop_in_of_a_users() { mkdir "$drop_ins" && cp -p /tmp/canary/evil "$drop_ins/a.conf"; }
drop_in_is_a_link() { mkdir "$drop_ins" && ln -s /tmp/canary/evil "$drop_ins/a.conf"; }
lower_drop_in_of_a_users() {
    mkdir -p /usr/lib/cgprune/cgprune.conf.d
    cp -p /tmp/canary/evil /usr/lib/cgprune/cgprune.conf.d/a.conf
}
run_drop_ins_of_a_users() { mkdir /run/cgprune/cgprune.conf.d && chown "$anna" /run/cgprune/cgprune.conf.d; }

file() {
    harmed "a conf of a user's" file_of_a_users
}
files() {
    for harm in file_is_a_link file_is_a_fifo file_would_go_on $more_files; do one "$harm"; done
    for mode in 606 ${full:+620}; do one file_writable "$mode"; done
}
folders() {
    for harm in folder_of_a_users folder_writable folder_is_a_link; do one "$harm"; done
}
drop_ins() {
    for harm in drop_ins_writable drop_in_of_a_users run_drop_ins_of_a_users $more_drop_ins; do one "$harm"; done
}

# Each from a clean state; what one has done is undone by that.
one() {
    clean_slate
    rm -rf /tmp/canary /etc/cgprune.old
    harmed "$*" "$@"
}

scenario "a conf that is a user's: refused, said once, nothing goes" file
scenario "a conf that others can write, or that is something else" files
scenario "a folder of the conf that is a user's" folders
scenario "drop-ins that are a user's" drop_ins

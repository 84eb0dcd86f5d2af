#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# The conf: what a broken one does, and which rule decides.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

deferred() { grep -qsx "reason=$2" "/run/cgprune/journal/freezer/0/$1"; }

broken_then_mended() {
    conf <<END
[default]
linger = 1s
liger = 2s
END
    exits 1 cgprune check
    cgprune enable freezer
    mkflagged "$freezer/a" "$freezer/b" "$freezer/c"
    for name in a b c; do empty_once "$freezer/$name"; done
    for name in a b c; do eventually 60 deferred "$(id_of "$freezer/$name")" conf-error; done
    holds 2 there "$freezer/a"
    logs 1 msg=conf-error
    conf <<END
[default]
linger = 1s
END
    expect cgprune check
    eventually 90 gone "$freezer/a"
    eventually 90 gone "$freezer/b"
    eventually 90 gone "$freezer/c"
}

broken_keeps_the_busy_and_the_kept() {
    conf <<END
[defualt]
END
    cgprune enable freezer
    mkflagged "$freezer/kept"
    cgprune keep "$freezer/kept"
    empty_once "$freezer/kept"
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred "$(id_of "$freezer/a")" conf-error
    refuse there "/run/cgprune/journal/freezer/0/$(id_of "$freezer/kept")"
}

writable_by_others_is_an_error() {
    conf <<END
[default]
linger = 0
END
    cgprune enable freezer
    chmod 666 /etc/cgprune/cgprune.conf
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred "$(id_of "$freezer/a")" conf-error
    chmod 644 /etc/cgprune/cgprune.conf
    eventually 90 gone "$freezer/a"
}

drop_ins_and_rules() {
    mkdir -p /etc/cgprune/cgprune.conf.d /usr/lib/cgprune/cgprune.conf.d
    cat >/usr/lib/cgprune/cgprune.conf.d/10-lxc.conf <<END
[rule lxc]
hierarchy = freezer
path = /lxc/**
policy = never
END
    conf <<END
[default]
linger = 0
END
    cgprune enable freezer
    mkflagged "$freezer/lxc" "$freezer/lxcfs"
    mkcg "$freezer/lxc/c1"
    empty_once "$freezer/lxc/c1"
    empty_once "$freezer/lxcfs"
    eventually 60 gone "$freezer/lxcfs"
    stays "$freezer/lxc/c1" 1
    cgprune explain "$freezer/lxc/c1" | grep -q '^rule: *lxc.*/usr/lib/cgprune/cgprune.conf.d/10-lxc.conf:1'
    : >/etc/cgprune/cgprune.conf.d/10-lxc.conf
    empty_once "$freezer/lxc/c1"
    eventually 60 gone "$freezer/lxc/c1"
}

scenario "a bad conf defers everything, is said once, and all goes when it is mended" broken_then_mended
scenario "under a bad conf a keep mark still keeps" broken_keeps_the_busy_and_the_kept
scenario "a conf that others can write is an error" writable_by_others_is_an_error
scenario "a drop-in's rule decides, and a file of its name masks it" drop_ins_and_rules

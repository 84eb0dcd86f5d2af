#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# shellcheck disable=SC2016 # what is in single quotes is a name
# Names and paths chosen by strangers.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

at_once() {
    conf <<END
[agent]
log-level = info
[default]
linger = 0
sweep = yes
sweep-linger = 1s
END
    cgprune enable freezer
}

# goes NAME: a cgroup of that name goes, and its neighbour stays.
goes() {
    at_once
    mkcg "$freezer/neighbour"
    mkflagged "$freezer/$1"
    empty_once "$freezer/$1"
    eventually 60 gone "$freezer/$1"
    expect there "$freezer/neighbour"
    eventually 60 logged msg=removed  # the line comes by way of a socket
    equal "$(grep -c msg=removed "$log")" 1 "removals logged"
}

blanks() { goes 'a  b c '; }
escapes() { goes "$(printf 'a\033[31mred\a\t')"; }
quotes() { goes "a\"b'c\\d"; }
not_utf8() { goes "$(printf '\377\376\200')"; }
deleted() { goes 'x (deleted)'; }
dash() { goes '-rf'; }
shell() { goes '$(reboot);`id`'; }
forged() { goes 'x msg=removed cgroup=/other <0>y[1]:'; }

deleted_lingering() {
    conf <<END
[default]
linger = 1s
END
    cgprune enable freezer
    mkflagged "$freezer/x" "$freezer/x (deleted)"
    run_in "$freezer/x"
    empty_once "$freezer/x (deleted)"
    eventually 60 gone "$freezer/x (deleted)"
    expect populated "$freezer/x"
}

# deep_goes BYTES COMPONENT: the cgroup whose path has so many bytes is emptied, and goes in the end.
deep_goes() {
    at_once
    guest-tool deep make "$freezer" "$1" "$2"
    guest-tool deep flag1 "$freezer" "$1" "$2"
    task=$(guest-tool deep run "$freezer" "$1" "$2")
    end_task "$task"
    eventually 120 not_deep "$1" "$2"
}
not_deep() {
    local answer=0
    guest-tool deep exists "$freezer" "$1" "$2" || answer=$?
    [ "$answer" -eq 1 ]
}

longest_certain_path() {
    deep_goes 4094 4093
    refuse logged msg=cut-path
}

# The true path of just 4,095 bytes reads as one that was cut: it is left to a sweep.
path_of_4095() {
    deep_goes 4095 4094
    logs 1 msg=cut-path hierarchy=freezer
}

component_of_4095() { deep_goes 4096 4095; }

# The kernel cuts the path, and the cut one names a sibling, whose flag is 0.
over_the_limit() {
    guest-tool deep make "$freezer" 4095
    guest-tool deep flag0 "$freezer" 4095
    deep_goes 4300 200
    expect guest-tool deep exists "$freezer" 4095
}

scenario "a name with blanks" blanks
scenario "a name with terminal escapes" escapes
scenario "a name with quotes and backslashes" quotes
scenario "a name that is not UTF-8" not_utf8
scenario "a name that ends in ' (deleted)'" deleted
scenario "a name with a leading dash" dash
scenario "a name with shell syntax" shell
scenario "a name that forges a log line" forged
scenario "a name that ends in ' (deleted)', found again by its handle" deleted_lingering
scenario "the longest path that is certain, in one component" longest_certain_path
scenario "a path of just 4,095 bytes: never acted on, swept" path_of_4095
scenario "a component of 4,095 bytes: swept" component_of_4095
scenario "a path over the kernel's limit: nothing wrong is removed, and the sweep finds it" over_the_limit

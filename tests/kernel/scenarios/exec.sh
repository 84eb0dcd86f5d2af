#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# daily: 6.12
# cgprune exec: commands inside cgroups, beside an agent that removes what is empty at once.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

rounds=${full:+1000}
rounds=${rounds:-100}

case $layout in v2) hierarchy=unified ;; *) hierarchy=freezer ;; esac
top=$(mount_of "$hierarchy")

# A command that prints the path of its cgroup.
own_path() {
    case $layout in
    v2) echo 'sed -n s/^0:://p /proc/self/cgroup' ;;
    *) echo "sed -n s/^[0-9]*:$hierarchy://p /proc/self/cgroup" ;;
    esac
}

runs_inside() {
    mkcg "$top/a"
    # shellcheck disable=SC2046 # it is a command of several words
    equal "$(cgprune exec "$hierarchy:/a" -- $(own_path))" /a "by name"
    # shellcheck disable=SC2046
    equal "$(cgprune exec "$top/a" -- $(own_path))" /a "by directory"
}

exits_as_its_command() {
    mkcg "$top/a"
    exits 7 cgprune exec "$hierarchy:/a" -- sh -c 'exit 7'
    exits 127 cgprune exec "$hierarchy:/a" -- no-such-command
    exits 126 cgprune exec "$hierarchy:/a" -- /etc
    exits 2 cgprune exec "$hierarchy:/a"
}

makes_nothing_unasked() {
    exits 1 cgprune exec "$hierarchy:/none/x" -- true
    expect gone "$top/none"
}

makes_what_is_missing() {
    local said
    # shellcheck disable=SC2046
    said=$(cgprune exec --create "$hierarchy:/new/x" -- $(own_path) 2>/tmp/err)
    equal "$said" /new/x "where"
    expect grep -qF "made /new/x of $hierarchy" /tmp/err
}

makes_what_is_missing_by_directory() {
    exits 1 cgprune exec "$top/other/y" -- true
    # shellcheck disable=SC2046
    equal "$(cgprune exec --create "$top/other/y" -- $(own_path) 2>/tmp/err)" /other/y "where"
    expect grep -qF "made /other/y of $hierarchy" /tmp/err
}

runs_scripts_without_a_first_line() {
    mkcg "$top/a"
    # shellcheck disable=SC2016 # of the script
    echo 'echo ran with "$@"' >/tmp/script
    chmod 755 /tmp/script
    equal "$(cgprune exec "$hierarchy:/a" -- /tmp/script well)" "ran with well"
    equal "$(cd /tmp && PATH=/sbin:/bin: cgprune exec "$hierarchy:/a" -- script well)" "ran with well" "by PATH"
}

one_command_in_two_hierarchies() {
    cgprune exec --create freezer:/both name=openrc:/both -- cat /proc/self/cgroup >/tmp/cgroup 2>/dev/null
    expect grep -q ":freezer:/both\$" /tmp/cgroup
    expect grep -q ":name=openrc:/both\$" /tmp/cgroup
}

# Each round's command ends, and the agent is called while the next begins.
no_round_fails() {
    printf '%s\n' '[default]' 'linger = 0' 'policy = always' | conf
    cgprune enable freezer --default-on
    local round=0 failed=0
    while [ "$round" -lt "$rounds" ]; do
        cgprune exec --create freezer:/service -- true 2>>/tmp/made || failed=$((failed + 1))
        round=$((round + 1))
    done
    note "$rounds rounds, made anew in $(grep -c made /tmp/made), failed in $failed"
    equal "$failed" 0 "failed rounds"
    [ "$(grep -c made /tmp/made)" -gt 1 ] || fail "the agent never removed it in between"
    eventually 60 gone "$top/service"
}

scenario "a command runs inside the cgroup" runs_inside
scenario "exec exits as its command does" exits_as_its_command
scenario "without --create nothing is made" makes_nothing_unasked
scenario "with --create the cgroup and its parents are made, and that is said" makes_what_is_missing
scenario "so they are where a directory is named" makes_what_is_missing_by_directory
scenario "a script without #! is run by sh, as execvp does" runs_scripts_without_a_first_line
[ "$layout" = v1 ] || exit 0 # cgroup v2 has one hierarchy, and no agent
scenario "a command runs in cgroups of two hierarchies" one_command_in_two_hierarchies
scenario "beside an agent that removes at once no round of $rounds fails" no_round_fails

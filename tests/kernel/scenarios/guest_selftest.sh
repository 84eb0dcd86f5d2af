#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 v2
# daily: 6.12
# needs no product
# shellcheck disable=SC2016 # what is in single quotes is for another shell
# The guest and lib.sh themselves: what the scenarios build on.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

# An agent that only tells how it was called.
telling_agent() {
    printf '#!/bin/sh\nprintf "%%s\\n" "$0 $1" >>/tmp/told\npwd >/tmp/told.cwd\n' >/tmp/telling-agent
    chmod 755 /tmp/telling-agent
    rm -f /tmp/told
    agent_for freezer /tmp/telling-agent
}
told() { grep -qxF -- "/tmp/telling-agent $1" /tmp/told 2>/dev/null; }

calls_on_last_exit() {
    telling_agent
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 30 told /a
    equal "$(cat /tmp/told.cwd)" /root "the agent's folder"
}

calls_on_last_move_out() {
    telling_agent
    mkflagged "$freezer/a"
    run_in "$freezer/a"
    move_to "$freezer" "$task"
    eventually 30 told /a
}

calls_on_last_child_removed() {
    telling_agent
    mkflagged "$freezer/a"
    mkcg "$freezer/a/b"
    rmdir "$freezer/a/b"
    eventually 30 told /a
}

calls_with_any_byte_in_the_name() {
    telling_agent
    name=$(printf '/-rf $(id) \033[1m\377 x (deleted)')
    mkflagged "$freezer$name"
    empty_once "$freezer$name"
    eventually 30 told "$name"
}

no_call_with_flag_0() {
    telling_agent
    mkcg "$freezer/a" "$freezer/b"
    flag "$freezer/a" 0
    flag "$freezer/b" 1
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    eventually 30 told /b
    refuse told /a
}

named_hierarchies_call() {
    baseline_agent name=openrc sh
    mkflagged /sys/fs/cgroup/openrc/a
    empty_once /sys/fs/cgroup/openrc/a
    eventually 30 gone /sys/fs/cgroup/openrc/a
}

baseline_removes() {
    baseline_agent freezer "$1"
    mkflagged "$freezer/a b"
    empty_once "$freezer/a b"
    eventually 30 gone "$freezer/a b"
}
program_removes() { baseline_removes c; }
script_removes() { baseline_removes sh; }

frozen_tasks_stay_attached() {
    mkflagged "$freezer/ice"
    run_in "$freezer/ice"
    echo FROZEN >"$freezer/ice/freezer.state"
    stays "$freezer/ice" 1
    expect populated "$freezer/ice"
}

bursts_are_told_once_each() {
    telling_agent
    expect guest-tool burst "$freezer" 50
    eventually 60 told_times 50
    equal "$(sort -u /tmp/told | grep -c '')" 50 "different cgroups told"
}
told_times() { [ "$(grep -c '' /tmp/told 2>/dev/null)" = "$1" ]; }

cut_paths() {
    telling_agent
    guest-tool deep make "$freezer" 4200
    guest-tool deep flag1 "$freezer" 4200
    pid=$(guest-tool deep run "$freezer" 4200)
    end_task "$pid"
    eventually 30 told_times 1
    said=$(tail -n 1 /tmp/told)
    equal "$((${#said} - ${#1}))" 4095 "bytes of the path told"
}
long_paths_are_cut() { cut_paths "/tmp/telling-agent "; }

no_agent_on_v2() {
    unified=$(mount_of unified)
    refuse there "$unified/release_agent"
    mkcg "$unified/a"
    refuse there "$unified/a/notify_on_release"
    run_in "$unified/a"
    expect grep -q 'populated 1' "$unified/a/cgroup.events"
    end_task "$task"
    eventually 30 grep -q 'populated 0' "$unified/a/cgroup.events"
}

any_root() { set -- /sys/fs/cgroup/freezer /sys/fs/cgroup; [ -e "$1/cgroup.procs" ] || shift; echo "$1"; }

handles_and_ids_agree() {
    cg=$(any_root)/a
    mkcg "$cg"
    equal "$(guest-tool handle "$cg")" "$(id_of "$cg")" "id"
    expect has_id "$cg" "$(id_of "$cg")"
    refuse has_id "$cg" 1
}

xattrs_work() {
    cg=$(any_root)/a
    mkcg "$cg"
    guest-tool xattr set "$cg" trusted.test "a b"
    equal "$(guest-tool xattr get "$cg" trusted.test)" "a b"
    chown 1000 "$cg"
    expect as_user 1000 guest-tool xattr set "$cg" user.test 1
    refuse as_user 1000 guest-tool xattr remove "$cg" trusted.test
}

locks_are_held() {
    cg=$(any_root)/a
    mkcg "$cg"
    hold_lock "$cg" sh 600
    expect guest-tool hold-lock "$cg" sh 600
    refuse guest-tool hold-lock "$cg" ex 600
}

long_names_can_be_removed() {
    root=$(any_root)
    guest-tool deep make "$root" 4096 4095
    guest-tool deep make "$root" 9000
    expect guest-tool deep exists "$root" 9000
    guest-tool remove-tree "$root"
    refuse guest-tool deep exists "$root" 4096 4095
    refuse guest-tool deep exists "$root" 201
}

log_is_received() {
    logger -t someone 'msg=removed cgroup=/a\x20b'
    eventually 30 logged msg=removed
    expect logged msg=removed 'cgroup=/a\x20b'
    refuse logged msg=remove
    refuse logged msg=removed cgroup=/a
    equal "$(log_count msg=removed)" 1 "lines"
}

leftovers() {
    root=$(any_root)
    mkcg "$root/left/deep" "$root/-rf" /run/cgprune/journal
    run_in "$root/left/deep"
    echo FROZEN >"$root/left/freezer.state" 2>/dev/null || echo 1 >"$root/left/cgroup.freeze"
    hold_lock "$root/left" ex 600
    mount -t tmpfs none "$root/-rf"
    logger left
    eventually 30 logged left
    [ ! -e "$root/release_agent" ] || agent_for freezer /usr/lib/guest/rmdir-agent
    conf <<END
[default]
END
    equal "$(stat -c '%a %u' /etc/cgprune/cgprune.conf)" "644 0"
    echo "$root $task" >/tmp/left
}

slate_is_clean() {
    read -r root pid </tmp/left
    refuse there "$root/left"
    refuse there "$root/-rf"
    expect gone "/proc/$pid"
    refuse there /run/cgprune
    refuse there /etc/cgprune
    equal "$(cat "$log")" "" "the log"
    equal "$(find "$root" -mindepth 1 -type d)" "" "cgroups"
    [ ! -e "$root/release_agent" ] || equal "$(cat "$root/release_agent")" "" "the agent"
}

# --- the harness, by a script within this one

# nested LINES: what a scenario script with these lines prints; its exit status is in /tmp/nested.status.
nested() {
    printf '. /usr/lib/guest/lib.sh\n%s\n' "$1" >/tmp/nested.sh
    status=0
    sh /tmp/nested.sh </dev/null >/tmp/nested.out 2>&1 || status=$?
    echo "$status" >/tmp/nested.status
    cat /tmp/nested.out
}
nested_says() { expect grep -q -- "$1" /tmp/nested.out; }

# body_fails BODY REASON: a scenario with this body is reported as failed, for this reason.
body_fails() {
    nested "body() { $1; }; scenario 'it fails' body"
    equal "$(cat /tmp/nested.status)" 1 "exit status"
    nested_says '^not ok 1 - it fails$'
    nested_says "^#   because: .*$2"
    nested_says '^1\.\.1$'
}

passing_is_reported() {
    nested 'body() { expect true; refuse false; exits 3 sh -c "exit 3"; equal a a; eventually 1 true; holds 1 true; }
        scenario "it passes" body'
    equal "$(cat /tmp/nested.status)" 0 "exit status"
    nested_says '^ok 1 - it passes$'
}

failing_is_reported() {
    body_fails 'expect false; true' 'should hold: false'
    body_fails 'refuse true; true' 'should not hold: true'
    body_fails 'exits 2 true; true' 'exit status 0 instead of 2'
    body_fails 'equal a b; true' "value: 'a' instead of 'b'"
    body_fails 'eventually 1 false; true' 'did not come about in 1 s: false'
    body_fails 'holds 1 false; true' 'did not hold for 1 s: false'
    body_fails 'stays /none 1; true' 'in the first place: /none'
}

failing_commands_are_reported() {
    body_fails 'rmdir /none; true' 'a command failed'
    body_fails 'echo "$unset"; true' 'a command failed'
    body_fails 'echo x | while read -r x; do expect false; done; true' 'should hold: false'
}

misuse_is_reported() {
    body_fails 'refuse mispelt; true' "no command 'mispelt'"
    body_fails 'expect; true' "no command ''"
    body_fails 'eventually soon true; true' "'soon' is no whole number"
    body_fails 'holds 0 false; true' 'looks at nothing'
    body_fails 'expect gone a/b; true' "'a/b' is no absolute path"
    body_fails 'refuse [ 1 -eq x ]; true' 'gave an error (2)'
    body_fails 'flag /sys 2; true' 'misuse: flag CG'
    body_fails 'agent_for freezer /none; true' ''
    body_fails 'run_in /none; true' 'cannot start a task in /none'
    body_fails 'end_task 999999; true' 'no such task'
}

stays_sees_a_cgroup_made_anew() {
    cg=$(any_root)/a
    body_fails "mkcg $cg; (usleep 300000; rmdir $cg; mkdir $cg) & stays $cg 3" 'did not hold for 3 s: has_id'
}

broken_scripts_are_reported() {
    nested ''
    nested_says '^Bail out! The script has no scenario'
    equal "$(cat /tmp/nested.status)" 1 "exit status"
    nested 'body() { :; }; scenario "one" body; exit 5'
    nested_says '^Bail out! The script ended with 5'
    equal "$(cat /tmp/nested.status)" 1 "exit status"
    nested 'body() { skip_scenario "not here"; }; scenario "one" body'
    nested_says '^ok 1 - one # SKIP not here'
    equal "$(cat /tmp/nested.status)" 77 "exit status"
}

if [ "$layout" != v2 ]; then
    scenario "the kernel calls the agent on the last exit, in PID 1's folder" calls_on_last_exit
    scenario "the kernel calls the agent when the last task moves out" calls_on_last_move_out
    scenario "the kernel calls the agent when the last child is removed" calls_on_last_child_removed
    scenario "a name of any bytes reaches the agent as it is" calls_with_any_byte_in_the_name
    scenario "a cgroup with flag 0 is not told" no_call_with_flag_0
    scenario "a named hierarchy calls its agent" named_hierarchies_call
    scenario "the baseline program removes an emptied cgroup" program_removes
    scenario "the baseline script removes an emptied cgroup" script_removes
    scenario "a frozen task holds its cgroup" frozen_tasks_stay_attached
    scenario "of many emptied at once each is told once" bursts_are_told_once_each
    scenario "a path beyond 4,095 bytes is cut" long_paths_are_cut
fi
[ "$layout" = v1 ] || scenario "v2 has no release agent and no flag" no_agent_on_v2
scenario "a cgroup's handle has its inode number as id" handles_and_ids_agree
scenario "xattrs can be set, the owner's by the owner" xattrs_work
scenario "a held lock is held" locks_are_held
scenario "cgroups with names and paths too long to name can be made and removed" long_names_can_be_removed
scenario "what is sent to the log is found in it" log_is_received
scenario "a scenario can leave all sorts of things behind" leftovers
scenario "the next scenario finds none of them" slate_is_clean
if [ "$layout" = v1 ]; then # the harness is the same in all
    scenario "a scenario that passes is reported so" passing_is_reported
    scenario "an assertion that fails is reported, and ends the scenario" failing_is_reported
    scenario "a command that fails is reported, and ends the scenario" failing_commands_are_reported
    scenario "an assertion that is called wrongly is reported" misuse_is_reported
    scenario "a cgroup made anew is not taken for the one that should stay" stays_sees_a_cgroup_made_anew
    scenario "a script that breaks off or tests nothing does not pass" broken_scripts_are_reported
fi

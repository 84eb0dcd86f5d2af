#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid v2
# daily: 6.1 v1 v2
# Releases that were never heard, and v2, which has no agent.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

needs_v1() { has_hierarchy freezer || skip_scenario "this layout has no v1 hierarchy"; }
needs_v2() { [ "$layout" != v1 ] || skip_scenario "this layout has no v2 hierarchy"; }
cgroups_in() { find "$1" -mindepth 1 -type d | grep -c '' || :; }
none_in() { [ "$(cgroups_in "$1")" -eq 0 ]; }
no_entries() { [ -z "$(find /run/cgprune/journal -type f 2>/dev/null)" ]; }

agent_missing_while_ten_empty() {
    needs_v1
    conf <<END
[default]
linger = 0
sweep = yes
sweep-linger = 3s
END
    cgprune enable freezer
    mkflagged "$freezer/top"
    run_in "$freezer/top"
    alias=$(cat "$freezer/release_agent")
    echo >"$freezer/release_agent"
    for i in 1 2 3 4 5 6 7 8 9 10; do
        mkcg "$freezer/top/c$i"
        empty_once "$freezer/top/c$i"
    done
    echo "$alias" >"$freezer/release_agent"
    mkcg "$freezer/top/fresh"
    cgprune sweep >/tmp/swept || :
    equal "$(cgroups_in "$freezer/top")" 11 "cgroups after the first look"
    run_in "$freezer/top/fresh"
    eventually 60 only_fresh_left
    expect populated "$freezer/top/fresh"
}
only_fresh_left() { [ "$(cgroups_in "$freezer/top")" -eq 1 ] && there "$freezer/top/fresh"; }

shipped_conf_sweeps_no_unknown_creator() {
    needs_v1
    cgprune enable freezer
    mkflagged "$freezer/a"
    cgprune sweep >/tmp/swept || :
    expect grep -q sweep-not-allowed /tmp/swept
    expect no_entries
    stays "$freezer/a" 1
}

v2_has_no_agent() {
    needs_v2
    root=$(mount_of unified)
    refuse there "$root/release_agent"
    exits 1 cgprune enable unified
    mkcg "$root/a"
    refuse there "$root/a/notify_on_release"
}

v2_without_a_rule_is_never_touched() {
    needs_v2
    root=$(mount_of unified)
    conf <<END
[default]
sweep = yes
sweep-linger = 0
END
    mkcg "$root/a"
    cgprune sweep unified || :
    expect no_entries
    stays "$root/a" 1
}

v2_sweep_works() {
    needs_v2
    root=$(mount_of unified)
    conf <<END
[agent]
drainer = no
[rule litter]
hierarchy = unified
path = /litter/**
sweep = yes
sweep-linger = 1s
linger = 0
END
    mkcg "$root/litter/a/b" "$root/litter/busy" "$root/other"
    run_in "$root/litter/busy"
    empty_once "$root/litter/a/b"
    cgprune sweep || :
    expect there "$root/litter/a/b"
    usleep 1500000
    cgprune retry || :
    expect gone "$root/litter/a/b"
    usleep 1500000
    cgprune retry || :
    expect gone "$root/litter/a"
    expect populated "$root/litter/busy"
    expect there "$root/other"
}

v2_sweep_with_the_drainer() {
    needs_v2
    root=$(mount_of unified)
    conf <<END
[rule litter]
hierarchy = unified
path = /litter/**
sweep = yes
sweep-linger = 1s
END
    mkcg "$root/litter/a"
    cgprune sweep || :
    eventually 60 gone "$root/litter/a"
    eventually 60 drainers_are 0
}

v2_keep_marks() {
    needs_v2
    root=$(mount_of unified)
    conf <<END
[rule litter]
hierarchy = unified
path = /litter/**
sweep = yes
sweep-linger = 0
END
    mkcg "$root/litter/a" "$root/litter/b"
    cgprune keep "$root/litter/a"
    cgprune sweep || :
    eventually 60 gone "$root/litter/b"
    stays "$root/litter/a" 1
}

scenario "the agent missing while ten empty: a sweep finds them, and not the one just made" agent_missing_while_ten_empty
scenario "by the shipped conf a sweep takes nothing of an unknown creator" shipped_conf_sweeps_no_unknown_creator
scenario "v2 has no release agent, and enable says so" v2_has_no_agent
scenario "on v2 nothing is swept without a rule that names it" v2_without_a_rule_is_never_touched
scenario "on v2 sweep and retry remove what a rule names, children first" v2_sweep_works
scenario "on v2 a sweep starts the drainer" v2_sweep_with_the_drainer
scenario "on v2 a keep mark keeps" v2_keep_marks

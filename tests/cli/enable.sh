#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune enable, where it may.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

writes_the_alias() {
    enable
    agent_is "$alias"
    equal "$(readlink "$alias")" "$bin/release-agent"
    equal "$(readlink "$alias.mount")" "$mount"
    says "$hierarchy: enabled; the kernel runs $bin/release-agent (through $alias)"
    equal "$(stat -c %a /run/cgprune)" 700
}

the_agent_works_by_it() {
    conf '[default]
linger = 0'
    enable
    flagged a
    release /a
    gone "$mount/a"
}

twice() {
    enable
    enable
    agent_is "$alias"
    says "$hierarchy: enabled already"
    cgprune disable "$hierarchy"
    exits 0
    agent_is ''
}

dry_run() {
    cg a
    cgprune enable "$hierarchy" --force --default-on --existing / --dry-run
    exits 0
    says "$hierarchy: would be enabled"
    agent_is ''
    equal "$(cat "$mount/notify_on_release")" 0
    flag_is a 0
    gone /run/cgprune
}

json() {
    cg a
    cgprune enable "$hierarchy" --force --json --existing /
    exits 0
    is_json verb hierarchy dry-run alias binary former-agent default-on unflagged flags-set
    says '"verb":"enable"'
    says '"unflagged":1,"flags-set":1'
}

default_on() {
    cg a
    cg b
    enable --default-on
    equal "$(cat "$mount/notify_on_release")" 1
    says "every cgroup made from now on in $hierarchy inherits notify_on_release = 1"
    says '2 existing cgroups without notify_on_release'
    flag_is a 0
}

existing() {
    cg top/one
    cg top/two
    cg other
    enable --existing /top
    says 'notify_on_release set on 2 cgroups below /top'
    flag_is top/one 1
    flag_is top/two 1
    flag_is top 0
    flag_is other 0
    equal "$(cat "$mount/notify_on_release")" 0
}

existing_missing() {
    cgprune enable "$hierarchy" --force --existing /nowhere
    exits 1
    complains "cgprune enable: no cgroup /nowhere in hierarchy $hierarchy; expected a path inside the hierarchy"
    agent_is ''
    gone "$alias"
}

existing_follows_no_link() {
    cg $'odd \e (deleted)'
    cg -rf
    enable --existing /
    flag_is $'odd \e (deleted)' 1
    flag_is -rf 1
}

moved_mount() {
    enable
    mkdir -p /run/elsewhere
    mount --move "$mount" /run/elsewhere 2>/dev/null || {
        mount --bind "$mount" /run/elsewhere
        umount "$mount"
    }
    cgprune enable "$hierarchy" --force
    local status=$exit
    mount --bind /run/elsewhere "$mount"
    umount /run/elsewhere
    equal "$status" 0
    equal "$(readlink "$alias.mount")" /run/elsewhere
}

another_file() {
    mkdir /run/other
    cp "$bin/release-agent" /run/other/agent
    enable --agent /run/other/agent
    equal "$(readlink "$alias")" /run/other/agent
    enable
    equal "$(readlink "$alias")" "$bin/release-agent"
}

through_a_link() {
    ln -s "$bin/release-agent" /run/link
    enable --agent /run/link
    rm /run/link
    equal "$(readlink "$alias")" "$bin/release-agent"
}

remembers_the_former() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    says 'former agent: /nonexistent/former'
    enable
    cgprune disable "$hierarchy"
    exits 0
    agent_is /nonexistent/former
}

remembers_across_a_killed_disable() {
    echo /nonexistent/former >"$mount/release_agent"
    enable
    echo >"$mount/release_agent"
    enable
    cgprune disable "$hierarchy"
    exits 0
    agent_is /nonexistent/former
}

no_leftovers() {
    enable
    enable
    equal "$(ls -A /run/cgprune/agents)" "$(printf '%s\n' "$hierarchy" "$hierarchy.former" "$hierarchy.mount")"
}

bad_conf() {
    conf 'nonsense'
    enable
    warns 'warning: 1 error in the conf (cgprune check lists them); until they are mended nothing is removed'
}

it "it writes an alias of the agent beside it, and a link to the mount" writes_the_alias
it "an agent that is called by the alias does its work" the_agent_works_by_it
it "enabling twice is fine" twice
it "--dry-run changes nothing" dry_run
it "--json prints one object" json
it "--default-on sets the root's flag, and says whom it affects" default_on
it "--existing sets the flag below a cgroup, and nowhere else" existing
it "--existing of a cgroup that is not there changes nothing" existing_missing
it "--existing reaches cgroups with hostile names" existing_follows_no_link
it "enabling again after the mount moved renews the link" moved_mount
it "--agent names another file, and without it the default comes back" another_file
it "the alias leads to the file itself, not to a link to it" through_a_link
it "the former agent is remembered when a disable between was killed half-way" remembers_across_a_killed_disable
it "the former agent is remembered, and not forgotten by a second enable" remembers_the_former
it "no temporary file is left" no_leftovers
it "an error inside the conf is a warning" bad_conf
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune doctor. What a healthy host gets, and --live, is tested in guests.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

image=/run/image

# A host that lacks nothing but an enabled hierarchy; its only one is ours.
make_image() {
    local folder
    for folder in proc/1 proc/self/ns proc/sys/kernel/usermodehelper sys/kernel/security sys/fs/selinux \
        boot run etc/cgprune usr/lib hierarchy; do mkdir -p "$image/$folder"; done
    ln -s ../.. "$image/proc/1/root"
    mount --bind "$mount" "$image/hierarchy"
    awk -v from="$image/hierarchy" '$5 == from { $5 = "/hierarchy"; print }' /proc/self/mountinfo >"$image/proc/self/mountinfo"
    echo "1:$hierarchy:/" >"$image/proc/self/cgroup"
    cp /proc/uptime "$image/proc/uptime"
    : >"$image/proc/locks"
    echo quiet >"$image/proc/cmdline"
    echo 6.1.0-test >"$image/proc/sys/kernel/osrelease"
    helpers $'4294967295\t511'
    echo 'CONFIG_CGROUPS=y' >"$image/boot/config-6.1.0-test"
    echo lockdown,capability >"$image/sys/kernel/security/lsm"
}
helpers() {
    echo "$1" >"$image/proc/sys/kernel/usermodehelper/bset"
    echo "$1" >"$image/proc/sys/kernel/usermodehelper/inheritable"
}

image_is() { # FUNCTION [WORD...]: on a fresh image, with what the function changes in it
    make_image
    "$@"
    cgprune doctor --root "$image"
    umount "$image/hierarchy"
    rm -rf "$image"
}

has_line() { grep -qxF -- "$1" <<<"$out" || fail "no line: $1"; }
no_line_begins() { if grep -qF -- "$1" <<<"$out"; then fail "a line with: $1"; fi; }

form() {
    cgprune doctor
    local line
    while IFS= read -r line; do
        [[ $line =~ ^(ok:\ .+|(warning|fault):\ .+:\ .+)$ ]] || fail "neither ok, warning nor fault: $line"
    done <<<"$out"
}

json() {
    enable
    cgprune doctor --json
    is_json check health what 'do'
    says '"check":"clock","health":"ok"'
}

changes_nothing() {
    enable
    local before
    before=$(find /run/cgprune "$mount" | sort)
    cgprune doctor
    equal "$(find /run/cgprune "$mount" | sort)" "$before"
    rm -rf /run/cgprune
    cgprune doctor
    gone /run/cgprune
}

only_warnings() {
    image_is true
    exits 3
    has_line 'warning: no v1 hierarchy has our release agent: cgprune enable HIERARCHY'
    has_line "ok: mounted: $hierarchy"
    has_line 'ok: every v1 hierarchy that lives is mounted'
    has_line 'ok: named v1 hierarchies can be mounted'
    has_line 'ok: the kernel leaves the agent the capabilities that it needs (bset 1ffffffffff, inheritable 1ffffffffff)'
    has_line 'ok: the kernel runs the agent itself, not one fixed helper'
    has_line 'ok: security modules: lockdown,capability'
    has_line 'ok: CLOCK_BOOTTIME runs as /proc/uptime does'
    has_line 'ok: conf is fine: 0 rules'
    no_line_begins 'fault: '
}

no_admin() { helpers $'4292870143\t511'; }
capabilities() {
    image_is no_admin
    exits 1
    says "fault: the kernel takes CAP_SYS_ADMIN from the agent: it cannot see root's keep marks"
    no_line_begins CAP_DAC_OVERRIDE
    image_is helpers $'2097154\t0'
    has_line 'warning: the kernel takes CAP_DAC_READ_SEARCH from the agent: it finds cgroups by path and id only, and none that was renamed: give it back in /proc/sys/kernel/usermodehelper/bset, at the next boot (it can only be taken)'
    image_is helpers nonsense
    says 'warning: /proc/sys/kernel/usermodehelper/bset is not understood: nonsense'
}

fixed_helper() { printf '%s\n' 'CONFIG_STATIC_USERMODEHELPER=y' "CONFIG_STATIC_USERMODEHELPER_PATH=\"$1\""; }
static_helper() { fixed_helper "$1" >"$image/boot/config-6.1.0-test"; }
static_helper_packed() { fixed_helper "$1" | gzip >"$image/proc/config.gz"; }
broken_gzip() { fixed_helper /sbin/helper | gzip | head -c 40 >"$image/proc/config.gz"; }
no_config() { rm "$image/boot/config-6.1.0-test"; }
static_helpers() {
    local told='warning: the kernel runs /sbin/helper in place of every agent (CONFIG_STATIC_USERMODEHELPER): '
    image_is static_helper /sbin/helper
    says "$told"
    image_is static_helper_packed /sbin/helper
    says "$told"
    image_is static_helper ''
    exits 1
    says 'fault: the kernel runs no programs at all (CONFIG_STATIC_USERMODEHELPER): '
    image_is broken_gzip
    has_line 'ok: the kernel runs the agent itself, not one fixed helper'
    image_is no_config
    says 'ok: whether the kernel runs one fixed helper is unknown: neither /proc/config.gz nor /boot/config-6.1.0-test can be read: '
}

selinux() {
    echo lockdown,capability,selinux >"$image/sys/kernel/security/lsm"
    echo 1 >"$image/sys/fs/selinux/enforce"
}
apparmor() {
    mkdir "$image/sys/kernel/security/apparmor"
    printf '%s\n' '/usr/bin/man (enforce)' '/usr/libexec/cgprune/release-agent (enforce)' \
        >"$image/sys/kernel/security/apparmor/profiles"
}
security_modules() {
    image_is selinux
    has_line 'ok: SELinux is enforcing: if cgroups stay, look for denials: ausearch -m avc -c release-agent'
    image_is apparmor
    says 'warning: AppArmor confines the agent: /usr/libexec/cgprune/release-agent (enforce): '
}

no_named() {
    echo 'quiet cgroup_no_v1=memory,named ro' >"$image/proc/cmdline"
    printf '%s\n' "$@" >"$image/etc/cgprune/cgprune.conf"
    chmod 644 "$image/etc/cgprune/cgprune.conf"
}
named_hierarchies() {
    image_is no_named ''
    has_line 'ok: named v1 hierarchies are disabled by cgroup_no_v1=memory,named'
    image_is no_named '[rule openrc]' 'hierarchy = name=openrc'
    says 'warning: named v1 hierarchies are disabled by cgroup_no_v1=memory,named, and rule openrc is about one: '
}

another_lives() { echo '7:name=lost:/' >>"$image/proc/self/cgroup"; }
unmounted() {
    image_is another_lives
    says 'warning: hierarchy name=lost lives on and is not mounted: '
    says '(mount -t cgroup -o none,name=lost none DIR)'
}

none_mounted() { : >"$image/proc/self/mountinfo"; }
no_mounts() {
    image_is none_mounted
    exits 1
    says 'fault: no cgroup hierarchy is mounted whole: '
}

later() { echo '99999999.00 1.00' >"$image/proc/uptime"; }
clock() {
    image_is later
    says 'fault: CLOCK_BOOTTIME ('
}

time_namespace() { ln -s 'time:[4026532448]' "$image/proc/self/ns/time"; }
clock_of_another() {
    image_is time_namespace
    says 'warning: this is a time namespace: '
}

container() { ln -s 'pid:[4026532448]' "$image/proc/self/ns/pid"; }
in_a_container() {
    image_is container
    has_line "warning: this is a container: its pid namespace is not the host's: run it on the host, where the kernel runs the agent"
}

agents() {
    echo /nonexistent/agent >"$mount/release_agent"
    cgprune doctor
    has_line "ok: $hierarchy has another's release agent: /nonexistent/agent: it is left alone; cgprune enable $hierarchy --force would replace it"
    enable
    cgprune doctor
    grep -q "^ok: enabled: .*$hierarchy" <<<"$out" || fail "not enabled"
    echo /nonexistent/agent >"$mount/release_agent"
    cgprune doctor
    says "warning: $hierarchy has another's release agent: /nonexistent/agent, and was enabled before: "
    echo >"$mount/release_agent"
    cgprune doctor
    has_line "warning: $hierarchy was enabled, and has no release agent now: cgprune enable $hierarchy"
}

agent_file() {
    enable
    chmod o+w "$bin/release-agent"
    cgprune doctor
    chmod o-w "$bin/release-agent"
    exits 1
    has_line "fault: $bin/release-agent is writable by others than root: take that away (chmod go-w)"
    chmod a-x "$bin/release-agent"
    cgprune doctor
    chmod a+x "$bin/release-agent"
    has_line "fault: $bin/release-agent is not executable: give it mode 0755 (chmod 755)"
}

noexec() {
    mkdir -p /run/noexec
    mount -t tmpfs -o mode=755 noexec /run/noexec
    cp "$bin/release-agent" /run/noexec
    enable --agent /run/noexec/release-agent
    mount -o remount,noexec /run/noexec
    cgprune doctor
    umount /run/noexec
    exits 1
    has_line 'fault: /run/noexec/release-agent is on a file system mounted noexec, so the kernel could not run it: install it elsewhere'
}

missing_agent() {
    cp "$bin/release-agent" /run/agent
    enable --agent /run/agent
    rm /run/agent
    cgprune doctor
    exits 1
    says "fault: open $alias: No such file or directory"
}

aliases() {
    enable
    cgprune doctor
    has_line "ok: the alias of $hierarchy leads to its mount"
    ln -sfn /nonexistent "$alias.mount"
    cgprune doctor
    has_line "warning: the links $alias and .mount do not lead to the agent and to where $hierarchy is mounted: cgprune enable $hierarchy, again"
    echo "$bin/release-agent" >"$mount/release_agent"
    cgprune doctor
    says "warning: $hierarchy has our agent by the path $bin/release-agent, not by its alias: "
}

state_folder() {
    enable
    cgprune doctor
    has_line "ok: /run/cgprune is root's alone"
    chmod 755 /run/cgprune
    cgprune doctor
    has_line 'warning: /run/cgprune has mode 0755: others can look into it: chmod 0700 /run/cgprune'
    chmod 777 /run/cgprune
    cgprune doctor
    exits 1
    has_line 'fault: /run/cgprune is not a folder that only root can write: remove it, or give it owner root and mode 0700'
}

space() {
    mkdir -m 700 /run/cgprune
    mount -t tmpfs -o "mode=700,$1" small /run/cgprune
    cgprune doctor
    umount /run/cgprune
}
spaces() {
    space size=64k,nr_inodes=2000
    says 'warning: there is room for 16 more files in /run/cgprune ('
    rmdir /run/cgprune
    space size=64m,nr_inodes=100
    says ', 99 inodes): free some, or mount /run larger'
    rmdir /run/cgprune
    space size=64k,nr_inodes=1
    exits 1
    says 'fault: there is room for 0 more files in /run/cgprune ('
}

journal() {
    conf '[default]
linger = 1h'
    enable
    flagged a
    release /a
    cgprune doctor
    has_line 'ok: the journal has 1 removal waiting'
    echo broken >"/run/cgprune/journal/$hierarchy/0/99"
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    cgprune doctor
    says 'warning: 1 broken file in the journal: '
    has_line "warning: a sweep is needed in $hierarchy: cgprune sweep"
    there "/run/cgprune/journal/$hierarchy/0/99"
}

future() {
    conf '[default]
linger = 1h'
    enable
    flagged a
    release /a
    sed -i 's/^empty-since=.*/empty-since=999999999999/' /run/cgprune/journal/"$hierarchy"/0/*
    cgprune doctor
    has_line 'warning: 1 journal entry is from the future: see cgprune list; if the clock was set back, cgprune retry --now'
}

conf_errors() {
    conf nonsense
    cgprune doctor
    exits 1
    says 'fault: 1 error in the conf, so nothing is removed; the first: /etc/cgprune/cgprune.conf:3:1: '
    conf ''
    chmod 777 /etc/cgprune
    cgprune doctor
    has_line 'fault: /etc/cgprune is writable by others than root: take that away (chmod go-w)'
}

live_of_nothing() {
    cgprune enable "$hierarchy" --force --dry-run
    make_image
    cgprune doctor --live --root "$image"
    umount "$image/hierarchy"
    rm -rf "$image"
    exits 1
    has_line 'fault: nothing is enabled, so there is nothing to try: cgprune enable HIERARCHY; on cgroup v2 start cgprune watch'
    equal "$(find "$mount" -mindepth 1 -type d)" ''
}

# Nobody runs an agent by this path, so it waits for the cgroup until it is ended.
live_ended() {
    make_image
    mkdir -p "$image${alias%/*}"
    : >"$image$alias"
    echo "$alias" >"$mount/release_agent"
    "$bin/cgprune" doctor --live --root "$image" >/run/out &
    local doctor=$!
    eventually there_is_a_probe
    kill -TERM "$doctor"
    wait "$doctor" && exit=0 || exit=$?
    umount "$image/hierarchy"
    rm -rf "$image"
    exits 143
    equal "$(find "$mount" -mindepth 1 -type d)" ''
}
there_is_a_probe() { compgen -G "$mount/cgprune-doctor-*" >/dev/null; }

it "each line is ok, warning or fault, and what to do" form
it "--json prints one object for each" json
it "it changes nothing" changes_nothing
it "what is as it should be is told, and warnings alone make the exit code 3" only_warnings
it "capabilities that the kernel takes from its helpers are told, and what that breaks" capabilities
it "a fixed usermode helper is found in the kernel's configuration, packed or not" static_helpers
it "security modules are told, and a profile of the agent is a warning" security_modules
it "disabled named hierarchies matter where a rule is about one" named_hierarchies
it "a hierarchy that lives on without a mount is a warning" unmounted
it "without any hierarchy there is a fault" no_mounts
it "a clock that does not fit is a fault" clock
it "in a time namespace it says so" clock_of_another
it "in a container it says so" in_a_container
it "it tells whose agent a hierarchy has, and who was enabled before" agents
it "an agent that others can write or nobody can execute is a fault" agent_file
it "an agent on a noexec mount is a fault" noexec
it "an agent that is not there any more is a fault" missing_agent
it "an alias that leads nowhere is a warning" aliases
it "the state folder is to be root's alone" state_folder
it "little space or few inodes for the state are told" spaces
it "what waits in the journal, is broken, or needs a sweep is told" journal
it "a journal entry from the future is told" future
it "errors in the conf are a fault" conf_errors
it "--live says what to do where nothing is enabled" live_of_nothing
it "--live leaves no cgroup when a signal ends it" live_ended
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune enable, where it must not. Whatever is refused, nothing is changed.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

refused() { # LINE WORDS...
    local line=$1
    shift
    cgprune enable "$@"
    exits 1
    complains "cgprune enable: $line"
    prints ''
    agent_is ''
    gone "$alias"
}

agent_at() { # FOLDER: a copy there
    mkdir -p "$1"
    install -m 755 "$bin/release-agent" "$1/agent"
}

unified() {
    refused 'cgroup v2 (unified) has no release agent; run cgprune watch, or cgprune sweep by a timer' unified
}

unknown_hierarchy() {
    cgprune enable name=no-such-thing
    exits 1
    warns 'cgprune enable: no hierarchy name=no-such-thing is mounted; mounted are: '
    warns "$hierarchy"
}

names_of_our_files() {
    local suffix
    for suffix in .mount .former; do
        cgprune enable "$hierarchy$suffix"
        exits 1
        warns "a hierarchy whose name ends in $suffix cannot have an alias"
    done
}

foreign_agent() {
    echo /nonexistent/agent >"$mount/release_agent"
    cgprune enable "$hierarchy"
    exits 1
    complains "cgprune enable: $hierarchy has another release agent: /nonexistent/agent; --force replaces it (disable gives it back)"
    agent_is /nonexistent/agent
    gone "$alias"
    cgprune enable "$hierarchy" --force
    exits 0
    agent_is "$alias"
}

writable_agent() {
    agent_at /run/loose
    chmod 757 /run/loose/agent
    refused '/run/loose/agent is writable by others than root; take that away (chmod go-w)' "$hierarchy" --agent /run/loose/agent
}

foreign_owner() {
    agent_at /run/foreign
    chown 65534 /run/foreign/agent
    refused '/run/foreign/agent is owned by user 65534; give it to root (chown root)' "$hierarchy" --agent /run/foreign/agent
}

writable_folder() {
    agent_at /run/open/deep
    chmod 777 /run/open
    refused '/run/open is writable by others than root; take that away (chmod go-w)' "$hierarchy" --agent /run/open/deep/agent
}

link_to_a_writable_folder() {
    agent_at /run/open/deep
    chmod 777 /run/open
    ln -sfn /run/open/deep/agent /run/link
    refused '/run/open is writable by others than root; take that away (chmod go-w)' "$hierarchy" --agent /run/link
}

not_executable() {
    agent_at /run/plain
    chmod 644 /run/plain/agent
    refused '/run/plain/agent is not executable; give it mode 0755 (chmod 755)' "$hierarchy" --agent /run/plain/agent
}

not_a_file() {
    refused "$bin is not a regular file; name the release-agent program" "$hierarchy" --agent "$bin"
}

missing_file() {
    refused 'open /run/nowhere: No such file or directory (errno 2)' "$hierarchy" --agent /run/nowhere
}

blank_at_the_end() {
    agent_at /run/blank
    cp /run/blank/agent '/run/blank/agent '
    refused "the agent's path \"/run/blank/agent \" begins or ends with a blank; rename it" "$hierarchy" --agent '/run/blank/agent '
}

noexec_mount() {
    mkdir -p /run/noexec
    mount -t tmpfs -o noexec,mode=755 noexec /run/noexec
    agent_at /run/noexec
    cgprune enable "$hierarchy" --agent /run/noexec/agent
    umount /run/noexec
    exits 1
    complains 'cgprune enable: /run/noexec/agent is on a file system mounted noexec, so the kernel could not run it; install it elsewhere'
    agent_is ''
}

writable_conf() {
    chmod 666 /etc/cgprune/cgprune.conf
    refused '/etc/cgprune/cgprune.conf: writable by others than its owner (mode 0666); expected root alone to be able to write it; mend it first' "$hierarchy"
}

writable_conf_folder() {
    chmod 777 /etc/cgprune
    refused '/etc/cgprune is writable by others than root; take that away (chmod go-w)' "$hierarchy"
}

container() { # TYPE UNSHARE-OPTIONS...
    local type=$1
    shift
    unshare "$@" true 2>/dev/null || skip "no $type namespace can be made here"
    exit=0
    err=$(unshare "$@" "$bin/cgprune" enable "$hierarchy" --force 2>&1) || exit=$?
    exits 1
    complains "cgprune enable: this is a container (its $type namespace is not the host's), and the kernel runs the agent on the host; run this on the host"
    agent_is ''
}

pid_namespace() { container pid --pid --fork --mount-proc; }
user_namespace() { container user --user --map-root-user; }
cgroup_namespace() { container cgroup --cgroup; }

it "cgroup v2 has no agent" unified
it "an unknown hierarchy is refused, with those that are there" unknown_hierarchy
it "names that files of ours would clash with are refused" names_of_our_files
it "another's agent is only replaced by force" foreign_agent
it "an agent that others can write is refused" writable_agent
it "an agent of another owner is refused" foreign_owner
it "an agent in a folder that others can write is refused" writable_folder
it "so it is through a link" link_to_a_writable_folder
it "an agent without the execute bit is refused" not_executable
it "a folder is no agent" not_a_file
it "an agent that is not there is refused" missing_file
it "a path that ends with a blank is refused" blank_at_the_end
it "an agent on a noexec mount is refused" noexec_mount
it "a conf that others can write is refused" writable_conf
it "a conf folder that others can write is refused" writable_conf_folder
it "a pid namespace is a container" pid_namespace
it "a user namespace is a container" user_namespace
it "a cgroup namespace is a container" cgroup_namespace
finish

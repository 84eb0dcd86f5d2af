# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by lib.sh: what a scenario does. A CG is a cgroup's folder, an absolute path; HIERARCHY is a name as in
# /proc/self/cgroup. Whatever cannot be done fails the scenario.

# mount_of HIERARCHY
mount_of() {
    local folder
    case ${layout:?}:${1:-} in
    *:) misuse "mount_of HIERARCHY" ;;
    v2:unified) folder=/sys/fs/cgroup ;;
    *) folder=/sys/fs/cgroup/${1#name=} ;;
    esac
    [ -e "$folder/cgroup.procs" ] || fail "no hierarchy $1 here"
    echo "$folder"
}

# has_hierarchy NAME: for skip_scenario; kernels differ.
has_hierarchy() { [ -e "/sys/fs/cgroup/${1#name=}/cgroup.procs" ]; }

# mkcg CG...: with its parents.
mkcg() {
    [ "$#" -gt 0 ] || misuse "mkcg CG..."
    absolute "$@"
    mkdir -p -- "$@" || fail "cannot make $*"
}

# flag CG 0|1
flag() {
    case $#:${2:-} in 2:0 | 2:1) ;; *) misuse "flag CG 0|1" ;; esac
    absolute "$1"
    echo "$2" >"$1/notify_on_release" || fail "cannot set the flag of $1"
}

# mkflagged CG...: made, with the flag on, before anything can be in it.
mkflagged() {
    local cg
    mkcg "$@"
    for cg; do flag "$cg" 1; done
}

# run_in CG [COMMAND...]: start a task in it, one that sleeps if no command is given; its pid is then in $task.
# It is in the cgroup when this returns. What it prints goes to the scenario's stderr.
run_in() {
    absolute "${1:-}"
    task=$(guest-tool run-in "$@") || fail "cannot start a task in $1"
}

# end_task PID...: kill it, and wait until it is reaped.
end_task() {
    [ "$#" -gt 0 ] || misuse "end_task PID..."
    kill -KILL "$@" || fail "no such task: $*"
    local pid
    for pid; do eventually 60 gone "/proc/$pid"; done
}

# empty_once CG: put a task in and end it, so that the kernel calls the agent if the flag is on.
empty_once() {
    run_in "$1"
    end_task "$task"
}

# move_to CG PID
move_to() {
    absolute "$1"
    echo "$2" >"$1/cgroup.procs" || fail "cannot move $2 to $1"
}

# hold_lock CG sh|ex SECONDS: someone holds its flock; the holder's pid is then in $task.
hold_lock() { task=$(guest-tool hold-lock "$@") || fail "cannot lock $1"; }

# as_user UID COMMAND...
as_user() { guest-tool as "$@"; }

# agent_for HIERARCHY FILE: what the kernel shall run; '' for nothing.
agent_for() {
    [ "$#" -eq 2 ] || misuse "agent_for HIERARCHY FILE"
    local root
    root=$(mount_of "$1") || exit
    [ -z "$2" ] || [ -x "$2" ] || misuse "the kernel could not run '$2'"
    printf '%s\n' "$2" >"$root/release_agent" || fail "cannot set the agent of $1"
}

# baseline_agent HIERARCHY c|sh: an agent that only calls rmdir, as a program or as a shell script.
baseline_agent() {
    local root program
    case ${2:-} in
    c) program=/usr/lib/guest/rmdir-agent ;;
    sh) program=/usr/lib/guest/rmdir-agent.sh ;;
    *) misuse "baseline_agent HIERARCHY c|sh" ;;
    esac
    root=$(mount_of "$1") || exit
    mkdir -p "/run/baseline/$2"
    ln -sfn "$program" "/run/baseline/$2/${root##*/}"
    agent_for "$1" "/run/baseline/$2/${root##*/}"
}

# conf <<END: the configuration, put in place whole.
conf() {
    mkdir -p /etc/cgprune
    cat >/etc/cgprune/cgprune.conf.new
    chown 0:0 /etc/cgprune/cgprune.conf.new
    chmod 644 /etc/cgprune/cgprune.conf.new
    mv /etc/cgprune/cgprune.conf.new /etc/cgprune/cgprune.conf
}

# shipped_conf: the one that the product ships.
shipped_conf() { conf </usr/share/cgprune/cgprune.conf; }

# container UID [CGROUP]: start a process tree in new namespaces, whose root is UID outside; its first process, which
# is in CGROUP, is then in $init, another one in $member, by their numbers outside.
container() {
    local pids
    pids=$(guest-tool container "$@") || fail "cannot start a container"
    init=${pids% *} member=${pids#* }
    expect there "/proc/$init/ns"
    expect there "/proc/$member/ns"
}

# inside PID COMMAND...: in the namespaces of PID, as root there.
inside() { guest-tool inside "$@"; }

# owned OWNER FILE...
owned() {
    local owner file
    owner=$1
    shift
    for file; do equal "$(stat -c %u:%g "$file")" "$owner" "owner of $file"; done
}

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v2
# kernels: 6.1 6.12
# As install.sh, where the kernel calls no agent: from the packages to a cgroup that cgprune watch removes, also after a
# reboot; then removed, with what is left said, and purged.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/packages.sh
. /usr/lib/guest/packages.sh

jobs=/sys/fs/cgroup/jobs

# Of systemctl 3 and 4 are answers as well.
systemctl() { command systemctl "$@" || return 1; }

emptied() {
    mkdir -p "$jobs/$1"
    pass_through "$jobs/$1"
}

enables_nothing_by_itself() {
    install_packages "${packages:?}"
    no_unit_is_enabled
    refuse systemctl -q is-active cgprune-watch
    purge_packages
}
is_installed_and_removes_a_cgroup() {
    cd "${packages:?}"
    as_typed apt-get install -y ./libprune0_*.deb ./cgprune_*.deb
    as_typed sh -c 'printf "[rule jobs]\nhierarchy = unified\npath = /jobs/**\n" >/etc/cgprune/cgprune.conf.d/jobs.conf'
    as_typed systemctl enable --now cgprune-watch
    as_typed mkdir -p "$jobs/one"
    as_typed sh -c "echo 0 > $jobs/one/cgroup.procs"
    eventually 120 gone "$jobs/one"
    answer_lines=20 as_typed cgprune status
}

removes_after_a_reboot() {
    eventually 120 systemctl -q is-active cgprune-watch
    emptied after
    eventually 120 gone "$jobs/after"
}

touches_nothing_else() {
    mkdir -p /sys/fs/cgroup/others/one
    pass_through /sys/fs/cgroup/others/one
    stays /sys/fs/cgroup/others/one 10
    rmdir /sys/fs/cgroup/others/one /sys/fs/cgroup/others
}

tells_what_it_leaves() {
    printf '[rule jobs]\nhierarchy = unified\npath = /jobs/**\nlinger = 1h\n' >/etc/cgprune/cgprune.conf.d/jobs.conf
    systemctl reload cgprune-watch
    emptied waits
    eventually 120 is_deferred /jobs/waits
    remove_packages
    grep -e cgprune: -e ' /jobs' /tmp/removed | while read -r line; do note "said: $line"; done
    expect removal_says 'cgprune: cgprune watch has ended'
    expect removal_says 'were to be looked at again, and are left as they are:'
    expect removal_says ' /jobs/waits'
    expect there "$jobs/waits"
    refuse systemctl -q is-active cgprune-watch
    rmdir "$jobs/waits"
}
is_deferred() { cgprune list | grep -qF " $1"; }

leaves_nothing_when_purged() {
    purge_packages
    nothing_is_left
}

if [ "${boot:?}" -eq 1 ]; then
    scenario "the packages enable nothing by themselves" enables_nothing_by_itself
    scenario "five commands lead from the packages to a cgroup removed by watch" is_installed_and_removes_a_cgroup
    boot_again
fi
scenario "an emptied cgroup is removed after a reboot" removes_after_a_reboot
scenario "what no rule names stays" touches_nothing_else
scenario "the package's removal tells that watch has ended, and what was put off" tells_what_it_leaves
scenario "nothing is left of the packages when they are purged" leaves_nothing_when_purged

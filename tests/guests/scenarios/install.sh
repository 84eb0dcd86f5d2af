#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid
# kernels: 6.1 6.12
# From the packages on a clean Debian to a cgroup removed by the kernel's call, still so after a reboot; then removed
# and purged, with everything given back. Cgroup v2: install_v2.sh.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/packages.sh
. /usr/lib/guest/packages.sh

hierarchy=freezer

folder() { hierarchy_folder "$hierarchy"; }

emptied() {
    mkdir "$(folder)/$1"
    echo 1 >"$(folder)/$1/notify_on_release"
    pass_through "$(folder)/$1"
}

is_installed_and_removes_a_cgroup() {
    cd "${packages:?}"
    as_typed apt-get install -y ./libprune0_*.deb ./cgprune_*.deb
    as_typed systemctl enable --now "cgprune-enable@$hierarchy"
    as_typed mkdir "$(folder)/job"
    as_typed sh -c "echo 1 > $(folder)/job/notify_on_release"
    as_typed sh -c "echo 0 > $(folder)/job/cgroup.procs"
    eventually 120 gone "$(folder)/job"
    answer_lines=20 as_typed cgprune status
}

enables_nothing_by_itself() {
    install_packages "${packages:?}"
    equal "$(cat "$(folder)/release_agent")" ""
    no_unit_is_enabled
    purge_packages
}

is_enabled_after_a_reboot() {
    eventually 120 systemctl is-active "cgprune-enable@$hierarchy"
    expect grep -q cgprune "$(folder)/release_agent"
}

removes_after_a_reboot() {
    emptied after
    eventually 120 gone "$(folder)/after"
}

# One is put off, one in use: nobody would look at either when its time has come.
tells_what_it_leaves() {
    printf '[default]\nlinger = 1h\n' >/etc/cgprune/cgprune.conf.d/site.conf
    emptied waits
    eventually 120 is_deferred /waits
    mkdir "$(folder)/used"
    echo 1 >"$(folder)/used/notify_on_release"
    run_in "$(folder)/used"
    remove_packages
    grep -e cgprune: -e notify_on_release -e '^  /' /tmp/removed | while read -r line; do note "said: $line"; done
    expect removal_says 'notify_on_release is still set in 2 cgroups'
    expect removal_says '  /waits'
    expect removal_says '  /used'
    expect there "$(folder)/waits"
    end_task "$task"
    rmdir "$(folder)/waits" "$(folder)/used"
}
is_deferred() { cgprune list | grep -qF " $1"; }

gives_back_the_hierarchy_when_removed() {
    equal "$(cat "$(folder)/release_agent")" ""
    equal "$(cat "$(folder)/notify_on_release")" 0
    expect drainers_are 0
    expect test -e /etc/cgprune/cgprune.conf
    expect test -e /etc/cgprune/cgprune.conf.d/site.conf
}

leaves_nothing_when_purged() {
    purge_packages
    nothing_is_left
}

if [ "${boot:?}" -eq 1 ]; then
    scenario "the packages enable nothing by themselves" enables_nothing_by_itself
    scenario "five commands lead from the packages to a cgroup removed by the kernel's call" is_installed_and_removes_a_cgroup
    boot_again
fi
scenario "the hierarchy is enabled after a reboot" is_enabled_after_a_reboot
scenario "an emptied cgroup is removed after a reboot" removes_after_a_reboot
scenario "the package's removal tells what is left with no agent, put off or in use" tells_what_it_leaves
scenario "it has given back the hierarchy, ended the drainer, and kept the conf" gives_back_the_hierarchy_when_removed
scenario "nothing is left of the packages when they are purged" leaves_nothing_when_purged

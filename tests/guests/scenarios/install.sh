#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1 hybrid
# kernels: 6.1 6.12
# From the packages on a clean Debian to a cgroup removed by the kernel's call, still so after a reboot; then removed
# and purged, with everything given back.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh

hierarchy=freezer

folder() { hierarchy_folder "$hierarchy"; }

emptied() {
    mkdir "$(folder)/$1"
    echo 1 >"$(folder)/$1/notify_on_release"
    pass_through "$(folder)/$1"
}

is_installed_and_removes_a_cgroup() {
    cd "$packages"
    as_typed apt-get install -y ./libprune0_*.deb ./cgprune_*.deb
    as_typed systemctl enable --now "cgprune-enable@$hierarchy"
    as_typed mkdir "$(folder)/job"
    as_typed sh -c "echo 1 > $(folder)/job/notify_on_release"
    as_typed sh -c "echo 0 > $(folder)/job/cgroup.procs"
    eventually 120 gone "$(folder)/job"
    answer_lines=20 as_typed cgprune status
}

enables_nothing_by_itself() {
    cd "$packages"
    DEBIAN_FRONTEND=noninteractive apt-get install -y ./libprune0_*.deb ./cgprune_*.deb
    equal "$(cat "$(folder)/release_agent")" ""
    systemctl is-enabled cgprune-watch cgprune-retry.timer cgprune-sweep.timer >/tmp/enabled || :
    refuse grep -qx enabled /tmp/enabled
    DEBIAN_FRONTEND=noninteractive apt-get purge -y cgprune libprune0
}

is_enabled_after_a_reboot() {
    eventually 120 systemctl is-active "cgprune-enable@$hierarchy"
    expect grep -q cgprune "$(folder)/release_agent"
}

removes_after_a_reboot() {
    emptied after
    eventually 120 gone "$(folder)/after"
}

gives_back_the_hierarchy_when_removed() {
    DEBIAN_FRONTEND=noninteractive apt-get remove -y cgprune
    equal "$(cat "$(folder)/release_agent")" ""
    expect test -e /etc/cgprune/cgprune.conf
}

leaves_nothing_when_purged() {
    DEBIAN_FRONTEND=noninteractive apt-get purge -y cgprune libprune0
    equal "$(find / -xdev \( -path /opt -o -path /usr/lib/guest -o -path /tmp -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune \
        -o \( -name '*cgprune*' -o -name '*libprune*' \) -print)" ""
    refuse test -e /run/cgprune
}

if [ "$boot" -eq 1 ]; then
    scenario "the packages enable nothing by themselves" enables_nothing_by_itself
    scenario "five commands lead from the packages to a cgroup removed by the kernel's call" is_installed_and_removes_a_cgroup
    boot_again
fi
scenario "the hierarchy is enabled after a reboot" is_enabled_after_a_reboot
scenario "an emptied cgroup is removed after a reboot" removes_after_a_reboot
scenario "the package's removal gives back the hierarchy" gives_back_the_hierarchy_when_removed
scenario "nothing is left of the packages when they are purged" leaves_nothing_when_purged

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# kernels: 6.1 6.12
# An upgrade over an older build while 600 cgroups are put off and agents are at work: nothing is lost. The older build is
# this one with a lower version and other bytes. 500 cgroups linger, 100 wait for a creator that lives, and others become
# empty all the time.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/packages.sh
. /usr/lib/guest/packages.sh

lingering=500
waiting=100
older=/tmp/older # packages
agent=/usr/libexec/cgprune/release-agent
conf=/etc/cgprune/cgprune.conf

freezer=$(hierarchy_folder freezer)
creator() { cat /tmp/creator; }
listed() { cgprune list | grep -cF " /$1/" || :; }
listed_are() { [ "$(listed "$1")" = "$2" ]; }
left_are() { [ "$(cgroups_below "$freezer/$1")" = "$2" ]; }

# Bytes behind the end of a program change nothing that it does.
make_older_packages() {
    mkdir -p "$older"
    for package in libprune0 cgprune; do
        dpkg-deb --raw-extract "$packages/$package"_*.deb "/tmp/$package"
        sed -i 's/^Version: .*/Version: 0.0.1-1/' "/tmp/$package/DEBIAN/control"
    done
    for program in "$agent" /usr/sbin/cgprune; do echo older >>"/tmp/cgprune$program"; done
    for package in libprune0 cgprune; do
        dpkg-deb --root-owner-group -Znone --build "/tmp/$package" "$older/${package}_0.0.1-1.deb"
    done
}

# Cgroups FOLDER/1 to FOLDER/COUNT, with their flag.
make_cgroups() { # FOLDER COUNT
    seq -f "$freezer/$1/%.0f" "$2" | xargs mkdir -p
    for i in $(seq "$2"); do echo 1 >"$freezer/$1/$i/notify_on_release"; done
}

# One task goes through all of them, and leaves them empty.
empty_them() { # FOLDER COUNT
    (for i in $(seq "$2"); do echo 0 >"$freezer/$1/$i/cgroup.procs"; done)
}

installs_the_older() {
    make_older_packages
    install_packages "$older"
    expect installed 0.0.1-1
    echo 'linger = 1h' >>"$conf" # of [default], which is the last section
    printf '[rule at-once]\npath = /at-once/**\nlinger = 0\n' >/etc/cgprune/cgprune.conf.d/site.conf
    cgprune check
    systemctl enable --now cgprune-enable@freezer
}
installed() { [ "$(dpkg-query --show --showformat '${Version}' cgprune)" = "$1" ]; }

puts_off() {
    sleep 1d &
    echo "$!" >/tmp/creator
    make_cgroups lingers "$lingering"
    make_cgroups asked "$waiting"
    for i in $(seq "$waiting"); do cgprune register "$freezer/asked/$i" --creator "$(creator)"; done
    empty_them lingers "$lingering"
    empty_them asked "$waiting"
    eventually 300 listed_are lingers "$lingering"
    eventually 300 listed_are asked "$waiting"
    eventually 120 one_drainer_runs_the_installed /tmp/drainer
}
# At an instant when it sleeps, as it does between two looks.
one_drainer_runs_the_installed() { # FILE, for its pid
    drainer_pids >"$1"
    [ "$(grep -c . "$1")" = 1 ] && cmp -s "/proc/$(cat "$1")/exe" "$agent"
}

empties_until_told() {
    local made=0
    mkdir "$freezer/at-once"
    while [ ! -e /tmp/enough ]; do
        made=$((made + 1))
        mkdir "$freezer/at-once/$made"
        echo 1 >"$freezer/at-once/$made/notify_on_release"
        (echo 0 >"$freezer/at-once/$made/cgroup.procs")
        echo "$made" >/tmp/emptied
        usleep 50000
    done
}

upgrades() {
    empties_until_told &
    local at_work=$!
    eventually 60 test -s /tmp/emptied
    install_packages "${packages:?}"
    touch /tmp/enough
    wait "$at_work"
    note "$(cat /tmp/emptied) more became empty meanwhile"
    expect installed "$(dpkg-deb --field "$packages"/cgprune_*.deb Version)"
    refuse cmp -s "/tmp/cgprune$agent" "$agent"
    expect [ "$(cat /tmp/emptied)" -gt 1 ] # the first was before
}

none_is_lost() {
    eventually 300 left_are at-once 0
    equal "$(cgroups_below "$freezer/lingers") $(listed lingers)" "$lingering $lingering"
    equal "$(cgroups_below "$freezer/asked") $(listed asked)" "$waiting $waiting"
}

goes_on() {
    expect grep -q cgprune "$freezer/release_agent"
    expect systemctl -q is-active cgprune-enable@freezer
    cgprune status >/tmp/status
    expect grep -qE '^freezer +ours' /tmp/status
    equal "$(tail -n 1 "$conf")" 'linger = 1h'
    expect test -s /etc/cgprune/cgprune.conf.d/site.conf
    equal "$(dpkg --verify libprune0)" ''
    equal "$(dpkg --verify cgprune)" "??5?????? c $conf"
}

# The process stays, and so does the lock by which it is the only one.
drainer_is_the_newer() {
    eventually 300 one_drainer_runs_the_installed /tmp/drainer.newer
    equal "$(cat /tmp/drainer.newer)" "$(cat /tmp/drainer)"
}

go_with_their_creator() {
    kill "$(creator)"
    eventually 300 left_are asked 0
    equal "$(find /run/cgprune/registry -name '*.creator')" ''
    equal "$(cgroups_below "$freezer/lingers")" "$lingering"
}

go_when_due() {
    sed -i 's/^linger = 1h$/linger = 1s/' "$conf"
    cgprune retry --now | tail -n 1 | while read -r line; do note "$line"; done
    eventually 300 left_are lingers 0
    equal "$(cgprune list)" 'nothing is deferred'
    eventually 120 drainers_are 0
}

watch_is_started_anew() {
    expect [ "$(systemctl is-active cgprune-watch)" = inactive ]
    systemctl start cgprune-watch
    systemctl show -P MainPID cgprune-watch >/tmp/watch
    DEBIAN_FRONTEND=noninteractive apt-get install -y --reinstall "$packages"/cgprune_*.deb
    expect systemctl -q is-active cgprune-watch
    refuse [ "$(systemctl show -P MainPID cgprune-watch)" = "$(cat /tmp/watch)" ]
}

scenario "an older build is installed, and its conf edited" installs_the_older
scenario "600 cgroups are put off, and one drainer of that build waits for them" puts_off
scenario "apt-get installs the newer build while others become empty" upgrades
scenario "no cgroup is lost: those that became empty have gone, and those put off are there and listed" none_is_lost
scenario "the hierarchy stays enabled, and the conf is as edited" goes_on
scenario "the drainer becomes the newer build, and stays one process" drainer_is_the_newer
scenario "what waited for its creator goes when that has ended" go_with_their_creator
scenario "what lingered goes when it is due, and the drainer ends" go_when_due
scenario "watch, which nobody had started, was not; one that runs is started anew" watch_is_started_anew

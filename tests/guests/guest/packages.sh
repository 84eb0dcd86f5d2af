# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced after debian.sh by scenarios about the packages themselves.

install_packages() { # FOLDER
    DEBIAN_FRONTEND=noninteractive apt-get install -y "$1"/libprune0_*.deb "$1"/cgprune_*.deb
}

remove_packages() { DEBIAN_FRONTEND=noninteractive apt-get remove -y cgprune >/tmp/removed 2>&1; }
# What the removal said.
removal_says() { grep -qF -- "$1" /tmp/removed; }

purge_packages() { DEBIAN_FRONTEND=noninteractive apt-get purge -y cgprune libprune0; }

no_unit_is_enabled() {
    systemctl is-enabled cgprune-watch cgprune-retry.timer cgprune-sweep.timer >/tmp/enabled || :
    equal "$(grep -c . /tmp/enabled)" 3
    refuse grep -qx enabled /tmp/enabled
    equal "$(find /etc/systemd -name '*cgprune*')" ''
}

nothing_is_left() {
    equal "$(find / -xdev \( -path /opt -o -path /usr/lib/guest -o -path /tmp -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune \
        -o \( -name '*cgprune*' -o -name '*libprune*' \) -print)" ''
    refuse test -e /run/cgprune
}

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# debian_install.sh BUILD: the .deb of cgprune installed by dpkg, upgraded, removed and purged, each after the other.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
# shellcheck source=support/root.sh
. "$(dirname "$0")/support/root.sh"
needs dpkg dpkg-deb

by_dpkg() { dpkg --root="$root" --force-depends --force-unsafe-io --force-confold --no-triggers --log=/dev/null "$@"; }
state() { dpkg-query --admindir="$root/var/lib/dpkg" --show --showformat='${db:Status-Abbrev}' cgprune | xargs; }
new_version() {
    dpkg-deb --raw-extract "$(deb cgprune)" "$work/newer"
    sed -i "s/^Version: .*/Version: $version-2/" "$work/newer/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$work/newer" "$work/newer.deb" >/dev/null
}

enables_nothing() {
    by_dpkg --install "$(deb cgprune)"
    equal "$(state)" ii
    equal "$(cat "$asked")" 'systemctl --system daemon-reload'
    equal "$(find "$root/etc" -newer "$work/before" -type l)" ''
    gone "$root/run/cgprune"
    equal "$(cat "$mount/release_agent")" ''
    inside cgprune check
}

upgrades() {
    echo '# mine' >>"$root/etc/cgprune/cgprune.conf"
    enable_and_defer
    drainer=$(drainers)
    : >"$asked"
    by_dpkg --install "$work/newer.deb"
    equal "$(state)" ii
    equal "$(cat "$mount/release_agent")" "$alias"
    inside sh -c "[ -x $alias ]"
    deferred
    equal "$(drainers)" "$drainer"
    same_lines "$(cat "$asked")" 'systemctl --system daemon-reload
deb-systemd-invoke try-restart cgprune-watch.service'
    equal "$(tail -n 1 "$root/etc/cgprune/cgprune.conf")" '# mine'
    there "$root/etc/cgprune/cgprune.conf.d/site.conf"
}

# The hierarchy cannot be written: nothing is removed until that is mended.
removal_fails() {
    mount -o remount,bind,ro "$mount"
    if by_dpkg --remove cgprune; then fail "it should have failed"; fi
    mount -o remount,bind,rw "$mount"
    inside cgprune --version
    equal "$(cat "$mount/release_agent")" "$alias"
}

removes() {
    : >"$asked"
    by_dpkg --remove cgprune
    equal "$(state)" rc
    equal "$(cat "$mount/release_agent")" /nonexistent/former
    there "$mount/a"
    equal "$(drainers)" ''
    gone "$root/usr/sbin/cgprune"
    gone "$root/usr/libexec/cgprune"
    equal "$(tail -n 1 "$root/etc/cgprune/cgprune.conf")" '# mine'
    there "$root/etc/cgprune/cgprune.conf.d/site.conf"
    if grep -E 'enable |disable |start|--now' "$asked"; then fail "systemd was asked for more than to stop"; fi
    grep -F "stop cgprune-enable@*.service" "$asked"
    equal "$(tail -n 1 "$asked")" 'systemctl --system daemon-reload'
}

purges() {
    mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
    for unit in cgprune-enable@freezer.service cgprune-sweep.timer; do
        ln -s "/usr/lib/systemd/system/$unit" "$root/etc/systemd/system/multi-user.target.wants/$unit"
    done
    by_dpkg --purge cgprune
    gone "$root/etc/cgprune"
    gone "$root/run/cgprune"
    equal "$(ls "$root/etc/systemd/system/multi-user.target.wants")" ''
    rm -rf "$root/etc/systemd"
    same_lines "$(find_files)" "$(cat "$work/before")"
}

make_root
new_version
it "installed, nothing is enabled, started or made in /run" enables_nothing
it "upgraded, what was enabled, put off and written into the conf stays, and the drainer goes on" upgrades
it "what cannot be given back stops the removal" removal_fails
it "removed, agents are given back, the drainer has ended, and the conf stays" removes
it "purged, nothing is left" purges
finish

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# rpm_install.sh BUILD: the .rpm of cgprune installed by rpm, upgraded and erased, each after the other.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
# shellcheck source=support/root.sh
. "$(dirname "$0")/support/root.sh"
needs rpm rpmbuild

by_rpm() { rpm --root "$root" --dbpath /var/lib/rpm "$@"; }
new_version() {
    (cd "$build" && SOURCE_DATE_EPOCH=0 cpack --config CPackConfig.cmake -G RPM -B "$work/newer" \
        -D CPACK_RPM_PACKAGE_RELEASE=2 -D CPACK_COMPONENTS_ALL='agent;conf;doc') >"$work/cpack.log" 2>&1 ||
        { cat "$work/cpack.log" && exit 1; }
}

enables_nothing() {
    by_rpm --install --nodeps "$(rpm_file cgprune)"
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
    by_rpm --upgrade --nodeps "$work/newer/cgprune-$version-2.$(uname -m).rpm"
    equal "$(by_rpm --query cgprune)" "cgprune-$version-2.$(uname -m)"
    equal "$(cat "$mount/release_agent")" "$alias"
    inside sh -c "[ -x $alias ]"
    deferred
    equal "$(drainers)" "$drainer"
    same_lines "$(sort -u "$asked")" 'systemctl --system daemon-reload
systemctl try-restart cgprune-watch.service'
    equal "$(tail -n 1 "$root/etc/cgprune/cgprune.conf")" '# mine'
}

erasure_fails() {
    mount -o remount,bind,ro "$mount"
    by_rpm --erase cgprune || true
    mount -o remount,bind,rw "$mount"
    inside cgprune --version
    equal "$(cat "$mount/release_agent")" "$alias"
}

erases() {
    : >"$asked"
    mkdir -p "$root/etc/systemd/system/timers.target.wants"
    ln -s /usr/lib/systemd/system/cgprune-sweep.timer "$root/etc/systemd/system/timers.target.wants"
    by_rpm --erase cgprune
    equal "$(cat "$mount/release_agent")" /nonexistent/former
    there "$mount/a"
    equal "$(drainers)" ''
    gone "$root/run/cgprune"
    equal "$(ls "$root/etc/systemd/system/timers.target.wants")" ''
    if grep -E 'enable |disable |start|--now' "$asked"; then fail "systemd was asked for more than to stop"; fi
    grep -F "stop cgprune-enable@*.service" "$asked"
}

# RPM keeps a conf that was changed. Folders such as /usr/share/man are those of others, whom there is none of here.
leaves_only_the_conf() {
    rm -r "$root/etc/systemd" "$root/etc/cgprune/cgprune.conf.d"
    same_lines "$(find_files | only_files)" \
        "$({ only_files <"$work/before" && echo "$root/etc/cgprune/cgprune.conf.rpmsave"; } | sort)"
    equal "$(find "$root" -xdev -type d -name '*prune*')" "$root/etc/cgprune"
}
only_files() { while read -r file; do if [[ ! -d $file ]]; then echo "$file"; fi; done; }

make_root
it "a newer one can be made" new_version
it "installed, nothing is enabled, started or made in /run" enables_nothing
it "upgraded, what was enabled, put off and written into the conf stays, and the drainer goes on" upgrades
it "what cannot be given back stops the removal" erasure_fails
it "erased, agents are given back, the drainer has ended, and the state has gone" erases
it "nothing is left but a conf that was changed" leaves_only_the_conf
finish

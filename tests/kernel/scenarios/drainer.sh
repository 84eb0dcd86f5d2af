#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# What was deferred: removed by the drainer, by retry, by a timer.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
agent=/usr/libexec/cgprune/release-agent

no_entries() { [ -z "$(find /run/cgprune/journal -type f 2>/dev/null)" ]; }
entry_count() { find /run/cgprune/journal -type f 2>/dev/null | grep -c '' || :; }
entries_are() { [ "$(entry_count)" -eq "$1" ]; }

only_the_path_echoed() {
    echo "$agent" >"$freezer/release_agent"
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 entries_are 1
    expect there "$freezer/a"
    eventually 60 gone "$freezer/a"
    eventually 60 no_entries
    eventually 60 drainers_are 0
}

one_after_a_burst() {
    echo "$agent" >"$freezer/release_agent"
    conf <<END
[default]
linger = 15s
END
    mkcg "$freezer/many"
    guest-tool burst "$freezer/many" 200
    eventually 120 entries_are 200
    eventually 60 drainers_are 1
    holds 2 drainers_are 1
    conf <<END
[default]
linger = 1s
END
    eventually 120 no_entries
    eventually 60 drainers_are 0
    equal "$(find "$freezer/many" -mindepth 1 -type d | grep -c '' || :)" 0 "cgroups left"
}

# The next one is written just as the drainer of the last one ends.
written_while_it_ends() {
    echo "$agent" >"$freezer/release_agent"
    conf <<END
[default]
linger = 100ms
END
    i=0
    while [ "$i" -lt 15 ]; do
        i=$((i + 1))
        mkflagged "$freezer/x$i"
        empty_once "$freezer/x$i"
        usleep "$((i * 20000))"
    done
    eventually 120 no_entries
    eventually 60 drainers_are 0
    equal "$(find "$freezer" -mindepth 1 -type d -name 'x*' | grep -c '' || :)" 0 "cgroups left"
}

umount_works_while_it_sleeps() {
    mkdir -p /tmp/private
    mount -t cgroup -o none,name=private private /tmp/private
    conf <<END
[default]
linger = 1h
END
    cgprune enable name=private
    mkflagged /tmp/private/a
    empty_once /tmp/private/a
    eventually 60 entries_are 1
    eventually 60 drainers_are 1
    rmdir /tmp/private/a
    expect umount /tmp/private
    expect drainers_are 1
}

nothing_after_disable() {
    conf <<END
[default]
linger = 3s
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 entries_are 1
    exits 3 cgprune disable freezer
    expect no_entries
    equal "$(cat "$freezer/release_agent")" "" "agent after disable"
    stays "$freezer/a" 6
    eventually 60 drainers_are 0
}

disable_gives_the_former_agent_back() {
    agent_for freezer /usr/lib/guest/rmdir-agent.sh
    exits 1 cgprune enable freezer
    expect cgprune enable freezer --force
    equal "$(cat "$freezer/release_agent")" /run/cgprune/agents/freezer "agent after enable"
    expect cgprune disable freezer
    equal "$(cat "$freezer/release_agent")" /usr/lib/guest/rmdir-agent.sh "agent after disable"
}

by_retry_without_drainer() {
    conf <<END
[agent]
drainer = no
[default]
linger = 1s
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 entries_are 1
    stays "$freezer/a" 3
    equal "$(drainers)" 0 "drainers"
    exits 0 cgprune retry
    expect gone "$freezer/a"
}

by_a_timer_without_drainer() {
    conf <<END
[agent]
drainer = no
[default]
linger = 1s
END
    cgprune enable freezer
    (while usleep 500000; do cgprune retry || :; done) >/dev/null 2>&1 &
    timer=$!
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    kill "$timer"
}

other_agents_do_a_little_without_drainer() {
    conf <<END
[agent]
drainer = no
[default]
linger = 1s
END
    cgprune enable freezer
    mkflagged "$freezer/a" "$freezer/b"
    empty_once "$freezer/a"
    eventually 60 entries_are 1
    usleep 2000000
    empty_once "$freezer/b"
    eventually 60 gone "$freezer/a"
}

killed_drainer_is_followed_by_the_next() {
    conf <<END
[default]
linger = 2s
END
    cgprune enable freezer
    mkflagged "$freezer/a" "$freezer/b"
    empty_once "$freezer/a"
    kill -KILL "$(the_drainer)"
    eventually 60 drainers_are 0
    empty_once "$freezer/b"
    eventually 60 gone "$freezer/a"
    eventually 60 gone "$freezer/b"
}

newer_binary_takes_over() {
    conf <<END
[default]
linger = 6s
END
    cgprune enable freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    old=$(the_drainer)
    cp "$agent" "$agent.new"
    mv "$agent.new" "$agent"
    echo >>/etc/cgprune/cgprune.conf # wakes it
    eventually 60 runs_new_binary "$old"
    eventually 60 gone "$freezer/a"
}
runs_new_binary() { [ "$(readlink "/proc/$1/exe")" = "$agent" ] && [ "$(stat -Lc %i "/proc/$1/exe")" = "$(stat -c %i "$agent")" ]; }

scenario "with nothing set up but the echoed path: deferred, and removed by the drainer, which ends" only_the_path_echoed
scenario "after a burst there is one drainer, and it ends when the journal is empty" one_after_a_burst
scenario "an entry written while the drainer ends is not forgotten" written_while_it_ends
scenario "umount works while the drainer sleeps" umount_works_while_it_sleeps
scenario "after disable nothing more is removed" nothing_after_disable
scenario "enable asks before it replaces another agent, and disable gives it back" disable_gives_the_former_agent_back
scenario "with drainer = no: removed by retry" by_retry_without_drainer
scenario "with drainer = no: removed by a timer" by_a_timer_without_drainer
scenario "with drainer = no: other agents do a little of what is due" other_agents_do_a_little_without_drainer
scenario "after a killed drainer the next agent starts another, and nothing is lost" killed_drainer_is_followed_by_the_next
scenario "a newer binary takes over from a running drainer" newer_binary_takes_over

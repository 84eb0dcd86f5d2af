#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# shellcheck disable=SC2016 # what is in single quotes is a name
# Names that a user chose to be taken for something else: log lines, options, files of the state, terminals' commands.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

own=$freezer/anna

# As printf's %b takes them, one a line.
names() {
    cat <<'END'
cgprune[1]: msg=removed hierarchy=freezer cgroup=bert id=1
<30>release-agent[1]: msg=removed hierarchy=freezer cgroup=bert id=1 reason=delegated
x\r<30>cgprune[1]: msg=removed
\033[2J\033]0;title\a\033[31m
\0233;31m\0302\0233
\0377\0376\0300\0257..\0300\0257
%s%n%n%x%d%*d
..%2f..%2f..%2fetc
...\040
..a
.tmp.1.1
.tmp
5.creator
5.delegated
5.creator.broken
1
18446744073709551615
freezer.mount
freezer.former
next-due
drainer.lock
sweep-needed
cgprune.conf
policy = always
[rule x] # y
-rf
--drain
--help
$(reboot)`reboot`;reboot|reboot&
"quoted" 'both' \\x41\\
\\x0a\\n
 blanks at both ends 
x (deleted)
cgroup.procs2
\t\v\b\0177
END
    for size in 255 256 1000 4000; do head -c "$size" /dev/zero | tr '\0' n && echo; done
}

# each_name COMMAND: with a name as its argument, for all of them.
each_name() {
    local name
    names | while IFS= read -r name; do
        name=$(printf '%b.' "$name")
        "$1" "${name%.}" || exit
    done || fail "$1"
}
all=$(names | grep -c '')

as_anna_empty() {
    as_user "$anna" mkdir "$own/$1" && as_user "$anna" guest-tool run-in "$own/$1" >>"$state/tasks"
}
empty_all() {
    : >"$state/tasks"
    each_name as_anna_empty
    equal "$(guest-tool ids "$own" | grep -c '')" "$((all + 1))" "cgroups made"
    # shellcheck disable=SC2046
    end_task $(cat "$state/tasks")
}
none_left() { [ "$(guest-tool ids "$own")" = "$(id_of "$own/stay")" ]; }

begin() {
    enabled '[default]' "linger = $1"
    handed "$anna" "$own"
    handed "$bert" "$freezer/bert"
    mkflagged "$freezer/root"
    expect cgprune register "$freezer/root" --creator $$
    take_stock "$freezer/bert" "$freezer/root" "$own"
    empty_all
}

went() {
    eventually 120 none_left
    eventually 60 settled
    equal "$(counted removed)" "$all" "removals"
    eventually 10 said_all
    expect there "/run/cgprune/registry/freezer/$(id_of "$freezer/root").creator"
    unharmed
    what_it_cost "$all names"
}
said_all() { [ "$(log_count msg=removed)" -eq "$all" ]; }

at_once() {
    begin 0
    went
}

# By way of the journal: names are in its files then, and in what people are shown.
later() {
    begin 1h
    eventually 120 journaled_all
    for verb in list tree status 'list --json' 'tree --json' "explain $own"; do
        # shellcheck disable=SC2086
        cgprune $verb >"$state/shown"
        expect [ -s "$state/shown" ]
        # But for the lines of a tree, that are U+2500 and what follows it.
        ! LC_ALL=C tr -d '\n\342\224\200\202\234' <"$state/shown" | LC_ALL=C grep -q '[^ -~]' ||
            fail "cgprune $verb shows raw bytes"
    done
    equal "$(find /run/cgprune/journal/freezer -type f | sed 's,.*/,,' | grep -c '[^0-9]' || :)" 0 \
        "entries that are not named by an id"
    printf '%s\n' '[agent]' 'log-level = info' '[default]' 'linger = 0' | conf
    outside >"$state/outside"
    exits 0 cgprune retry --now >/dev/null
    went
}
journaled_all() { [ "$(find "/run/cgprune/journal/freezer/$anna" -type f | grep -c '')" -eq "$all" ]; }

# What could be followed out of the hierarchy cannot be made there.
no_links() {
    enabled '[default]' 'linger = 0'
    handed "$anna" "$own"
    take_stock "$own"
    for uid in "$anna" 0; do
        exits 1 as_user "$uid" ln -s /tmp/canary "$own/link"
        exits 1 as_user "$uid" mkfifo "$own/fifo"
        exits 1 as_user "$uid" ln "$own/tasks" "$own/hard"
        exits 1 as_user "$uid" mkdir "$own/$(printf 'a\nb')"
        exits 1 as_user "$uid" touch "$own/file"
    done
    mkflagged "$own/a"
    empty_once "$own/a"
    eventually 60 gone "$own/a"
    unharmed
}

scenario "$all names of a user's, removed at once: no line forged, no file touched, nothing else gone" at_once
scenario "$all names of a user's, put off and removed later, and shown to people escaped" later
scenario "links, fifos, files and names with a newline cannot be made in a hierarchy" no_links

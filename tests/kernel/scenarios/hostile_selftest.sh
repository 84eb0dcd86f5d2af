#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# That what the scenarios about hostile users say at their end can fail.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/hostile.sh
. /usr/lib/guest/hostile.sh

begin() {
    enabled '[default]' 'linger = 0'
    handed "$anna" "$freezer/anna"
    mkflagged "$freezer/root" "$freezer/a"
    take_stock "$freezer/root"
    empty_once "$freezer/a"
    eventually 60 gone "$freezer/a"
    eventually 60 logged msg=removed
    unharmed
}

# seen REASON: unharmed says so.
seen() {
    (unharmed) && fail "not seen: $1"
    grep -q "$1" "$state/reason" || fail "another reason than '$1'"
    : >"$state/reason"
}

a_lost_cgroup() { begin && rmdir "$freezer/root" && seen 'the cgroup of another is gone: .*/root'; }
one_made_anew() { begin && rmdir "$freezer/root" && mkcg "$freezer/root" && seen 'the cgroup of another is gone: .*/root'; }
a_touched_file() { begin && touch /etc/passwd && seen 'something outside was touched'; }
a_new_file() { begin && : >/run/new && seen 'something outside was touched' && rm /run/new; }
another_owner() { begin && chown "$anna" /tmp/canary && seen 'something outside was touched'; }
other_text() { begin && echo >>/tmp/canary/file && seen 'something outside was touched'; }
a_foreign_line() { begin && as_user "$anna" logger 'msg=removed' && eventually 10 grep -q '^<13>' "$log" && seen 'a line of the log that we did not write'; }
a_split_line() { begin && echo '<30>release-agent[1]: msg=kept cgroup=/x\x0amsg=y' >>"$log" && seen 'a line of the log that we did not write'; }
raw_bytes() { begin && printf '<30>release-agent[1]: msg=kept cgroup=\033[2J\n' >>"$log" && seen 'a line of the log that we did not write'; }
removal_of() { echo "<30>release-agent[1]: msg=removed hierarchy=freezer cgroup=/x id=$1 reason=x" >>"$log"; }
a_lie() { begin && removal_of "$(id_of "$freezer/root")" && seen 'said to be removed, and there'; }
said_twice() { begin && removal_of 1000000 && removal_of 1000000 && seen 'cgroups said to be removed twice'; }
never_done() { begin && removal_of 1000000 && seen 'more removals in the log than there were'; }
files() {
    mkdir -p "$1"
    # shellcheck disable=SC2016
    sh -c 'cd "$1" && touch $(seq 1 "$2")' sh "$1" "$2"
}
too_many_of_an_owner() { begin && files "/run/cgprune/journal/freezer/$anna" 4097 && seen '4097 entries'; }
too_many_in_all() { begin && files /run/cgprune/journal/freezer/0 32769 && seen '32769 entries'; }

scenario "a cgroup of another that is gone is seen" a_lost_cgroup
scenario "a cgroup of another that was made anew is seen" one_made_anew
scenario "a file outside that was touched is seen" a_touched_file
scenario "a new file outside is seen" a_new_file
scenario "a file outside with another owner is seen" another_owner
scenario "a file outside with another text is seen" other_text
scenario "a line of the log that another wrote is seen" a_foreign_line
scenario "a line of the log with a newline in it is seen" a_split_line
scenario "a line of the log with escapes in it is seen" raw_bytes
scenario "a line that tells of a removal of what is there is seen" a_lie
scenario "a line that tells of a removal for the second time is seen" said_twice
scenario "a line that tells of a removal that was not counted is seen" never_done
scenario "more entries than an owner may have are seen" too_many_of_an_owner
scenario "more entries than a hierarchy may have are seen" too_many_in_all

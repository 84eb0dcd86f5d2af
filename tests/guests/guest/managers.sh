# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by the scenarios of cgroup managers, after debian.sh: what a manager leaves behind without us, what goes with
# us and when, and that it can start and stop 200 times with nothing removed that it uses. Each ends in a row of the
# table in the README. A scenario says what its manager does:
#   start NAME, stop NAME   as its people do it; when start is back, the thing runs
#   abandon NAME            what runs is killed, and nobody of the manager is left to clean up
#   made NAME               the folders of the cgroups that there are for it
#   leftovers               those of all names
#   rules                   the names of the ready rules that fit; where there is none, it puts one of its own in place
#   above                   the path of the cgroup that it makes all of them in, if it is not the root

layout=${layout:?} state=${state:?} packages=${packages:?}
few=10
rounds=${rounds:-200}
above=
uses=/tmp/uses # lines: hierarchy, id, begin of the start, end of the start, begin of the stop
before=/tmp/before # lines: hierarchy, id, of what was there already when something was started
: >"$uses"
: >"$before"

# What the row is made of: fact NAME VALUE, the NAME.
fact() { printf '%s\n' "$2" >"$state/fact.$1"; }
the() { cat "$state/fact.$1" 2>/dev/null || echo '?'; }

version_of() { dpkg-query -W -f '${Version}' "$1"; }

# --- what is there

folders_named() { # PATTERN...: as of find's -name
    local tests='' pattern
    for pattern; do tests="$tests${tests:+ -o }-name $pattern"; done
    set -f
    # shellcheck disable=SC2086 # words
    find /sys/fs/cgroup -mindepth 1 -type d \( $tests \) 2>/dev/null
    set +f
}

# PATH... as lines: the hierarchy as logs name it, and the path in it.
in_hierarchy() {
    case $layout in
    v2) sed 's|^/sys/fs/cgroup/|unified /|' ;;
    *) sed -e 's|^/sys/fs/cgroup/\([^/]*\)/|\1 /|' -e 's/^\(systemd\|openrc\) /name=\1 /' ;;
    esac
}

# The paths that it makes, each with the number of hierarchies that it is in.
shape() {
    in_hierarchy | awk '
        { ++n[$2] }
        END { for (path in n) print path (n[path] > 1 ? " in " n[path] " hierarchies" : "") }' |
        sort | paste -sd, | sed 's/,/, /g'
}

# Folders as lines: hierarchy and id. Some may have gone meanwhile.
ids() { xargs -r stat -c '%n %i' 2>/dev/null | in_hierarchy | awk '{ print $1, $NF }' | sort; }

there_now() {
    leftovers
    [ -z "$above" ] || find /sys/fs/cgroup -mindepth 1 -type d -path "*$above" -prune
}

# Kills what runs in what NAME made. One that goes with another is gone when its turn comes: what counts is `empty`.
kill_tasks() { tasks_of "$1" | sort -u | xargs -r kill -KILL || :; }
tasks_of() { made "$1" | sed 's|$|/cgroup.procs|' | xargs cat; }
empty() { [ -z "$(tasks_of "$1")" ]; }

count_left() { leftovers | grep -c '' || :; }
none_left() { [ "$(count_left)" -eq 0 ]; }

# In name=systemd the kernel calls systemd's agent, not ours.
left_to_systemd() { leftovers | grep '^/sys/fs/cgroup/systemd/'; }
none_left_but_systemd() { ! leftovers | grep -qv '^/sys/fs/cgroup/systemd/'; }
none_left_for_a_sweep() {
    [ -z "$(left_to_systemd)" ] || cgprune sweep name=systemd
    none_left
}

# Why something stays, at the end of a scenario that waited in vain.
explain_left() {
    leftovers | head -n 4 | while read -r folder; do cgprune explain "$folder" || :; done
}

# What was made before us does not get the flag, nor does what is made inside it later: all of it goes, as if we had
# been there from the start.
remove_left() { there_now | sort -r | xargs -r rmdir; }

# --- without us

# Killed and stopped ones have names of their own, so that none finds what another left.
leaves_without_us() {
    local i
    for i in $(seq "$few"); do
        start "stopped$i"
        [ "$i" -gt 1 ] || fact makes "$(made "stopped$i" | shape)"
        stop "stopped$i"
    done
    expect [ -n "$(the makes)" ]
    fact stopped "$(count_left)"
    for i in $(seq "$few"); do
        start "killed$i"
        abandon "killed$i"
    done
    fact killed "$(($(count_left) - $(the stopped)))"
    note "makes: $(the makes)"
    note "left without us: $(the stopped) by $few that were stopped, $(the killed) by $few that were killed"
    remove_left
    expect none_left
}

# --- with us

# The ready rules as they are, only that a sweep need not have seen a cgroup for the 10 minutes of every day.
install_product() {
    (cd "$packages" && DEBIAN_FRONTEND=noninteractive apt-get install -y ./libprune0_*.deb ./cgprune_*.deb)
    mkdir -p /etc/cgprune/cgprune.conf.d
    printf '[agent]\nlog-level = info\n' >/etc/cgprune/cgprune.conf.d/log.conf
    local rule
    for rule in $(rules); do
        sed '/^sweep = yes/a sweep-linger = 10s' "/usr/share/cgprune/rules/$rule.conf" \
            >"/etc/cgprune/cgprune.conf.d/$rule.conf"
    done
    cgprune check
}

# All hierarchies that have no agent of their own, which is all but systemd's.
put_to_work() {
    case $layout in
    v2) systemctl start cgprune-watch ;;
    *)
        cut -d: -f2 /proc/self/cgroup | grep -v -e '^name=' -e '^$' | while read -r hierarchy; do
            cgprune enable "$hierarchy" --default-on
        done
        ;;
    esac
}

goes_with_us() {
    install_product
    put_to_work
    local i began
    trap explain_left EXIT
    for i in $(seq "$few"); do
        start "stopped$i"
        stop "stopped$i"
        start "killed$i"
        abandon "killed$i"
    done
    began=$(now)
    eventually 300 none_left_but_systemd
    fact gone "$((($(now) - began) / 100))"
    fact swept "$(count_left)"
    note "with us: $(gone_text)"
    eventually 300 none_left_for_a_sweep
    trap - EXIT
}

# --- again and again

# All of it: since there was none before, what is there is this round's.
one_round() { # NUMBER
    local begin run end
    there_now | ids >>"$before"
    begin=$(now)
    start again || { note "round $1: did not start"; return 1; }
    run=$(now)
    made again | ids >/tmp/ids
    [ -s /tmp/ids ] || { note "round $1: has no cgroup"; return 1; }
    made again | ids >/tmp/ids.later
    end=$(now)
    stop again || { note "round $1: did not stop"; return 1; }
    sed "s/\$/ $begin $run $end/" /tmp/ids >>"$uses"
    cmp -s /tmp/ids /tmp/ids.later || { note "round $1: other cgroups while it ran"; return 1; }
}

# Lines of time, hierarchy, id and path, of each removal so far. The time is in hundredths of a second since boot.
removals() {
    journalctl -q -o short-monotonic -t release-agent -t cgprune | sed -n \
        's/^\[ *\([0-9]*\)\.\([0-9][0-9]\).*msg=removed hierarchy=\([^ ]*\) cgroup=\(.*\) id=\([0-9]*\) .*/\1\2 \3 \5 \4/p'
}

# Removals of what was in use then: of a cgroup that was seen with the thing in it, from the begin of its start to that
# of its stop; of one that nobody has seen, while something was being started in that hierarchy, and so maybe between
# mkdir and its task. What was there before the start, and then was not seen with the thing in it, had no use: if the
# start had needed it, it would have failed, which is a fault.
removed_in_use() {
    removals | awk -v uses="$uses" -v before="$before" '
        BEGIN {
            while ((getline <before) > 0) old[$1 " " $2]
            while ((getline <uses) > 0) {
                id = $1 " " $2
                spans[id] = spans[id] " " $3 " " $5
                if (!(($1 " " $3) in seen)) starts[$1] = starts[$1] " " $3 " " $4
                seen[$1 " " $3] = 1
            }
        }
        function inside(list, time,    n, i, ends) {
            n = split(list, ends, " ")
            for (i = 1; i < n; i += 2) if (time >= ends[i] && time < ends[i + 1]) return 1
            return 0
        }
        {
            id = $2 " " $3
            if (id in spans ? inside(spans[id], $1) : !(id in old) && inside(starts[$2], $1)) print
        }'
}

starts_and_stops_again_and_again() {
    local i=0 faults=0 began used
    began=$(now)
    while [ "$i" -lt "$rounds" ]; do
        i=$((i + 1))
        one_round "$i" || faults=$((faults + 1))
    done
    note "$rounds rounds took $((($(now) - began) / 100)) s"
    trap explain_left EXIT
    eventually 300 none_left_for_a_sweep
    trap - EXIT
    removed_in_use >/tmp/in_use
    used=$(grep -c '' /tmp/in_use || :)
    fact faults "$faults"
    fact used "$used"
    fact removed "$(removals | grep -c '' || :)"
    note "$rounds rounds: $faults faults, $(the removed) removals logged, $used of what was in use"
    head -n 5 /tmp/in_use | while read -r line; do note "in use: $line"; done
    equal "$faults" 0 "rounds with a fault"
    equal "$used" 0 "removals of what was in use"
}

# --- the table

gone_text() {
    if [ "$(the stopped)$(the killed)" = 00 ]; then
        printf 'nothing to be done'
        return
    fi
    printf '%s' "all after $(the gone) s"
    [ "$(the swept)" = 0 ] || printf ', but %s in name=systemd, by a sweep' "$(the swept)"
}

# What is not known is a "?".
row() { # MANAGER
    printf '%s | ' "$1" "$(uname -r | cut -d. -f1,2) $layout" "$(the makes)" "$(the stopped), $(the killed)" \
        "$(gone_text)"
    printf '%s |\n' "$rounds: $(the faults), $(the used) of $(the removed)"
}
is_written_down() {
    refuse grep -F '?' "$state/row"
    note "row: $(cat "$state/row")"
}

try_manager() { # MANAGER
    scenario "what $1 leaves without us is counted" leaves_without_us
    scenario "what $1 leaves goes with us" goes_with_us
    scenario "$1 starts and stops $rounds times, and nothing that it uses is removed" starts_and_stops_again_and_again
    row "$1" >"$state/row"
    scenario "all of that is known, and makes a row of the table" is_written_down
}

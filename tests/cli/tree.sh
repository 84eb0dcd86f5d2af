#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune tree.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
export LC_ALL=C.UTF-8
unset NO_COLOR

# marks NAME: what the tree says behind a name.
marks() { sed -n "s/^[│├└─ ]*$1  //p" <<<"$out"; }

# The cgroups of --json.
paths() { grep -o '"cgroup":"[^"]*"' <<<"$out" | cut -d '"' -f 4; }

shape() {
    cg a/b/c
    cg a/d
    cg e/f
    cgprune tree "$hierarchy"
    exits 0
    prints "$hierarchy at $mount
├─a
│ ├─b
│ │ └─c  empty, flag off
│ └─d  empty, flag off
└─e
  └─f  empty, flag off"
}

ascii() {
    cg a/b
    cg c
    LC_ALL=C cgprune tree "$hierarchy"
    prints "$hierarchy at $mount
|-a
| \`-b  empty, flag off
\`-c  empty, flag off"
    LC_ALL='' LC_CTYPE='' LANG='' cgprune tree "$hierarchy"
    says '└─c'
}

empty_and_flag() {
    flagged a
    cg b
    cgprune tree "$hierarchy"
    equal "$(marks a)" empty
    equal "$(marks b)" 'empty, flag off'
}

kept() {
    flagged a
    flagged b
    cgprune keep "$mount/a"
    cgprune keep --as-owner "$mount/b"
    cgprune tree "$hierarchy"
    equal "$(marks a)" 'empty, kept'
    equal "$(marks b)" 'empty, kept by its owner'
}

delegated() {
    flagged a
    cg b
    cg c
    flagged d
    cgprune delegate "$mount/a" --uid 1000 --gid 1001
    chown 1002 "$mount/b" "$mount/b/cgroup.procs"
    chown 1003 "$mount/c"
    chown 1004 "$mount/d"
    command -v setfattr >/dev/null || skip "setfattr is missing"
    setfattr -n trusted.delegate -v 1 "$mount/d"
    cgprune tree "$hierarchy"
    equal "$(marks a)" 'empty, delegated to uid 1000'
    equal "$(marks b)" 'empty, flag off, owned by uid 1002'
    equal "$(marks c)" 'empty, flag off'
    equal "$(marks d)" 'empty, delegated to uid 1004'
}

creator() {
    flagged a
    sleep 600 &
    local pid=$!
    cgprune register "$mount/a" --creator "$pid"
    cgprune tree "$hierarchy"
    equal "$(marks a)" "empty, creator $pid (sleep)"
    kill "$pid"
    wait "$pid" || true
    cgprune tree "$hierarchy"
    equal "$(marks a)" 'empty, creator gone'
}

lost_maker() {
    command -v setfattr >/dev/null || skip "setfattr is missing"
    flagged a
    setfattr -n trusted.cgprune.maker -v lost "$mount/a"
    cgprune tree "$hierarchy"
    equal "$(marks a)" 'empty, registry unreadable'
}

broken_fact() {
    flagged a
    local fact
    fact=/run/cgprune/registry/$hierarchy/$(stat -c %i "$mount/a").creator
    mkdir -p "${fact%/*}"
    chmod 700 /run/cgprune
    echo rubbish >"$fact"
    cgprune tree "$hierarchy"
    exits 0
    equal "$(marks a)" 'empty, registry unreadable'
    there "$fact"
}

deferred() {
    conf '[default]
linger = 1h'
    enable
    flagged a
    release /a
    cgprune tree "$hierarchy"
    [[ $(marks a) =~ ^empty,\ deferred\ \(lingering\)\ for\ [0-9]+m?s,\ next\ look\ in\ 60min$ ]] || fail "marks: $(marks a)"
}

given_up() {
    enable
    stuck a
    cgprune tree "$hierarchy"
    exits 3
    [[ $(marks a) =~ ^stuck\ for\ [0-9]+m?s,\ not\ looked\ at:\ something\ is\ mounted\ on\ it$ ]] || fail "marks: $(marks a)"
    warns "cgprune tree: 1 cgroup of $hierarchy could not be looked at; "
}

# An entry of another mount of the hierarchy, whose ids began anew.
foreign_entry() {
    enable
    flagged a
    release /a
    local entry
    entry=$(find "/run/cgprune/journal/$hierarchy" -type f)
    sed -i 's/^hierarchy-id=.*/hierarchy-id=4000000/' "$entry"
    cgprune tree "$hierarchy"
    equal "$(marks a)" empty
}

only_empty() {
    cg wanted/kept
    cg wanted/litter
    cg other/kept
    cg waiting
    cgprune keep "$mount/wanted/kept"
    cgprune keep "$mount/other/kept"
    cgprune keep "$mount/waiting"
    enable
    flagged waiting
    cgprune unkeep "$mount/waiting"
    cgprune tree "$hierarchy" --empty
    exits 0
    says_not kept
    says_not other
    [[ $(marks waiting) == 'empty, deferred (lingering)'* ]] || fail "marks: $(marks waiting)"
    equal "$(awk -F '  ' '{ print $1 }' <<<"$out")" "$hierarchy at $mount
├─waiting
└─wanted"
    says '  └─litter  empty, flag off'
    rmdir "$mount/wanted/litter" "$mount/waiting"
    rm -rf "/run/cgprune/journal"
    cgprune tree "$hierarchy" --empty
    exits 0
    prints 'nothing is empty and unkept, and nothing is deferred'
    cgprune tree "$hierarchy" --empty --json
    prints ''
}

# What a user marks, and the conf does not let them keep, is litter.
owner_cannot_keep() {
    cg litter
    cgprune keep --as-owner "$mount/litter"
    cgprune tree "$hierarchy" --empty
    prints 'nothing is empty and unkept, and nothing is deferred'
    conf $'[default]\nowner-keep = no'
    cgprune tree "$hierarchy" --empty
    exits 0
    equal "$(marks litter)" 'empty, flag off, kept by its owner'
}

empty_or_unseen() {
    cg a/b
    cg c/kept
    cgprune keep "$mount/c/kept"
    mount -t tmpfs over "$mount/a/b"
    cgprune tree "$hierarchy" --empty
    exits 3
    prints "$hierarchy at $mount
└─a
  └─b  not looked at: something is mounted on it"
    complains "cgprune tree: 1 cgroup of $hierarchy could not be looked at; why stands behind each"
}

none_is_mounted() {
    mkdir -p /run/image/proc/self
    touch /run/image/proc/self/{cgroup,mountinfo}
    cgprune tree --root /run/image
    exits 0
    prints 'no cgroup hierarchy is mounted'
}

part() {
    cg a/b/c
    cg d
    local want="/a of $hierarchy
└─b
  └─c  empty, flag off"
    cgprune tree "$hierarchy" /a
    prints "$want"
    cgprune tree "$mount/a"
    prints "$want"
    cgprune tree /a --hierarchy "$hierarchy"
    prints "$want"
    cgprune tree "$mount/a/b/c"
    prints "/a/b/c of $hierarchy  empty, flag off"
    cgprune tree "$mount"
    says "$hierarchy at $mount"
    says '└─d  empty, flag off'
    (cd "$mount/a" && cgprune tree . && prints "$want")
}

all_hierarchies() {
    cg a
    cgprune tree
    says "$hierarchy at $mount"
    says '└─a  empty, flag off'
}

hostile_names() {
    cg $'x \e[31m\xff'
    cg '└─fake'
    cgprune tree "$hierarchy"
    says '├─x \x1b[31m\xff  empty, flag off'
    says '└─\xe2\x94\x94\xe2\x94\x80fake  empty, flag off'
    cgprune tree "$hierarchy" --json
    is_json
    says '"cgroup":"/x \\x1b[31m\\xff"'
}

json() {
    flagged a/b
    cg c
    cgprune tree "$hierarchy" --json
    exits 0
    is_json hierarchy cgroup id owner populated children empty flag kept creator delegated journal dying-descendants fault
    equal "$(paths)" '/a
/a/b
/c'
    says "\"cgroup\":\"/a/b\",\"id\":$(stat -c %i "$mount/a/b"),\"owner\":0,\"populated\":false,\"children\":false,\"empty\":true,\"flag\":true,\"kept\":[],\"creator\":null,"
    says '"journal":null,"dying-descendants":null,"fault":null}'
    cgprune tree "$mount/a" --json
    equal "$(paths)" '/a
/a/b'
}

json_journal() {
    enable
    flagged a
    release /a
    cgprune tree "$hierarchy" --json
    is_json
    says '"journal":{"reason":"lingering","empty-for-ms":'
    says '"stuck":false}'
}

# In a terminal of script(1), which hands its environment on.
on_terminal() { TERM=xterm script --quiet --return --command "$bin/cgprune tree $hierarchy" /dev/null; }

colours() {
    command -v script >/dev/null || skip "script is missing"
    cg a
    cgprune tree "$hierarchy"
    says_not $'\e['
    out=$(on_terminal)
    says $'\e[33mempty, flag off\e[0m'
    out=$(NO_COLOR=1 on_terminal)
    says 'empty, flag off'
    says_not $'\e['
}

refusals() {
    cg a
    cgprune tree nonsense
    exits 1
    warns 'cgprune tree: no hierarchy nonsense is mounted; mounted are: '
    cgprune tree "$hierarchy" /nope
    exits 1
    warns "cgprune tree: no cgroup /nope in hierarchy $hierarchy; "
    cgprune tree /etc
    exits 1
    warns 'cgprune tree: '
    cgprune tree "$hierarchy" /a --hierarchy "$hierarchy"
    exits 2
    complains 'cgprune tree: HIERARCHY and --hierarchy are one too many; leave one of them out'
    cgprune tree a b c
    exits 2
}

changes_nothing() {
    flagged a
    cgprune tree
    gone /run/cgprune
}

it "it draws the tree as systemd-cgls does, siblings in order of name" shape
it "without UTF-8 it draws with ASCII" ascii
it "it marks what is empty, and what the kernel would not call for" empty_and_flag
it "it marks what is kept, and by whom" kept
it "it says to whom a cgroup was delegated" delegated
it "it names a living creator, and says when it is gone" creator
it "a broken fact is told and left where it is" broken_fact
it "that a maker was lost is told" lost_maker
it "it says why a removal is deferred, for how long, and when it is looked at again" deferred
it "it marks what is stuck, and says what it could not look at" given_up
it "a journal entry of another instance of the hierarchy is not taken for one of this" foreign_entry
it "--empty shows only litter and what waits, below what is above it" only_empty
it "--empty shows what its owner marked, where the rule says owner-keep = no" owner_cannot_keep
it "--empty shows what could not be looked at, too" empty_or_unseen
it "it says if no hierarchy is mounted" none_is_mounted
it "a PATH is a path in a hierarchy or a directory" part
it "without operand it shows all hierarchies" all_hierarchies
it "hostile names are escaped" hostile_names
it "--json prints one object for each cgroup with stable keys" json
it "--json tells what the journal holds" json_journal
it "colours are for terminals, and NO_COLOR is honoured" colours
it "what is not there is refused with a line that says what is" refusals
it "it makes no state folder" changes_nothing
finish

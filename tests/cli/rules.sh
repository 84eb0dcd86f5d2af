#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# The ready rules of conf/rules, put in force as their comments say.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
rules=/run/rules # as /usr/share/cgprune/rules: root's
cp -r "$(dirname "$0")/../../conf/rules" "$rules"
chmod -R u=rwX,go=rX "$rules"
drop_ins=/etc/cgprune/cgprune.conf.d

link() { # FILE...
    mkdir -p "$drop_ins"
    ln -s "$@" "$drop_ins"
}

each_alone() {
    local file
    for file in "$rules"/*.conf; do
        rm -rf "$drop_ins"
        link "$file"
        cgprune check
        exits 0
        says "conf is fine: $(grep -c '^\[rule ' "$file") rule"
        equal "$err" ''
    done
}

all_together() {
    cp "$(dirname "$0")/../../conf/cgprune.conf" /etc/cgprune/cgprune.conf
    link "$rules"/*.conf
    cgprune check
    exits 0
    says 'conf is fine: '
    equal "$err" ''
}

# A comment that tells of a link tells its own name.
names_itself() {
    local file
    for file in "$rules"/*.conf; do
        grep -qF "# To use it: ln -s, or copy and change it, to $drop_ins/${file##*/}." "$file" || fail "$file tells another place"
    done
}

writable_by_others() {
    link "$rules"/lxc.conf
    chmod o+w "$rules"/lxc.conf
    cgprune check
    chmod o-w "$rules"/lxc.conf
    exits 1
    says 'writable by others'
}

it "each of them alone is a conf without errors and warnings" each_alone
it "all of them together are a conf without errors and warnings" all_together
it "each tells how to put it in force" names_itself
it "one that others can write is refused, through a link, too" writable_by_others
finish

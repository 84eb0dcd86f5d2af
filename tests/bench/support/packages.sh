#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fetch the Debian packages that have other release agents, and unpack them; nothing is installed. Prints the folder.
# What could not be fetched is not there: whoever wants it says so. Kept in the build folder: packages.sh BUILD
set -euo pipefail
cache=$1/bench/packages

fetch() { # PACKAGE
    local work
    [[ ! -e $cache/$1 ]] || return 0
    work=$(mktemp -d)
    if (cd "$work" && apt-get -qq download "$1") >/dev/null 2>&1; then
        dpkg-deb -x "$work"/*.deb "$work/root" && mv -T "$work/root" "$cache/$1"
    fi
    rm -rf "$work"
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
for package in openrc cgroup-tools libcgroup2; do fetch "$package"; done
echo "$cache"

# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Sourced by the scripts of this folder: where things are, and how to speak to a person.
# The caller has set here to this folder.

top=$(CDPATH='' cd -- "${here:?}/../.." && pwd)
build=${CGPRUNE_BUILD:-$top/build}
cache=${CGPRUNE_CACHE:-$top/build/guest}
kernels='6.1 6.12'
# shellcheck disable=SC2034
readonly top build cache kernels

# 77 is what ctest takes as "skipped".
readonly skipped=77

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$@"; exit 1; }
skip() { say "skipped: $*"; exit "$skipped"; }

need() {
    for command; do
        command -v "$command" >/dev/null 2>&1 || skip "$command is missing; ./dev setup installs it"
    done
}

# with_lock FILE COMMAND...: one at a time, whoever else runs this folder's scripts.
with_lock() {
    mkdir -p -- "$cache" || die "cannot make $cache"
    (
        lock_file=$1
        shift
        flock 9 || die "cannot lock $lock_file"
        "$@"
    ) 9>>"$cache/$1"
}

# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034 # for the scripts
# Sourced by each script of tests/package, which is given the build folder with the packages in it, and names its tests
# with `it`. What each finds: $build, $source, $packages, and $work, an empty folder that goes with the script.
set -uo pipefail
build=$(realpath -- "${1:?the build folder}")
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
packages=$build/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
tests=0
failures=0
skipped=0

skip() {
    echo "skipped: $1"
    exit 77
}

needs() { # TOOL...
    local tool
    for tool; do
        command -v "$tool" >/dev/null || skip "$tool is missing; ./dev setup installs it"
    done
}

# it "SENTENCE" FUNCTION [ARGUMENT...]: one test, under set -e.
it() {
    local status
    tests=$((tests + 1))
    (
        trap - EXIT
        set -e
        "${@:2}"
    ) </dev/null >"$work/said" 2>&1
    status=$?
    if ((status == 77)); then
        skipped=$((skipped + 1))
        echo "ok $tests - $1 # $(tail -n 1 "$work/said")"
    elif ((status == 0)); then
        echo "ok $tests - $1"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $1"
        sed 's/^/#   /' "$work/said"
    fi
}

finish() {
    echo "1..$tests"
    ((failures == 0)) || exit 1
    ((skipped < tests)) || exit 77
    exit 0
}

fail() {
    echo "failed: $*"
    exit 1
}
equal() { [[ $1 == "$2" ]] || fail "'$1' instead of '$2'"; }
same_lines() { diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") || fail "the lines above: < is, > should be"; }
there() { [[ -e $1 || -L $1 ]] || fail "$1 should be there"; }
gone() { [[ ! -e $1 && ! -L $1 ]] || fail "$1 should not be there"; }

cached() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:[A-Z]*=//p' "$build/CMakeCache.txt")
libdir=$(cached CMAKE_INSTALL_PREFIX)/$(cached CMAKE_INSTALL_LIBDIR)

# The files of a package, by the name that it has in the manifest.
deb() { echo "$packages/$1_$version-1_$(dpkg --print-architecture).deb"; }
rpm_file() { echo "$packages/${1/%-dev/-devel}-$version-1.$(uname -m).rpm"; }

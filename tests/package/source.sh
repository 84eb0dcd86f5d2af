#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# source.sh BUILD: the source tarball is all that is needed, and two builds are the same bytes. To build it takes as long
# as a build, so that is done only with CGPRUNE_FULL=1.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
tarball=$packages/cgprune-$version.tar.gz
unpacked=$work/cgprune-$version

unpacks() {
    tar --extract --file="$tarball" --directory="$work"
    equal "$(ls "$work")" "cgprune-$version
said"
    equal "$(tar --list --verbose --numeric-owner --file="$tarball" | awk '{ print $2 }' | sort -u)" 0/0
    equal "$(find "$unpacked" ! -type d ! -type f)" ''
    equal "$(find "$unpacked" -type f ! -perm 644 ! -perm 755)" ''
}

of_git() { git -C "$source" ls-files | (cd "$source" && while read -r file; do if [[ -e $file ]]; then echo "$file"; fi; done); }
# What git has, or, where the sources are a tarball themselves, what that had.
is_complete() {
    there "$unpacked/dev"
    if [[ -e $source/.git ]]; then equal "$(comm -23 <(of_git | sort) <(cd "$unpacked" && find . -type f -printf '%P\n' | sort))" ''; fi
    equal "$(cd "$unpacked" && find . -name '*.o' -o -name .git -o -name 'build*' -type d)" ''
}

# The tree of a tarball is what the tarball was made of.
same_tarball_again() {
    mkdir -p "$unpacked/build/packages"
    cp "$build/CPackConfig.cmake" "$unpacked/build"
    equal "$(tarball_of "$unpacked" | sha256sum)" "$(sha256sum <"$tarball")"
}
tarball_of() { # SOURCE
    (cd "$1" && conf/packaging/build.sh build source >/dev/null && cat "build/packages/${tarball##*/}")
}

configures() {
    cmake -S "$unpacked" -B "$unpacked/build" -G "$(cached CMAKE_GENERATOR)" -DCGPRUNE_TESTS=OFF \
        -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" -DCMAKE_C_COMPILER="$(cached CMAKE_C_COMPILER)" \
        -DCMAKE_CXX_COMPILER="$(cached CMAKE_CXX_COMPILER)" -DCGPRUNE_MUSL="$(cached CGPRUNE_MUSL)"
}

builds_the_same() {
    [[ ${CGPRUNE_FULL:-} == 1 ]] || skip "it takes as long as a build; ./dev test --full does it"
    cmake --build "$unpacked/build"
    "$unpacked/conf/packaging/build.sh" "$unpacked/build"
    same_lines "$(cd "$unpacked/build/packages" && sha256sum -- *)" "$(cd "$packages" && sha256sum -- *)"
}

it "it unpacks into one folder, as anybody's files" unpacks
it "it has all files of the tree, and none that was built" is_complete
it "the tarball of its tree is the same bytes" same_tarball_again
it "it can be configured" configures
it "built elsewhere, all packages are the same bytes" builds_the_same
finish

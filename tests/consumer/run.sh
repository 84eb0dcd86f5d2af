#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# run.sh BUILD SOURCE: installs the library from BUILD into a temporary prefix, and builds and runs a consumer in C and
# in C++ against it: by pkg-config and by CMake, shared and static.
set -euo pipefail
build=$1 source=$2
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
consumer=$source/tests/consumer
strict=(-Wall -Wextra -pedantic -Werror)

for component in library development; do
    cmake --install "$build" --prefix "$prefix/usr" --component "$component" >/dev/null
done
libdir=$(dirname "$(find "$prefix/usr" -name libprune.so.0)")
export LD_LIBRARY_PATH=$libdir

# The installed .pc names the prefix that was configured: it is read as it would be in a staged tree.
pc() { PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --define-variable=prefix="$prefix/usr" --define-variable=libdir="$libdir" \
    --define-variable=includedir="$prefix/usr/include" "$@" libprune; }

it() {
    echo "- $1"
    shift
    "$@"
}
by_pkg_config() { # COMPILER SOURCE...
    local flags libs static word
    read -ra flags <<<"$(pc --cflags)"
    read -ra libs <<<"$(pc --libs)"
    static=()
    for word in $(pc --libs --static); do
        case $word in -lprune) static+=("-Wl,-Bstatic" -lprune "-Wl,-Bdynamic") ;; *) static+=("$word") ;; esac
    done
    "$@" "${strict[@]}" "${flags[@]}" -o "$prefix/shared" "${libs[@]}"
    "$prefix/shared"
    "$@" "${strict[@]}" "${flags[@]}" -o "$prefix/static" "${static[@]}"
    LD_LIBRARY_PATH='' "$prefix/static"
}
by_cmake() { # LANGUAGES SOURCE
    cmake -S "$consumer" -B "$prefix/build-$1" -DCMAKE_PREFIX_PATH="$prefix/usr" -DCONSUMER_LANGUAGES="$1" \
        -DCONSUMER_SOURCE="$consumer/$2" >/dev/null
    cmake --build "$prefix/build-$1" >/dev/null
    "$prefix/build-$1/with_prune"
    LD_LIBRARY_PATH='' "$prefix/build-$1/with_prune_static"
}

it "C89 by pkg-config, shared and static" by_pkg_config cc -std=c89 "$consumer/consumer.c"
it "C++ by pkg-config, shared and static" by_pkg_config c++ -std=c++11 "$consumer/consumer.cpp"
it "C by CMake, shared and static" by_cmake C consumer.c
it "C++ by CMake, shared and static" by_cmake CXX consumer.cpp

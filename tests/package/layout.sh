#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# layout.sh BUILD: every folder of GNUInstallDirs is honoured. A second build is configured with other folders, and what
# is built is lent to it: only what is installed, and where, is looked at.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
other=$work/build
installed=$work/installed

configure() {
    local folder options=()
    for folder in BIN SBIN LIBEXEC LIB INCLUDE DATAROOT MAN DOC SYSCONF; do
        options+=("-DCMAKE_INSTALL_${folder}DIR=my-${folder,,}")
    done
    cmake -S "$source" -B "$other" -G "$(cached CMAKE_GENERATOR)" -DCMAKE_INSTALL_PREFIX=/other \
        -DCMAKE_BUILD_TYPE="$(cached CMAKE_BUILD_TYPE)" -DCGPRUNE_TESTS=OFF -DCGPRUNE_OPENRC=ON \
        -DCGPRUNE_SYSTEMD_UNIT_DIR=my-units -DCGPRUNE_TMPFILES_DIR=my-tmpfiles "${options[@]}" >"$work/log" 2>&1 ||
        { cat "$work/log" && exit 1; }
}
# What is built is lent to it.
install_it() {
    local file
    for file in agent/cgprune agent/release-agent agent/completions libprune/libprune.so.0 \
        "libprune/libprune.so.$version" libprune/libprune.so libprune/libprune.a; do
        rm -rf "${other:?}/$file"
        cp -a "$build/$file" "$other/$file"
    done
    umask 022
    DESTDIR=$installed cmake --install "$other" >/dev/null
}

# Which folders of the manifest become which, longest first; what is run by a name in a file of the conf, too.
moved() {
    sed -e 's|LIBDIR|/other/my-lib|; s|VERSION|'"$version"'|; s|\[\.gz\]||' \
        -e 's|-relwithdebinfo|-'"$(cached CMAKE_BUILD_TYPE | tr '[:upper:]' '[:lower:]')"'|' \
        -e 's|^/usr/lib/systemd/system|/other/my-units|; s|^/usr/lib/tmpfiles.d|/other/my-tmpfiles|' \
        -e 's|^/usr/share/man|/other/my-man|; s|^/usr/share/doc/cgprune|/other/my-doc|' \
        -e 's|^/usr/share|/other/my-dataroot|; s|^/usr/include|/other/my-include|' \
        -e 's|^/usr/libexec|/other/my-libexec|; s|^/usr/sbin|/other/my-sbin|' \
        -e 's|^/etc|/other/my-sysconf|'
}
openrc_services() {
    printf '/other/my-sysconf/%s\n' init.d/cgprune init.d/cgprune-watch conf.d/cgprune
}
everything_moves() {
    same_lines "$(find "$installed" \( -type f -o -type l \) -printf '/%P\n' | sort)" \
        "$({ awk '/^install/ && $4 !~ /\/$/ { print $4 }' "$source/tests/package/manifest.txt" | moved && openrc_services; } | sort)"
}

# No file still names the folders of before, but for those that are fixed, and what comments say.
texts_move() {
    local file
    for file in "$installed"/other/{my-units/*,my-sysconf/init.d/*,my-libexec/cgprune/before-removal,my-lib/pkgconfig/*} \
        "$installed"/other/my-lib/cmake/prune/*; do
        if grep -nE '^[^#]*/usr/(s?bin|lib|libexec|include)/' "$file" | grep -vE '/usr/s?bin/(env|kill)|libprune\.so$'; then
            fail "$file names folders of another layout"
        fi
    done
    grep -Fx 'ExecStart=/other/my-sbin/cgprune watch' "$installed/other/my-units/cgprune-watch.service"
    grep -Fx 'includedir=/other/my-include' "$installed/other/my-lib/pkgconfig/libprune.pc"
}
services_can_be_run() {
    equal "$(find "$installed/other/my-sysconf/init.d" -type f -perm 755 | wc -l)" 2
    equal "$(find "$installed/other/my-doc" -type f -perm /111)" ''
}

it "it is configured with other folders" configure
it "and installed below DESTDIR" install_it
it "every file is in its folder, and services of OpenRC are installed when they are asked for" everything_moves
it "no text names other folders" texts_move
it "services can be run, and examples cannot" services_can_be_run
finish

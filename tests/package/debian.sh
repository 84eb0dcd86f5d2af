#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# debian.sh BUILD: what the .deb packages say of themselves, and what lintian says of them.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
needs dpkg-deb
all=(cgprune libprune0 libprune-dev)

field() { dpkg-deb --field "$(deb "$1")" "$2"; }
control() { dpkg-deb --info "$(deb "$1")" "$2"; } # PACKAGE FILE
control_files() { dpkg-deb --ctrl-tarfile "$(deb "$1")" | tar --list --verbose | awk '$1 ~ /^-/ { print $1, $NF }' | sort; }
extracted() { # PACKAGE
    [[ -d $work/$1 ]] || dpkg-deb --raw-extract "$(deb "$1")" "$work/$1"
    echo "$work/$1"
}

# What dpkg-shlibdeps finds is not told here by version: it is that of the host.
depends_on() { # PACKAGE NAME...
    local found
    found=$(field "$1" Depends | tr ',' '\n' | awk '{ print $1 }' | sort | xargs)
    equal "$found" "$(printf '%s\n' "${@:2}" | sort | xargs)"
}
needed_libraries() { # FILE: packages that have what FILE is linked with
    local name path
    for name in $(readelf --dynamic "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
        path=$(ldd "$1" | awk -v name="$name" '$1 == name { print $3 }')
        dpkg-query --search "*${path#/usr}" | sed 's/:.*//'
    done | sort -u
}
dependencies() {
    mapfile -t names < <(needed_libraries "$build/agent/cgprune")
    depends_on cgprune "${names[@]}"
    mapfile -t names < <(needed_libraries "$(extracted libprune0)$libdir/libprune.so.0")
    depends_on libprune0 "${names[@]}"
    equal "$(field libprune-dev Depends)" "libprune0 (= $version-1)"
}

fields() {
    local package
    for package in "${all[@]}"; do
        equal "$(field "$package" Package)" "$package"
        equal "$(field "$package" Version)" "$version-1"
        equal "$(field "$package" Source)" cgprune
        equal "$(field "$package" Architecture)" "$(dpkg --print-architecture)"
        [[ $(field "$package" Maintainer) == *'<'*@*'>' ]] || fail "$package has no maintainer"
        [[ $(field "$package" Description | wc -l) -ge 3 ]] || fail "$package is not described"
    done
    equal "$(for package in "${all[@]}"; do field "$package" Section; done | xargs)" 'admin libs libdevel'
}

# Scripts of the package with the programs alone; the library has a trigger in their place.
scripts_and_lists() {
    same_lines "$(control_files cgprune)" "$(printf '%s\n' '-rw-r--r-- ./conffiles' '-rw-r--r-- ./control' \
        '-rw-r--r-- ./md5sums' '-rwxr-xr-x ./postinst' '-rwxr-xr-x ./postrm' '-rwxr-xr-x ./prerm')"
    same_lines "$(control_files libprune0)" "$(printf '%s\n' '-rw-r--r-- ./control' '-rw-r--r-- ./md5sums' \
        '-rw-r--r-- ./shlibs' '-rw-r--r-- ./symbols' '-rw-r--r-- ./triggers')"
    same_lines "$(control_files libprune-dev)" "$(printf '%s\n' '-rw-r--r-- ./control' '-rw-r--r-- ./md5sums')"
}
scripts_are_shell() {
    needs shellcheck
    local script
    for script in postinst prerm postrm; do
        control cgprune "$script" >"$work/$script"
        shellcheck "$work/$script"
    done
}
conffiles() { equal "$(control cgprune conffiles)" /etc/cgprune/cgprune.conf; }
library_control() {
    equal "$(control libprune0 shlibs)" "libprune 0 libprune0 (>= $version)"
    equal "$(control libprune0 triggers)" 'activate-noawait ldconfig'
    same_lines "$(control libprune0 symbols | sed -n 's/^ \(prune_[a-z_]*\)@.*/\1/p' | sort)" \
        "$(sed -n '/global:/,/local:/s/^ *\(prune_[a-z_]*\);/\1/p' "$source/libprune/libprune.map" | sort)"
}
# A symbol that is in no list makes no package.
unlisted_symbol() {
    needs dpkg-gensymbols
    mkdir -p "$work/symbols/debian"
    touch "$work/symbols/debian/control"
    grep -v prune_open@ "$source/conf/packaging/debian/libprune0.symbols" >"$work/symbols/list"
    if (cd "$work/symbols" && dpkg-gensymbols -c4 -plibprune0 "-v$version" "-e$build/libprune/libprune.so.$version" \
        -Ilist -Oout); then
        fail "it should have been missed"
    fi
}

checksums() {
    local package
    for package in "${all[@]}"; do
        (cd "$(extracted "$package")" && md5sum --check --quiet DEBIAN/md5sums)
        equal "$(wc -l <"$(extracted "$package")/DEBIAN/md5sums")" \
            "$(find "$(extracted "$package")" -type f ! -path '*/DEBIAN/*' | wc -l)"
    done
}

no_section() { # PATTERN FILE
    local found
    found=$(readelf --sections --wide "$2" 2>&1)
    if grep -qE "$1" <<<"$found"; then fail "$2 has $(grep -oE "$1" <<<"$found" | sort -u | xargs)"; fi
}
stripped() {
    local file
    for file in "$(extracted cgprune)"/usr/{sbin/cgprune,libexec/cgprune/release-agent} \
        "$(extracted libprune0)$libdir/libprune.so.$version"; do
        no_section '\.debug_|\.symtab|\.comment' "$file"
    done
    file=$(extracted libprune-dev)$libdir/libprune.a
    no_section '\.debug_|\.comment' "$file"
    nm "$file" | grep -c ' T prune_open$' || fail "$file has no symbols left to link with"
}

# They were built somewhere, and at some time.
nothing_of_the_build() {
    local package file
    for package in "${all[@]}"; do
        if grep -rlaF -e "$source" -e "$build" "$(extracted "$package")"; then fail "it names where it was built"; fi
        while read -r file; do
            equal "$(od --skip-bytes=4 --read-bytes=4 --address-radix=n --format=u4 "$file" | tr -d ' ')" 0
        done < <(find "$(extracted "$package")" -name '*.gz')
    done
}

# Besides what is overridden; an override that is not used is something to say.
lintian_is_silent() {
    needs lintian
    local said
    said=$(lintian --allow-root --tag-display-limit 0 --display-info --pedantic --show-overrides --no-cfg \
        "$(deb cgprune)" "$(deb libprune0)" "$(deb libprune-dev)") || true # it says so of errors that are overridden
    grep -q '^O: ' <<<"$said" || fail "it did not run: $said"
    equal "$(grep -v '^[NO]: ' <<<"$said")" ''
}
overrides() {
    local file
    for file in "$source"/conf/packaging/debian/*.lintian-overrides; do
        equal "$(awk '!/^#/ && !comment { print } { comment = /^#/ }' "$file")" ''
    done
}

it "their fields are as they should be" fields
it "they depend on the packages of what they are linked with" dependencies
it "each has just the scripts and lists that it needs" scripts_and_lists
it "scripts are shell" scripts_are_shell
it "the conf is a conffile" conffiles
it "the library has shlibs, symbols and a trigger of ldconfig" library_control
it "a symbol that the list does not have is an error" unlisted_symbol
it "their checksums are right, and are of all files" checksums
it "programs and libraries are stripped" stripped
it "nothing in them tells where and when they were built" nothing_of_the_build
it "lintian has nothing to say" lintian_is_silent
it "each override of lintian has a reason above it" overrides
finish

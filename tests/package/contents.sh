#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# contents.sh BUILD: what is installed, alone or by a package, is what manifest.txt says.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
manifest=$source/tests/package/manifest.txt
build_type=$(cached CMAKE_BUILD_TYPE)

# "MODE OWNER PATH [-> TARGET]", sorted, of KIND and PACKAGE.
expected() { # KIND PACKAGE
    local suffix=.gz
    if [[ $1 == install ]]; then suffix=''; fi
    awk -v kind="$1" -v package="$2" '
        /^#/ || NF == 0 { next }
        $2 == package && index("," $1 ",", "," kind ",") { $1 = $2 = ""; sub(/^ */, ""); sub(/ /, " root:root "); print }' \
        "$manifest" |
        sed -e "s|LIBDIR|$libdir|; s|VERSION|$version|; s|\[\.gz\]|$suffix|; s|-relwithdebinfo|-${build_type,,}|" | sort
}

# Leaves out folders that no package calls its own, if everybody can enter them.
own() { # KIND PACKAGE
    awk 'NR == FNR { own[$3] = 1; next } $3 ~ /\/$/ && $1 == "0755" && $2 == "root:root" && !($3 in own) { next } { print }' \
        <(expected "$1" "$2") - | sort
}

in_deb() { # PACKAGE
    dpkg-deb --contents "$(deb "$1")" | awk '
        function digit(bits) { return (bits ~ /^r/) * 4 + (bits ~ /^.w/) * 2 + (bits ~ /x$/) }
        {
            mode = $1 ~ /[sStT]/ ? $1 : "0" digit(substr($1, 2, 3)) digit(substr($1, 5, 3)) digit(substr($1, 8, 3))
            sub("/", ":", $2)
            sub(/^\./, "", $6)
            print mode, $2, $6 ($7 == "->" ? " -> " $8 : "")
        }' | own deb "$1"
}

# A folder has no "/" at its end there.
in_rpm() { # PACKAGE
    rpm --query --package --queryformat '[%{FILEMODES:octal} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES} %{FILELINKTOS}\n]' \
        "$(rpm_file "$1")" |
        awk '{ print "0" substr($1, length($1) - 2), $2, $3 ($1 ~ /^0?4/ ? "/" : "") ($4 != "" ? " -> " $4 : "") }' | sort
}

declare -A components=([cgprune]="agent conf doc" [libprune0]=library [libprune-dev]=development)
installed() { # PACKAGE
    local component
    umask 022
    for component in ${components[$1]}; do
        DESTDIR=$work/$1 cmake --install "$build" --component "$component" >/dev/null
    done
    listed "$work/$1" | own install "$1"
}
listed() { # FOLDER
    find "$1" -mindepth 1 \( -type d -printf '0%m %u:%g /%P/\n' -o -type l -printf '0%m %u:%g /%P -> %l\n' \
        -o -printf '0%m %u:%g /%P\n' \)
}

alone() { # PACKAGE
    ((EUID == 0)) || skip "only root can see whose files root would install"
    same_lines "$(installed "$1")" "$(expected install "$1")"
}
by_deb() {
    needs dpkg-deb
    same_lines "$(in_deb "$1")" "$(expected deb "$1")"
}
by_rpm() {
    needs rpm rpmbuild
    same_lines "$(in_rpm "$1")" "$(expected rpm "$1")"
}

# Nothing is in a component that no package has.
nothing_else() {
    ((EUID == 0)) || skip "only root can see whose files root would install"
    umask 022
    DESTDIR=$work/all cmake --install "$build" >/dev/null
    same_lines "$(listed "$work/all" | grep -v '/$' | sort)" \
        "$(for package in "${!components[@]}"; do expected install "$package"; done | grep -v '/$' | sort)"
}

# A conf that is there is left as it is, by an installation that nothing else looks after.
keeps_the_conf() {
    mkdir -p "$work/again/etc/cgprune"
    echo '# mine' >"$work/again/etc/cgprune/cgprune.conf"
    DESTDIR=$work/again cmake --install "$build" --component conf >/dev/null
    equal "$(cat "$work/again/etc/cgprune/cgprune.conf")" '# mine'
}

for package in cgprune libprune0 libprune-dev; do
    it "cmake --install: $package is as the manifest says" alone "$package"
    it "deb: $package is as the manifest says" by_deb "$package"
    it "rpm: $package is as the manifest says" by_rpm "$package"
done
it "cmake --install installs nothing that no package has" nothing_else
it "cmake --install keeps a conf that is there" keeps_the_conf
finish

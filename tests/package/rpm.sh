#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317 # the tests are called by their names
# rpm.sh BUILD: what the .rpm packages say of themselves, and what rpmlint says of them.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"
needs rpm rpmbuild
all=(cgprune libprune0 libprune-dev)

query() { rpm --query --package "$(rpm_file "$1")" "${@:2}"; } # PACKAGE OPTION...

fields() {
    local package
    for package in "${all[@]}"; do
        equal "$(query "$package" --queryformat '%{NAME} %{VERSION}-%{RELEASE} %{LICENSE} %{BUILDHOST}')" \
            "${package/%-dev/-devel} $version-1 MIT reproducible"
        [[ $(query "$package" --queryformat '%{SUMMARY}') == [A-Z]* ]] || fail "$package has no summary"
        [[ $(query "$package" --queryformat '%{DESCRIPTION}' | wc -l) -ge 1 ]] || fail "$package is not described"
    done
}

# Each library that a program is linked with, and nothing but RPM's own besides.
names_required() { query "$1" --requires | sed -n 's/\.so\.\([0-9.]*\)(.*/.so.\1/p' | sort -u; }
names_needed() {
    readelf --dynamic "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux' | sort -u
}
dependencies() {
    local required
    same_lines "$(names_required cgprune)" "$(names_needed "$build/agent/cgprune")"
    same_lines "$(names_required libprune0)" "$(names_needed "$build/libprune/libprune.so.$version")"
    required=$(query libprune-dev --requires)
    grep -Fx "libprune0 = $version" <<<"$required"
}

conf() {
    equal "$(query cgprune --configfiles)" /etc/cgprune/cgprune.conf
    equal "$(query cgprune --queryformat '[%{FILENAMES} %{FILEFLAGS:fflags}\n]' | awk '$1 ~ /cgprune\.conf$/ && $1 ~ /^.etc/')" \
        '/etc/cgprune/cgprune.conf cn'
}
licences() {
    local package
    for package in "${all[@]}"; do
        equal "$(query "$package" --licensefiles)" "/usr/share/licenses/${package/%-dev/-devel}/LICENSE"
    done
}
scripts() {
    local names
    names=$(query cgprune --scripts | sed -n 's/ scriptlet.*//p' | xargs)
    equal "$names" 'postinstall preuninstall postuninstall'
    equal "$(query libprune0 --scripts | grep -c '^/sbin/ldconfig$')" 2
    equal "$(query libprune-dev --scripts)" ''
}

scripts_are_shell() {
    needs shellcheck
    local script
    for script in POSTIN PREUN POSTUN; do
        query cgprune --queryformat "%{$script}" >"$work/$script"
        shellcheck --shell=dash "$work/$script"
    done
}

rpmlint_is_silent() {
    needs rpmlint
    local package said files=()
    for package in "${all[@]}"; do files+=("$(rpm_file "$package")"); done
    said=$(rpmlint --config "$source/conf/packaging/rpm/rpmlint.toml" "${files[@]}") || fail "$said"
    [[ $said == *'3 packages and 0 specfiles checked; 0 errors, 0 warnings'* ]] || fail "$said"
}

it "their fields are as they should be" fields
it "they require what they are linked with" dependencies
it "the conf is kept when it was changed" conf
it "each has its licence" licences
it "the programs have scripts, and the library calls ldconfig" scripts
it "scripts are shell" scripts_are_shell
it "rpmlint has nothing to say but what is filtered" rpmlint_is_silent
finish

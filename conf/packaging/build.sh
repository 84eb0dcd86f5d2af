#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build.sh BUILD [deb|rpm|source...]: makes into BUILD/packages, of what is built in BUILD, the packages that this host
# has the tools for, and the source tarball, and prints their names. The same sources give the same bytes, wherever and
# whenever.
set -euo pipefail
build=$(realpath -- "$1")
kinds=("${@:2}")
if ((${#kinds[@]} == 0)); then kinds=(deb rpm source); fi
source=$(cd "$(dirname "$0")/../.." && pwd)
packages=$build/packages
log=$build/packaging/cpack.log
export LC_ALL=C
umask 022

say() { printf 'packages: %s\n' "$*" >&2; }

# Files of the tree, with those that git does not know yet; in a tarball, which has no git, all but builds.
files() {
    if [[ -e $source/.git ]]; then
        git -C "$source" ls-files -z --cached --others --exclude-standard --deduplicate
    else
        (cd "$source" && find . -path './build*' -prune -o -type f -printf '%P\0')
    fi | (cd "$source" && while IFS= read -r -d '' file; do if [[ -f $file ]]; then printf '%s\0' "$file"; fi; done) | sort -z
}

# When the sources were last changed.
date_of_sources() {
    if [[ -e $source/.git ]]; then
        git -C "$source" log -1 --format=%ct
    else
        (cd "$source" && files | xargs -0 stat --format=%Y -- | sort -n | tail -n 1)
    fi
}

make_source() {
    local name
    name=cgprune-$(sed -n 's/^set(CPACK_PACKAGE_VERSION "\(.*\)")$/\1/p' "$build/CPackConfig.cmake")
    files | tar --create --directory="$source" --null --files-from=- --transform="s,^,$name/," \
        --format=gnu --owner=root:0 --group=root:0 --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH" |
        gzip -9 --no-name >"$packages/$name.tar.gz"
}

by_cpack() { # GENERATOR TOOL...
    local generator=$1 tool
    shift
    for tool; do
        if ! command -v "$tool" >/dev/null; then
            say "no $generator packages: $tool is missing"
            return
        fi
    done
    if ! (cd "$build" && cpack --config CPackConfig.cmake -G "$generator" -B "$packages") >"$log" 2>&1; then
        cat "$log"
        return 1
    fi
    rm -rf "$packages/_CPack_Packages"
}

make_deb() { by_cpack DEB dpkg-deb dpkg-shlibdeps dpkg-gensymbols; }
make_rpm() { by_cpack RPM rpmbuild; }

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date_of_sources)}
rm -rf "$packages"
mkdir -p "$packages"
for kind in "${kinds[@]}"; do "make_$kind"; done
(cd "$packages" && ls)

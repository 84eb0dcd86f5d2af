#!/bin/sh
# SPDX-License-Identifier: MIT
# Fetch Debian's own kernels for the guest, and unpack them without installing anything.
#   kernels.sh [6.1|6.12]...     prints the path of each kernel's vmlinux
# What is in the cache is used as it is: remove the cache's folder to get the newest again.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=common.sh
. "$here/common.sh"

# The signed cloud images of one series; the names of -dbg and -unsigned end otherwise.
newest_package() {
    series=$(printf '%s' "$1" | sed 's/\./\\./g')
    apt-cache search --names-only "^linux-image-${series}[.-][^ ]*-cloud-amd64\$" |
        cut -d' ' -f1 | sort -V | tail -n 1
}

# u8 or u4 at an offset of a file, as a decimal number.
number_at() { od -An -t"$2" -j "$3" -N "${2#u}" -- "$1" | tr -d ' '; }

# A bzImage says where its compressed vmlinux lies (Documentation/x86/boot: setup_sects, payload_offset,
# payload_length). All formats but gzip have the unpacked size appended, 4 bytes.
payload() {
    start=$((($(number_at "$1" u1 497) + 1) * 512 + $(number_at "$1" u4 584)))
    tail -c "+$((start + 1))" -- "$1" | head -c "$(number_at "$1" u4 588)"
}

unpack_vmlinux() {
    payload "$1" >"$2.packed" || return 1
    case $(od -An -tx1 -N 4 -- "$2.packed" | tr -d ' ') in
    1f8b*) gzip -dc <"$2.packed" >"$2" ;;
    02214c18) head -c -4 "$2.packed" | lz4 -dcq >"$2" ;;
    28b52ffd) head -c -4 "$2.packed" | zstd -dcq >"$2" ;;
    fd377a58) head -c -4 "$2.packed" | xz -dc >"$2" ;;
    *) say "$1: the kernel is packed in a way that is not known here"; return 1 ;;
    esac && rm -f -- "$2.packed"
}

# Apt's lists can be missing, as in a fresh image with all packages in it, or name what is no longer there.
refresh_lists() {
    [ "$(id -u)" -eq 0 ] || return 0
    say "fetching the lists of packages"
    apt-get -qq update >&2
}

# In a work folder, so that the cache has a kernel whole or not at all.
fetch() {
    series=$1 package=$2 work=$3
    say "fetching $package"
    (cd "$work" && apt-get -qq download "$package" >apt.log 2>&1) || {
        sed 's/^/    /' "$work/apt.log" >&2
        return "$skipped"
    }
    dpkg-deb -x "$work"/*.deb "$work/root" || return 1
    mkdir -- "$work/kept" || return 1
    unpack_vmlinux "$work"/root/boot/vmlinuz-* "$work/kept/vmlinux" || return 1
    mv -- "$work"/root/boot/vmlinuz-* "$work/kept/vmlinuz" &&
        printf '%s\n' "$package" >"$work/kept/package" &&
        mv -T -- "$work/kept" "$cache/kernel-$series"
}

provide() {
    [ ! -s "$cache/kernel-$1/vmlinux" ] || return 0
    need apt-cache apt-get dpkg-deb od lz4 zstd xz
    refresh_lists
    package=$(newest_package "$1")
    [ -n "$package" ] || skip "apt knows no linux-image-$1 for the cloud; try apt-get update"
    work=$(mktemp -d "$cache/fetch.XXXXXX") || die "cannot write in $cache"
    fetch "$1" "$package" "$work"
    status=$?
    rm -rf -- "$work"
    [ "$status" -ne "$skipped" ] || skip "$package could not be downloaded"
    [ "$status" -eq 0 ] || die "$package could not be unpacked"
}

[ "$#" -gt 0 ] || eval "set -- $kernels"
for kernel; do
    case " $kernels " in *" $kernel "*) ;; *) die "no kernel $kernel; there are: $kernels" ;; esac
    with_lock kernels.lock provide "$kernel" || exit
    printf '%s\n' "$cache/kernel-$kernel/vmlinux"
done

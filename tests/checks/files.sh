# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For the checks: which files are ours. Each check takes the tree to look at as its argument, so that its own
# test can hand it a small bad one; git is not asked, since a release tarball has none.

# The tree to check: $1, or the one that this script lies in.
treeRoot() {
    cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../..}" && pwd
}

# filesBelow ROOT FIND-EXPRESSION...: our files that fit, builds and git left out, as paths below ROOT.
filesBelow() {
    local root=$1
    shift
    (cd "$root" && find . \( -name .git -o -path './build*' -o -path ./.cache \) -prune -o \
        -type f \( "$@" \) -print | sed 's|^\./||' | sort)
}

# Every shell script, whatever its name.
shellScripts() {
    filesBelow "$1" -true | tr '\n' '\0' | (cd "$1" && LC_ALL=C xargs -0 -r awk '
        FNR == 1 && (FILENAME ~ /\.sh$/ || /^#!(.*[\/ ])?(ba|da)?sh( |$)/) { print FILENAME }
        { nextfile }')
}

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
    local file
    filesBelow "$1" -true | while read -r file; do
        if [[ $file == *.sh ]] || head -n 1 "$1/$file" | grep -aqE '^#!.*\b(ba|da)?sh\b'; then
            echo "$file"
        fi
    done
}

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune completion: what the shells offer, and that no option is missing anywhere.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

page=$(dirname "$0")/../../man/cgprune.8

# offered WORD...: what bash offers for the last one.
offered() {
    # shellcheck disable=SC2016 # for that shell
    "$BASH" --norc -c '
        . <("$1" completion bash)
        compopt() { :; } # known only while a completion runs
        shift
        COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        read -ra COMP_WORDS < <(sed "s/[=:]\{1,\}/ & /g" <<<"$COMP_LINE") # as bash parts them
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _cgprune
        printf "%s\n" "${COMPREPLY[@]}" | sort | xargs' "$BASH" "$bin/cgprune" cgprune "$@"
}

bash_verbs() { equal "$(offered un)" 'undelegate unkeep'; }
bash_options() { equal "$(offered enable --d)" '--default-on --dry-run'; }
# bash_hierarchies WORD...: scripts beside this one have some too.
bash_hierarchies() {
    offered "$@" | tr ' ' '\n' | grep -Fqx "${hierarchy#name=}" || fail "$hierarchy is not offered after $*"
}
bash_each_hierarchy() {
    bash_hierarchies enable "${hierarchy:0:-1}"
    bash_hierarchies prune --hierarchy "${hierarchy:0:-1}"
    bash_hierarchies prune --hierarchy="${hierarchy:0:-1}"
}
bash_after_root() {
    equal "$(offered --root / enabl)" enable
    equal "$(offered --root=/ enabl)" enable
}
bash_before_the_verb() {
    mkdir -p /run/here/folder
    equal "$(offered --)" '--help --json --root --version'
    equal "$(offered --root /run/here/f)" /run/here/folder
}
bash_words() {
    equal "$(offered completion z)" zsh
    equal "$(offered register /a --namespace u)" 'user uts'
    equal "$(offered prune /a --force=k)" kept
}
bash_folders() {
    mkdir -p /run/here/folder
    touch /run/here/file
    equal "$(offered keep /run/here/)" /run/here/folder
    equal "$(offered enable --agent /run/here/)" '/run/here/file /run/here/folder'
}

another_shell() {
    cgprune completion tcsh
    exits 2
    complains 'cgprune completion: there is no completion for tcsh, only for bash, zsh and fish'
}

# parses SHELL OPTION...: the shell finds no fault in its script.
parses() {
    command -v "$1" >/dev/null || { echo "skipped: $1 is missing; ./dev setup installs it"; exit 77; }
    "$bin/cgprune" completion "$1" >/run/script
    "$@" /run/script
}
bash_parses() { parses bash -n; }
zsh_parses() { parses zsh -n; }
fish_parses() { parses fish --no-execute; }

verbs() { "$bin/cgprune" --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p'; }
options_of() { "$bin/cgprune" "$1" --help | sed -n 's/^  --\([a-z-]*\).*/\1/p'; }

# in_all VERB OPTION: the three scripts and the man page know it.
in_all() {
    sed -n "/^    $1)/,/^        ;;/p" /run/bash | grep -qE -- "--$2[ ']" || fail "bash does not know --$2 of $1"
    sed -n "/^        $1)/,/;;/p" /run/zsh | grep -qF -- "'--$2[" || fail "zsh does not know --$2 of $1"
    grep -qE -- "from $1' -l $2 " /run/fish || fail "fish does not know --$2 of $1"
    grep -qE "Fl -$2( |\$)" "$page" || fail "cgprune(8) does not know --$2 of $1"
}

nothing_is_missing() {
    local verb option options=0 shell
    for shell in bash zsh fish; do "$bin/cgprune" completion "$shell" >"/run/$shell"; done
    for verb in $(verbs); do
        grep -qx "\.Ss $verb" "$page" || fail "cgprune(8) does not describe $verb"
        for option in $(options_of "$verb"); do
            in_all "$verb" "$option"
            options=$((options + 1))
        done
    done
    ((options > 60)) || fail "only $options options were looked at"
}

it "bash is offered verbs" bash_verbs
it "bash is offered a verb's options" bash_options
it "bash is offered hierarchies, whose names have ends of words in them" bash_each_hierarchy
it "bash finds the verb behind --root" bash_after_root
it "bash is offered what can stand before the verb" bash_before_the_verb
it "bash is offered the words that an option takes" bash_words
it "bash is offered folders for a cgroup, and files for a program" bash_folders
it "another shell is refused" another_shell
it "bash takes its script" bash_parses
it "zsh takes its script" zsh_parses
it "fish takes its script" fish_parses
it "each option of each verb is in the three scripts and in the manual" nothing_is_missing
finish

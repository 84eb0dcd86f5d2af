#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.12
# Random steps in the life of a few cgroups, on this kernel, by the library and by a model of its rules
# (tests/model), and the sequences that are kept.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer

# model_steps WORD...: with its last line as a note.
model_steps() {
    model-steps --on "$freezer" "$@" >/tmp/steps || {
        cat /tmp/steps
        fail "the library and the model differ, or the steps could not be taken"
    }
    note "$(tail -n 1 /tmp/steps)"
}

random_steps() {
    seeds=4
    [ -z "$full" ] || seeds=100
    model_steps --seed 1 --seeds "$seeds" --steps 150
}

fresh_steps() {
    seeds=1
    [ -z "$full" ] || seeds=34
    model_steps --fresh --seeds "$seeds" --steps 150
    note "$(grep '^a fresh seed: ' /tmp/steps)"
}

kept_sequences() { model_steps --replay /usr/lib/model/*.steps; }

scenario "random steps: the library does what the model of its rules does" random_steps
scenario "so it does from a fresh seed" fresh_steps
scenario "so it does in the sequences that are kept" kept_sequences

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# A cgroup stays while its registered creator lives, and goes when that one has ended.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/creators.sh
. /usr/lib/guest/creators.sh

registry=/run/cgprune/registry/freezer

a_container_lives_and_dies() {
    by_creator
    mkflagged "$freezer/ct"
    container 0
    inside "$init" mkdir "$freezer/ct/a"
    expect cgprune register "$freezer/ct/a" --creator "$member"
    expect there "$registry/$(id_of "$freezer/ct/a").creator"
    explained "$freezer/ct/a" '"life":"alive"' '"decides":"init"' "\"rung\":\"$(task_rung)\"" '"source":"registered"' \
        "\"pid\":$member" "\"deciding-pid\":$init"
    empty_once_inside "$freezer/ct/a"
    stays_over_retries "$freezer/ct/a"
    end_task "$member" # the requestor itself does not decide
    stays_over_retries "$freezer/ct/a"
    explained "$freezer/ct/a" '"life":"alive"' '"reason":"creator-alive"'
    end_task "$init"
    goes_by_creator "$freezer/ct/a"
    equal "$(find "$registry" -type f)" "" "facts that are left"
    expect there "$freezer/ct"
}

emptied_after_the_death() {
    by_creator
    mkflagged "$freezer/a" "$freezer/other"
    container 0
    run_in "$freezer/a"
    expect cgprune register "$freezer/a" --creator "$member"
    end_task "$init"
    explained "$freezer/a" '"life":"gone"' '"verdict":"keep"' '"reason":"populated"'
    stays "$freezer/a" 1
    end_task "$task"
    goes_by_creator "$freezer/a"
    empty_once "$freezer/other"
    eventually 60 logged msg=kept cgroup=/other reason=keep-unknown-creator
}

two_containers() {
    by_creator
    mkflagged "$freezer/a" "$freezer/b"
    container 0
    first=$init
    expect cgprune register "$freezer/a" --creator "$member"
    container 0
    expect cgprune register "$freezer/b" --creator "$member"
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    stays_over_retries "$freezer/a"
    end_task "$first"
    eventually 60 gone "$freezer/a"
    stays_over_retries "$freezer/b"
    end_task "$init"
    goes_by_creator "$freezer/b"
}

a_requestor_on_the_host() {
    by_creator
    mkflagged "$freezer/a"
    run_in "$freezer"
    requestor=$task
    expect cgprune register "$freezer/a" --creator "$requestor"
    explained "$freezer/a" '"life":"alive"' '"decides":"task"' "\"rung\":\"$(task_rung)\"" "\"pid\":$requestor" \
        '"name":"guest-tool"'
    empty_once "$freezer/a"
    stays_over_retries "$freezer/a"
    end_task "$requestor"
    goes_by_creator "$freezer/a"
}

a_later_creator_replaces_the_first() {
    by_creator
    mkflagged "$freezer/a"
    run_in "$freezer"
    first=$task
    expect cgprune register "$freezer/a" --creator "$first"
    run_in "$freezer"
    second=$task
    expect cgprune register "$freezer/a" --creator "$second"
    empty_once "$freezer/a"
    end_task "$first"
    stays_over_retries "$freezer/a"
    end_task "$second"
    goes_by_creator "$freezer/a"
}

populated_while_deferred() {
    deferred_for_a_container "$freezer/a"
    run_in "$freezer/a"
    eventually 60 no_entries
    end_task "$init"
    stays "$freezer/a" 2
    end_task "$task"
    goes_by_creator "$freezer/a"
}

flag_cleared_while_deferred() {
    deferred_for_a_container "$freezer/a"
    flag "$freezer/a" 0
    end_task "$init"
    eventually 60 no_entries
    stays "$freezer/a" 2
}

kept_while_deferred() {
    deferred_for_a_container "$freezer/a"
    expect cgprune keep "$freezer/a"
    end_task "$init"
    eventually 60 no_entries
    stays "$freezer/a" 2
}

broken_facts_keep_it() {
    by_creator
    mkflagged "$freezer/a"
    container 0
    expect cgprune register "$freezer/a" --creator "$member"
    fact=$registry/$(id_of "$freezer/a").creator
    sed -i 's/^cgprune-creator 1$/cgprune-creator 2/' "$fact"
    empty_once "$freezer/a"
    eventually 60 deferred /a creator-undetermined
    end_task "$init"
    stays "$freezer/a" 2
    expect there "$fact.broken"
    eventually 10 logged msg=state-fault cgroup=/a
    conf <<END
[default]
policy = creator-gone
linger = 0
retry = 200ms..200ms
END
    stays "$freezer/a" 1
    expect cgprune forget "$freezer/a"
    eventually 60 gone "$freezer/a"
}

forgotten_or_made_anew() {
    by_creator
    mkflagged "$freezer/a" "$freezer/b"
    container 0
    expect cgprune register "$freezer/a" --creator "$member"
    expect cgprune register "$freezer/b" --creator "$member"
    expect cgprune forget "$freezer/a"
    explained "$freezer/a" '"creator":null'
    rmdir "$freezer/b"
    mkflagged "$freezer/b" # of the same name, and another
    explained "$freezer/b" '"creator":null'
    end_task "$init"
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    eventually 60 logged msg=kept cgroup=/a reason=keep-unknown-creator
    eventually 60 logged msg=kept cgroup=/b reason=keep-unknown-creator
}

only_the_host_registers() {
    by_creator
    mkflagged "$freezer/a"
    container 0
    exits 1 inside "$init" cgprune register "$freezer/a" --creator 1
    exits 1 cgprune register "$freezer/a" --creator 4000000
    exits 2 cgprune register "$freezer/a"
    explained "$freezer/a" '"creator":null'
}

scenario "a container's cgroup stays while its init lives, and goes at the next look after" a_container_lives_and_dies
scenario "emptied after its creator's end it goes at once; of unknown creators the conf decides" emptied_after_the_death
scenario "of two containers the end of each counts for its own cgroup" two_containers
scenario "a requestor on the host: its cgroup goes after its end, and not before" a_requestor_on_the_host
scenario "of two that are registered one after the other the later counts" a_later_creator_replaces_the_first
scenario "populated while deferred: the entry is dropped, and it goes when empty again" populated_while_deferred
scenario "flag cleared while deferred: it is kept, whoever ends" flag_cleared_while_deferred
scenario "marked while deferred: it is kept, whoever ends" kept_while_deferred
scenario "a fact that cannot be read keeps the cgroup until it is forgotten" broken_facts_keep_it
scenario "forgotten facts, and those of a namesake, do not count" forgotten_or_made_anew
scenario "from inside a container nothing can be registered" only_the_host_registers

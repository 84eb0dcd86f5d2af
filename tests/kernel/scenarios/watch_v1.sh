#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: v1
# daily: 6.1
# cgprune watch beside the kernel's own agent: it observes.

# shellcheck source=../guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../guest/creators.sh
. /usr/lib/guest/creators.sh
# shellcheck source=../guest/watch.sh
. /usr/lib/guest/watch.sh

observed_maker() {
    by_creator
    flag "$freezer" 1
    watch freezer
    container 0
    inside "$member" guest-tool make "$freezer/inner"
    mkcg "$freezer/outer"
    empty_once "$freezer/inner"
    empty_once "$freezer/outer"
    eventually 60 deferred /inner creator-alive
    end_task "$init"
    eventually 60 gone "$freezer/inner"
    stays "$freezer/outer" 1
}

observed_chown() {
    printf '%s\n' '[agent]' 'log-level = debug' '[default]' 'policy = delegated' 'linger = 0' "$@" | conf
    cgprune enable freezer
    watch freezer
    mkcg "$freezer/a" "$freezer/b"
    chown 1000:1000 "$freezer/a" "$freezer/a/cgroup.procs" "$freezer/a/tasks"
    eventually 60 logged msg=observed cgroup=/a what=delegated who=1000
}

a_chown_sets_the_flag() {
    observed_chown
    equal "$(cat "$freezer/a/notify_on_release")" 1 "flag"
    empty_once "$freezer/a"
    empty_once "$freezer/b"
    eventually 60 gone "$freezer/a"
    stays "$freezer/b" 1
}

set_flag_no() {
    observed_chown 'set-flag = no'
    equal "$(cat "$freezer/a/notify_on_release")" 0 "flag"
}

given_back() {
    observed_chown
    chown 0:0 "$freezer/a" "$freezer/a/cgroup.procs"
    eventually 60 no_fact delegated
}
no_fact() { [ -z "$(find /run/cgprune/registry -name "*.$1" 2>/dev/null)" ]; }

# As chown -R does, which changes a directory after what is in it.
children_first() {
    printf '%s\n' '[agent]' 'log-level = debug' '[default]' 'policy = delegated' 'linger = 0' | conf
    cgprune enable freezer
    watch freezer
    mkcg "$freezer/a/b"
    for one in b .; do
        chown 1000:1000 "$freezer/a/$one/cgroup.procs" "$freezer/a/$one/tasks" "$freezer/a/$one"
        usleep 500000
    done
    eventually 60 logged msg=observed cgroup=/a what=delegated who=1000
    empty_once "$freezer/a/b"
    stays "$freezer/a/b" 2
}

given_back_unseen() {
    observed_chown
    kill -KILL "$watcher"
    chown 0:0 "$freezer/a" "$freezer/a/cgroup.procs" "$freezer/a/tasks"
    watch freezer
    empty_once "$freezer/a"
    stays "$freezer/a" 2
}

drainer_no_by_hup() {
    printf '%s\n' '[default]' 'policy = always' 'linger = 4s' | conf
    cgprune enable freezer
    watch freezer
    mkflagged "$freezer/a"
    empty_once "$freezer/a"
    eventually 60 deferred /a lingering
    printf '%s\n' '[agent]' 'drainer = no' '[default]' 'policy = always' 'linger = 4s' | conf
    kill -HUP "$watcher"
    eventually 60 gone "$freezer/a"
}

state_removed() {
    observed_chown
    rm -rf /run/cgprune
    cgprune enable freezer
    eventually 60 there /run/cgprune/watch/freezer.lock
    exits 1 cgprune watch freezer
    chown 1000:1000 "$freezer/b" "$freezer/b/cgroup.procs" "$freezer/b/tasks"
    eventually 60 logged msg=observed cgroup=/b what=delegated who=1000
}

a_rename_moves_the_fact() {
    by_creator
    watch freezer
    mkcg "$freezer/a"
    expect cgprune register "$freezer/a" --creator 1
    mv "$freezer/a" "$freezer/b"
    eventually 60 grep -rq '^path=/b$' /run/cgprune/registry/freezer
}

a_removal_drops_the_fact() {
    by_creator
    watch freezer
    mkcg "$freezer/a"
    expect cgprune register "$freezer/a" --creator 1
    rmdir "$freezer/a"
    eventually 60 no_fact creator
}

a_creators_end() {
    by_creator_every 60s
    watch freezer
    mkflagged "$freezer/a"
    sleep 1000 &
    creator=$!
    expect cgprune register "$freezer/a" --creator "$creator"
    empty_once "$freezer/a"
    eventually 60 deferred /a creator-alive
    stays "$freezer/a" 2
    kill -KILL "$creator"
    eventually 30 gone "$freezer/a"
}

can_be_unmounted() {
    by_creator
    mkdir -p /run/own
    mount -t cgroup -o none,name=own own /run/own
    watch name=own
    mkcg /run/own/a
    rmdir /run/own/a
    eventually 60 umount /run/own # busy while watch looks at what the removal changed
    eventually 60 logged msg=watch-ended
}

is_mounted_anew() {
    can_be_unmounted
    mount -t cgroup -o none,name=own own /run/own
    printf '%s\n' '[agent]' 'log-level = debug' '[default]' 'policy = delegated' | conf
    kill -HUP "$watcher"
    eventually 60 watches_anew
}
# What was observed tells that it is watched.
watches_anew() {
    local cgroup
    cgroup=/run/own/b$(now)
    mkdir "$cgroup" && chown 1000:1000 "$cgroup" "$cgroup/cgroup.procs"
    usleep 200000
    logged msg=observed what=delegated
}

finds_what_is_enabled_later() {
    by_creator
    watch
    cgprune enable name=openrc
    eventually 60 watches name=openrc
    exits 1 cgprune watch name=openrc
}
watches() { [ -e "/run/cgprune/watch/$1.lock" ]; }

scenario "a chown sets notify_on_release, and what is handed over goes when it is empty" a_chown_sets_the_flag
scenario "with set-flag = no the flag stays as it is" set_flag_no
scenario "given back, it is a delegation no more" given_back
scenario "what is handed over children first is one delegation, not many" children_first
scenario "given back while nobody watched, it is a delegation no more" given_back_unseen
scenario "with drainer = no by SIGHUP it does what the drainer did" drainer_no_by_hup
scenario "it outlives that its state folder is removed" state_removed
scenario "a rename is followed" a_rename_moves_the_fact
scenario "a removal drops what was known" a_removal_drops_the_fact
scenario "a creator's end is acted on at once, though the drainer sleeps" a_creators_end
scenario "a watched hierarchy can be unmounted" can_be_unmounted
scenario "mounted anew, it is watched again" is_mounted_anew
scenario "without a name, what is enabled later is found" finds_what_is_enabled_later
if tells_makers; then
    scenario "what a container made stays while it lives, and goes with it, without a register call" observed_maker
fi

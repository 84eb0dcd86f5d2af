#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# In a guest: what cgprune watch costs, and how soon it acts.

# shellcheck source=../kernel/guest/lib.sh
. /usr/lib/guest/lib.sh
# shellcheck source=../kernel/guest/watch.sh
. /usr/lib/guest/watch.sh

jobs=$(mount_of unified)/jobs

latency() {
    rule 'policy = always'
    watch unified
    mkcg "$jobs"
    guest-tool latency "$jobs" 1000 | while read -r line; do note "$line"; done
}

# Hundredths of a second of CPU that a process has used.
cpu_of() { cut -d' ' -f14,15 "/proc/$1/stat" | tr ' ' '+' | { read -r sum; echo "$((sum))"; }; }
memory_of() { sed -n 's/^VmRSS:[[:space:]]*//p' "/proc/$1/status"; }

# What it has used when it has nothing more to do.
quiet() {
    local used=-1
    while [ "$used" != "$(cpu_of "$1")" ]; do
        used=$(cpu_of "$1")
        usleep 5000000
    done
    echo "$used"
}

idle() {
    # Debian's default for so little memory is 8,192: the rest would be looked at every 30 s.
    echo 65536 >/proc/sys/fs/inotify/max_user_watches
    rule 'policy = always'
    watch unified
    note "nothing watched: $(memory_of "$watcher")"
    local made=0 before
    while [ "$made" -lt 100 ]; do
        made=$((made + 1))
        mkdir -p "$jobs/$made"
        (cd "$jobs/$made" && seq 99 | xargs mkdir)
    done
    before=$(quiet "$watcher")
    note "10,000 idle cgroups watched: $(memory_of "$watcher"), $((before * 10)) ms of CPU to take them in"
    usleep 60000000
    note "and over a minute: $((($(cpu_of "$watcher") - before) * 10)) ms of CPU"
}

scenario "1,000 cgroups that became empty" latency
scenario "10,000 idle cgroups" idle

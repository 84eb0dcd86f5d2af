# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by scenarios about cgprune watch, after lib.sh.

watcher= # its pid, when watch has started it

# watch [HIERARCHY...]: runs, and has looked at what is there.
watch() {
    local before
    before=$(log_count msg=watch-ready)
    cgprune watch "$@" &
    watcher=$!
    eventually 60 ready_again "$before"
}
ready_again() { [ "$(log_count msg=watch-ready)" -gt "$1" ]; }

end_watch() {
    kill "$watcher"
    wait "$watcher"
}

# rule LINE...: one for /jobs on cgroup v2.
rule() {
    printf '%s\n' '[agent]' 'log-level = debug' '[rule jobs]' 'hierarchy = unified' 'path = /jobs/**' 'linger = 0' \
        'retry = 100ms..60s' "$@" | conf
}

# Whether this kernel tells who makes a cgroup.
tells_makers() { case $(uname -r) in 6.1.*) return 1 ;; esac; }

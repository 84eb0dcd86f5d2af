#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# In a guest with cgroup v1: many cgroups emptied at once, and what becomes of it with each of three agents.

# shellcheck source=../kernel/guest/lib.sh
. /usr/lib/guest/lib.sh

freezer=/sys/fs/cgroup/freezer
if [ -n "${full:-}" ]; then cgroups=5000 rounds=3; else cgroups=200 rounds=1; fi
figures=/tmp/figures # agent, ms, tasks, kB

# OpenRC's agent with its own steps, run by busybox: test, and rmdir as a program.
shell_agent() {
    mkdir -p /run/baseline
    cat >/run/baseline/openrc <<'END'
#!/bin/sh
cgroup=/sys/fs/cgroup/freezer
PATH=/bin:/usr/bin:/sbin:/usr/sbin
if [ -d ${cgroup}/"$1" ]; then
    /usr/bin/rmdir ${cgroup}/"$1"
fi
END
    chmod 755 /run/baseline/openrc
    agent_for freezer /run/baseline/openrc
}

use() { # AGENT
    case $1 in
    release-agent) cgprune enable freezer --force >/dev/null ;;
    rmdir-only) baseline_agent freezer c ;;
    shell-script) shell_agent ;;
    esac
}

storm() { # AGENT COUNT
    use "$1"
    mkcg "$freezer/many"
    guest-tool storm "$freezer/many" "$2"
}

storms() {
    conf <<END
[default]
linger = 0
END
    local agent round=0
    : >"$figures"
    for agent in release-agent rmdir-only shell-script; do storm "$agent" 100 >/dev/null; done
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        for agent in release-agent rmdir-only shell-script; do
            echo "$agent $(storm "$agent" "$cgroups")" >>"$figures"
        done
    done
    tell
}

# Each agent's median, and its ratio to the C program of the same round.
tell() {
    local agent
    for agent in release-agent rmdir-only shell-script; do
        note "$(awk -v agent="$agent" -v rounds="$rounds" '
            function median(values, i, j, swap) {
                for (i = 1; i <= rounds; i++) for (j = i; j < rounds; j++)
                    if (values[j] > values[j + 1]) { swap = values[j]; values[j] = values[j + 1]; values[j + 1] = swap }
                return values[int((rounds + 1) / 2)]
            }
            $1 == agent { ms[++n] = $2; tasks[n] = $3; kb[n] = $4 }
            $1 == "rmdir-only" { base[++m] = $2 }
            END {
                for (i = 1; i <= rounds; i++) ratio[i] = ms[i] / base[i]
                printf "%-14s %7d ms  ratio %.2f  %6d tasks  %8d kB", agent, median(ms), median(ratio), median(tasks), median(kb)
            }' "$figures")"
    done
}

scenario "$cgroups cgroups emptied at once, $rounds times by turns: time until all are gone, peaks of tasks and memory" storms

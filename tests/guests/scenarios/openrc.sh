#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# layouts: openrc
# kernels: 6.12
# seconds: 3000
# rounds: 50 (a start and a stop are 6 seconds and more of OpenRC's own scripts)
# OpenRC as PID 1, and its services: with cgroups as it mounts them by itself, v1 and v2 beside each other, and after
# another boot with rc_cgroup_mode="unified", v2 alone.

# shellcheck source=../guest/debian.sh
. /usr/lib/guest/debian.sh
# shellcheck source=../guest/managers.sh
. /usr/lib/guest/managers.sh

mode=hybrid
if [ "${boot:?}" -gt 1 ]; then mode=unified layout=v2; fi

names() { echo again; seq -f stopped%g "$few"; seq -f killed%g "$few"; }

# On v2 a rule has to name the service.
rules() {
    echo openrc
    local name
    for name in $(names); do
        printf '%s\n' "[rule $name]" 'hierarchy = unified' "path = /$name" 'policy = always' 'linger = 10s'
    done >/etc/cgprune/cgprune.conf.d/services.conf
}

made() { folders_named "$1" "openrc_$1"; }
leftovers() { folders_named 'stopped*' 'killed*' 'openrc_*' again; }

# All at once: OpenRC looks at all scripts anew when one has come.
make_services() {
    local name
    for name in $(names); do
        cat >"/etc/init.d/$name" <<'END'
#!/sbin/openrc-run
command=/usr/bin/busybox
command_args="sleep 100000"
command_background=yes
pidfile=/run/$RC_SVCNAME.pid
rc_cgroup_cpu="cpu.shares 512"
END
        chmod 755 "/etc/init.d/$name"
    done
}

start() { rc-service -q "$1" start; }

stop() { rc-service -q "$1" stop; }

# OpenRC has no part in it, and forgets that it was started.
abandon() {
    end_task "$(cat "/run/$1.pid")"
    rc-service -q "$1" zap
}

# By the scripts that come with the package.
put_to_work() {
    local examples=/usr/share/doc/cgprune/examples name
    mkdir -p /etc/conf.d
    for name in cgprune cgprune-watch; do install -m 755 "$examples/openrc/$name.initd" "/etc/init.d/$name"; done
    if [ "$mode" = hybrid ]; then
        printf '%s\n' 'hierarchies="name=openrc cpu"' 'enable_options="--default-on --force"' >/etc/conf.d/cgprune
        rc-service cgprune start
    fi
    rc-service cgprune-watch start
}

# There is no journal: a receiver of /dev/log, whose lines get their times here.
receive_log() {
    echo 4096 >/proc/sys/net/unix/max_dgram_qlen
    : >"$log" # the former boot's is still there
    guest-tool syslog /dev/log "$log" >/dev/null
    tail -n +1 -F "$log" 2>/dev/null | while read -r line; do
        read -r up _ </proc/uptime
        echo "[$up] $line"
    done >/tmp/timed &
}
refresh_log() { :; }
removals() {
    sed -n \
        's/^\[\([0-9]*\)\.\([0-9]*\)\].*msg=removed hierarchy=\([^ ]*\) cgroup=\(.*\) id=\([0-9]*\) .*/\1\2 \3 \5 \4/p' \
        /tmp/timed
}

clean_slate() { :; }
receive_log
make_services
try_manager "OpenRC $(version_of openrc), $mode"
if [ "$boot" -eq 1 ]; then
    sed -i 's/^#*rc_cgroup_mode=.*/rc_cgroup_mode="unified"/' /etc/rc.conf
    boot_again
fi

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The units are what systemd takes for valid, and are hardened; and what the kernel relies on is not hidden from it:
# units.sh FOLDER-OF-SERVICES FOLDER-OF-TIMERS. $CGPRUNE stands for the program, which need not be installed.
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "systemd-analyze is missing; ./dev setup installs it"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$1"/*.service "$2"/*.timer "$work"
cd "$work"
sed -i "s|^\(Exec[A-Za-z]*=\)[^ ]*/cgprune |\1$CGPRUNE |" ./*.service

# Of 100; systemd calls up to 29 "OK", and that of enable cannot have what a mount namespace is needed for.
declare -A most_exposure=([cgprune-enable@.service]=40)
readonly usual_exposure=29

# Whatever gives a service a mount namespace of its own.
readonly namespaces='^(Private(Tmp|Devices|Mounts|Users|IPC|Network)|Protect(System|Home|ControlGroups|KernelTunables|KernelModules|KernelLogs|Hostname|Proc)|ProcSubset|MountFlags|MountAPIVFS|MountImages|ExtensionImages|ExtensionDirectories|RootDirectory|RootImage|ReadOnlyPaths|ReadWritePaths|InaccessiblePaths|ExecPaths|NoExecPaths|BindPaths|BindReadOnlyPaths|TemporaryFileSystem|DynamicUser|(State|Cache|Logs|Configuration)Directory|LogNamespace)='

bad=0
complain() {
    echo "$1"
    bad=1
}

systemd-analyze verify --man=no ./* || bad=1
for unit in *.service; do
    systemd-analyze security --offline=true --no-pager --threshold="${most_exposure[$unit]:-$usual_exposure}" "./$unit" |
        tail -n 1
    if grep -H RuntimeDirectory= "$unit"; then complain "$unit: /run/cgprune has to outlive it"; fi
    grep -q '^Documentation=man:cgprune(8)' "$unit" || complain "$unit: it does not say where to read about it"
done
if grep -E "$namespaces" cgprune-enable@.service; then
    complain "cgprune-enable@.service: the kernel looks for the agent where PID 1 looks"
fi
for timer in *.timer; do
    [[ -e ${timer%.timer}.service ]] || complain "$timer: there is no service for it"
    if grep -q '^\[Install\]' "${timer%.timer}.service"; then complain "$timer: its service can be enabled, too"; fi
done
exit $bad

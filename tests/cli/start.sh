#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# release-agent where it cannot even begin.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

# /dev with nothing in it but a kernel log, which here is a file that can be read.
hide_dev() {
    mount -t tmpfs -o mode=755 dev /dev || skip "no tmpfs can be mounted here"
    : >/dev/kmsg
}

says_what_is_missing() {
    local code=0
    mkdir "$mount/a"
    echo 1 >"$mount/a/notify_on_release"
    hide_dev
    "$bin/release-agent" /a <&- >&- 2>&- || code=$?
    cp /dev/kmsg /run/said-to-kernel
    umount /dev
    [[ $code == 1 ]] || fail "exits with $code"
    [[ $(wc -l </run/said-to-kernel) == 1 ]] || fail "$(cat /run/said-to-kernel)"
    grep -qF "msg=not-started agent=$bin/release-agent cgroup=/a why=open\\x20/dev/null:" /run/said-to-kernel ||
        fail "$(cat /run/said-to-kernel)"
    [[ -d $mount/a ]] || fail "the cgroup is gone"
}

it "an agent that has no /dev/null says so in the kernel's log, and the cgroup stays" says_what_is_missing
finish

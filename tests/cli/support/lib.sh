# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2119,SC2120 # for the scripts
# Sourced by each script of tests/cli. The script then runs in a mount namespace of its own, with an empty /run and an
# /etc without our conf, and names its tests with `it`. What each test finds:
#   $hierarchy  a hierarchy that nobody else knows, mounted at $mount; no task is ever put in it, so the kernel never calls
#   $bin        a folder with cgprune and release-agent, which only root can write
#   a conf that starts no drainer
set -uo pipefail
: "${CGPRUNE:?the cgprune to test}" "${RELEASE_AGENT:?the release-agent to test}"

skip() {
    echo "skipped: $1"
    exit 77
}

if [[ -z ${CLI_INSIDE:-} ]]; then
    ((EUID == 0)) || skip "only root can mount"
    unshare --mount true 2>/dev/null || skip "no mount namespace can be made here"
    export CLI_INSIDE=1
    exec unshare --mount --propagation private -- "$BASH" "$0" "$@"
fi

support=$(dirname "${BASH_SOURCE[0]}")
schemas=$support/../../../agent/cgprune/schema
printed=/run/printed-json # a line of verb, tab and what it printed, for each line of a run with --json
bin=/run/bin
mount=/run/hierarchy
hierarchy=name=cgprune-cli-$$
alias=/run/cgprune/agents/$hierarchy
tests=0
failures=0
skipped=0

make_world() {
    local keep
    keep=$(mktemp -d)
    cp -a /etc/{alternatives,ld.so.cache,passwd,group,nsswitch.conf} "$keep" 2>/dev/null
    mount -t tmpfs -o mode=755 etc /etc || skip "no tmpfs can be mounted here"
    cp -a "$keep/." /etc
    rm -rf "$keep"
    chmod 755 /etc
    local programs
    programs=$(mktemp -d)
    cp "$CGPRUNE" "$programs/cgprune"
    cp "$RELEASE_AGENT" "$programs/release-agent"
    mount -t tmpfs -o mode=755 run /run || skip "no tmpfs can be mounted here"
    mkdir -p "$bin" "$mount"
    install -m 755 "$programs/cgprune" "$programs/release-agent" "$bin"
    rm -rf "$programs"
    if [[ -d /usr/lib/cgprune ]]; then mount -t tmpfs -o mode=755 lib /usr/lib/cgprune; fi
    mount -t cgroup -o "none,$hierarchy" cgprune-cli "$mount" 2>/dev/null || skip "no cgroup v1 hierarchy can be mounted here"
}

# Only drainers that our own programs started run the file in $bin of this mount namespace; scripts that run beside
# this one have a file of the same path in theirs.
end_drainers() {
    local process namespace
    namespace=$(readlink /proc/self/ns/mnt)
    for process in /proc/[0-9]*; do
        if [[ $(readlink "$process/exe") == "$bin/release-agent" && $(readlink "$process/ns/mnt") == "$namespace" ]]; then
            kill "${process#/proc/}"
        fi
    done 2>/dev/null
}

remove_cgroups() { find "$mount" -mindepth 1 -depth -type d -exec rmdir -- {} + 2>/dev/null; }

clean_world() {
    end_drainers
    while read -r point; do umount "$point"; done < <(awk -v top="$mount/" 'index($5, top) == 1 { print $5 }' /proc/self/mountinfo)
    remove_cgroups
    echo >"$mount/release_agent"
    echo 0 >"$mount/notify_on_release"
    rm -rf /run/cgprune /etc/cgprune
    conf ''
}

hierarchy_lives() { grep -q ":$1:" /proc/self/cgroup; }

# A hierarchy outlives its unmount if the kernel is not done yet with the last cgroup that was removed from it; then
# it takes another mount and unmount.
end_hierarchy() { # NAME MOUNT
    local name=$1 point=$2 try
    for ((try = 0; try < 40; try++)); do
        sleep 0.1
        umount "$point" 2>/dev/null && continue
        hierarchy_lives "$name" || return 0
        ((try % 5 == 4)) && mount -t cgroup -o "none,$name" cgprune-cli "$point"
    done
    ! hierarchy_lives "$name" || echo "# the hierarchy $name is still there"
}

leave_world() {
    local status=$?
    end_drainers
    remove_cgroups
    end_hierarchy "$hierarchy" "$mount"
    exit "$status"
}

# it "SENTENCE" FUNCTION: one test, from a clean world, under set -e.
it() {
    local status
    tests=$((tests + 1))
    clean_world
    (
        trap - EXIT
        set -e
        "$2"
    ) </dev/null >/run/said 2>&1
    status=$?
    if ((status == 77)); then
        skipped=$((skipped + 1))
        echo "ok $tests - $1 # $(tail -n 1 /run/said)"
    elif ((status == 0)); then
        echo "ok $tests - $1"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $1"
        sed 's/^/#   /' /run/said
    fi
}

finish() {
    if [[ -s $printed ]]; then it "every line of --json is as its schema says" json_is_valid; fi
    echo "1..$tests"
    ((failures == 0)) || exit 1
    ((skipped < tests)) || exit 77
    exit 0
}

# --- what a test does

# conf TEXT: in [agent], drainer = no is said already.
conf() {
    mkdir -p /etc/cgprune
    printf '[agent]\ndrainer = no\n%s\n' "$1" >/etc/cgprune/cgprune.conf
}

# cgprune WORD...: what it prints is in $out and $err, its exit code in $exit.
cgprune() {
    exit=0
    "$bin/cgprune" "$@" >/run/out 2>/run/err || exit=$?
    keep_json "$@"
    out=$(tr -d '\000' </run/out)
    err=$(tr -d '\000' </run/err)
    printf '$ cgprune %s\n%s\n%s\n= %s\n' "$*" "$out" "$err" "$exit"
}

# Of a run with --json: what json_is_valid looks at when all tests are done.
keep_json() {
    local word verb=''
    [[ " $* " == *' --json '* ]] || return 0
    for word; do
        if [[ $word != -* ]]; then
            verb=$word
            break
        fi
    done
    sed "s/^/$verb\t/" /run/out >>"$printed"
}

needs_validator() { python3 -c 'import jsonschema' || skip "python3-jsonschema is missing; ./dev setup installs it"; }

json_is_valid() {
    needs_validator
    "$support/validate_json.py" "$schemas" "$printed"
}

# Enabled whatever PID 1 sees here: this mount namespace is not its own.
enable() {
    cgprune enable "$hierarchy" --force "$@"
    exits 0
}

# cg NAME: an empty cgroup. flagged NAME: one that its parent's flag is not on for, with its own on.
cg() { mkdir -p -- "$mount/$1"; }
flagged() {
    cg "$1"
    echo 1 >"$mount/$1/notify_on_release"
}

# release PATH: as the kernel would call.
release() { (exec -a "$(cat "$mount/release_agent")" "$bin/release-agent" "$1"); }

# stuck NAME: one whose removal failed since something is mounted on it, and was given up at once.
stuck() {
    conf '[default]
linger = 0
give-up = 0'
    flagged "$1"
    mount -t tmpfs stuck "$mount/$1"
    release "/$1"
}

# --- what should be

fail() {
    echo "failed: $*"
    exit 1
}
exits() { [[ $exit == "$1" ]] || fail "exit code $exit instead of $1"; }
prints() { [[ $out == "$1" ]] || fail "stdout instead of: $1"; }
complains() { [[ $err == "$1" ]] || fail "stderr instead of: $1"; }
silent() { [[ -z $out$err ]] || fail "should have said nothing"; }
says() { grep -qF -- "$1" <<<"$out" || fail "stdout does not say: $1"; }
says_not() { if grep -qF -- "$1" <<<"$out"; then fail "stdout should not say: $1"; fi; }
warns() { grep -qF -- "$1" <<<"$err" || fail "stderr does not say: $1"; }
equal() { [[ $1 == "$2" ]] || fail "'$1' instead of '$2'"; }
there() { [[ -e $1 ]] || fail "$1 should be there"; }
gone() { [[ ! -e $1 ]] || fail "$1 should not be there"; }
agent_is() { equal "$(cat "$mount/release_agent")" "$1"; }
flag_is() { equal "$(cat "$mount/$1/notify_on_release")" "$2"; }

# eventually COMMAND...: it succeeds at some time; the limit only ends a failing test.
eventually() {
    local try
    for ((try = 0; try < 600; try++)); do
        if "$@"; then return 0; fi
        sleep 0.05
    done
    fail "did not come about: $*"
}

# Every line of stdout is one JSON object; with KEY..., each of them has these keys.
is_json() {
    local text='"([^"\\]|\\["\\/bfnrt]|\\u[0-9a-f]{4})*"'
    local scalar="($text|-?[0-9]+(\\.[0-9]+)?|true|false|null)"
    local list="\\[($scalar(,$scalar)*)?\\]"
    local object="\\{($text:($scalar|$list)(,$text:($scalar|$list))*)?\\}"
    local value="($scalar|$object|\\[(($scalar|$object)(,($scalar|$object))*)?\\])"
    local line key
    [[ -n $out ]] || fail "no JSON at all"
    while IFS= read -r line; do
        grep -qE "^\\{$text:$value(,$text:$value)*\\}\$" <<<"$line" || fail "no JSON object: $line"
        for key; do
            grep -qF "\"$key\":" <<<"$line" || fail "no key $key in: $line"
        done
    done <<<"$out"
}

trap leave_world EXIT
make_world

# SPDX-License-Identifier: MIT
# shellcheck shell=dash
# Sourced by each scenario script: scenarios, and what they can say of what should be. cgroups.sh has what they
# can do, clean.sh the clean state that each begins in. A script names its scenarios and ends; the plan and the exit
# status follow by themselves.
set -u

layout=${layout:?is what init was booted with}
full=${full:-} # not empty: the counts that are too long for every day
log=/tmp/log
task= # the pid of what run_in or hold_lock started last
init='' member='' # the pids of what container started last
state=$(mktemp -d /tmp/scenarios.XXXXXX) || exit
count=0 failed=0 passed=0
exec 3>&1

# shellcheck source=cgroups.sh
. /usr/lib/guest/cgroups.sh
# shellcheck source=clean.sh
. /usr/lib/guest/clean.sh

# --- scenarios

# scenario "SENTENCE" FUNCTION: run it from a clean state, and report.
# It runs in a subshell under set -e: a command that fails ends it, and it has failed.
scenario() {
    [ "$#" -eq 2 ] || misuse "scenario \"SENTENCE\" FUNCTION"
    known "$2"
    count=$((count + 1))
    rm -f "$state/reason" "$state/skip"
    if ! (clean_slate) >"$state/output" 2>&1; then
        echo "the slate before it could not be cleaned" >>"$state/reason"
    else
        (
            trap - EXIT
            set -e
            "$2"
        ) </dev/null >"$state/output" 2>&1
        status=$?
        # A reason with status 0: an assertion failed in a subshell whose status was lost.
        [ "$status" -eq 0 ] || [ -s "$state/reason" ] || echo "a command failed ($status)" >"$state/reason"
    fi
    report "$1"
}

report() {
    if [ -s "$state/reason" ]; then
        failed=$((failed + 1))
        echo "not ok $count - $1"
        sed 's/^/#   because: /' "$state/reason"
        tail -n 20 "$state/output" | sed 's/^/#   said: /'
        tail -n 20 "$log" | sed 's/^/#   logged: /'
    elif [ -s "$state/skip" ]; then
        echo "ok $count - $1 # SKIP $(cat "$state/skip")"
    else
        passed=$((passed + 1))
        echo "ok $count - $1"
    fi
}

# skip_scenario WHY: only for what this kernel or layout does not have.
skip_scenario() {
    printf '%s\n' "$*" >"$state/skip"
    exit 0
}

# note TEXT: a figure or a fact to be shown whether the scenario passes or not.
note() { printf '# %s\n' "$*" >&3; }

finish() {
    status=$?
    trap - EXIT
    rm -rf "$state"
    [ "$status" -eq 0 ] || { echo "Bail out! The script ended with $status"; exit 1; }
    [ "$count" -gt 0 ] || { echo "Bail out! The script has no scenario"; exit 1; }
    echo "1..$count"
    [ "$failed" -eq 0 ] || exit 1
    [ "$passed" -gt 0 ] || exit 77
    exit 0
}
trap finish EXIT

# --- assertions

fail() {
    printf '%s\n' "$*" >>"$state/reason"
    printf 'failed: %s\n' "$*" >&2
    exit 1
}

# An assertion that is called wrongly would pass or fail for no reason of the product's.
misuse() { fail "misuse: $*"; }

# known NAME: a command or function that is there; a misspelt one must not read as "no".
known() { command -v -- "${1:-}" >/dev/null || misuse "there is no command '${1:-}'"; }

whole_number() {
    case $1 in '' | *[!0-9]*) misuse "'$1' is no whole number" ;; esac
}

absolute() {
    for path; do
        case $path in /?*) ;; *) misuse "'$path' is no absolute path" ;; esac
    done
}

# expect COMMAND...: it succeeds now.
expect() {
    known "${1:-}"
    "$@" || fail "should hold: $*"
}

# refuse COMMAND...: it says no now. An error (2 and more, as of test and grep) is no answer.
refuse() {
    known "${1:-}"
    local answer=0
    "$@" || answer=$?
    [ "$answer" -ne 0 ] || fail "should not hold: $*"
    [ "$answer" -eq 1 ] || fail "gave an error ($answer) instead of an answer: $*"
}

# exits STATUS COMMAND...: for programs, whose exit status is what is tested.
exits() {
    whole_number "${1:-}"
    local wanted=$1 status=0
    shift
    known "${1:-}"
    "$@" || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status instead of $wanted: $*"
}

# equal ACTUAL EXPECTED [WHAT]
equal() {
    [ "$#" -ge 2 ] || misuse "equal ACTUAL EXPECTED [WHAT]"
    [ "$1" = "$2" ] || fail "${3:-value}: '$1' instead of '$2'"
}

# Hundredths of a second since boot.
now() {
    local up
    read -r up _ </proc/uptime
    echo "${up%.*}${up#*.}"
}

# eventually SECONDS COMMAND...: it succeeds at some time up to then. The limit is there to end a failing test,
# and says nothing of speed: be generous. A look is work for an emulated CPU, so looks grow rarer.
eventually() {
    whole_number "${1:-}"
    local seconds=$1 until pause=20000
    shift
    known "${1:-}"
    until=$(($(now) + seconds * 100))
    until "$@"; do
        [ "$(now)" -lt "$until" ] || fail "did not come about in $seconds s: $*"
        usleep "$pause"
        [ "$pause" -ge 300000 ] || pause=$((pause * 3 / 2))
    done
}

# holds SECONDS COMMAND...: it succeeds now and at every look until then.
holds() {
    whole_number "${1:-}"
    local seconds=$1 until
    [ "$seconds" -gt 0 ] || misuse "holds 0 looks at nothing"
    shift
    known "${1:-}"
    until=$(($(now) + seconds * 100))
    while [ "$(now)" -lt "$until" ]; do
        "$@" || fail "did not hold for $seconds s: $*"
        usleep 50000
    done
}

# stays PATH SECONDS: the same cgroup is there all the time, not one made anew.
stays() {
    [ "$#" -eq 2 ] || misuse "stays PATH SECONDS"
    absolute "$1"
    there "$1" || fail "is not there in the first place: $1"
    holds "$2" has_id "$1" "$(id_of "$1")"
}

# --- conditions, for the assertions above

there() { absolute "$1" && [ -e "$1" ]; }
gone() { absolute "$1" && [ ! -e "$1" ]; }
id_of() { stat -c %i -- "$1"; }
has_id() { [ "$(id_of "$1" 2>/dev/null)" = "$2" ]; }
no_task() { [ ! -e "/proc/$1/exe" ]; }
populated() { absolute "$1" && [ -n "$(cat "$1/cgroup.procs")" ]; }

# log_count WORD...: how many lines of the log have all of these words, each as the product wrote it. The receiver
# doubles backslashes.
log_count() {
    [ "$#" -gt 0 ] || misuse "log_count WORD..."
    awk -v file="$log" '
        function has_all(line,    i) {
            for (i = 1; i < ARGC; i++) if (!index(line, word[i])) return 0
            return 1
        }
        BEGIN {
            for (i = 1; i < ARGC; i++) { word[i] = " " ARGV[i] " "; gsub(/\\/, "&&", word[i]) }
            while ((getline line <file) > 0) count += has_all(" " line " ")
            print count + 0
        }' "$@"
}

# logged WORD...: there is such a line.
logged() { has_lines 1 "$@"; }

# logs COUNT WORD...: that many such lines come, and no more. An agent logs after it has acted, and the line is on
# its way for a moment.
logs() {
    whole_number "${1:-}"
    local wanted=$1
    shift
    eventually 60 has_lines "$wanted" "$@"
    equal "$(log_count "$@")" "$wanted" "lines with $*"
}
has_lines() { # AT-LEAST WORD...
    local least=$1
    shift
    [ "$(log_count "$@")" -ge "$least" ]
}

# agent_pids: of all release-agents, those at work and the one that sleeps.
agent_pids() {
    local program=/usr/libexec/cgprune/release-agent pid
    for pid in /proc/[0-9]*; do
        pid=${pid#/proc/}
        [ -e "/proc/$pid/exe" ] || continue
        case $(readlink "/proc/$pid/exe") in "$program" | "$program (deleted)") echo "$pid" ;; esac
    done
}

# drainer_pids: release-agents that sleep; those at work for the kernel do not.
drainer_pids() {
    local pid
    for pid in $(agent_pids); do
        ! sleeps "$pid" || echo "$pid"
    done
}

sleeps() {
    local rest
    read -r rest <"/proc/$1/stat" || return 1
    case ${rest##*) } in S*) return 0 ;; *) return 1 ;; esac
}

# drainers: how many.
drainers() { drainer_pids | grep -c '' || :; }
drainers_are() { [ "$(drainers)" = "$1" ]; }

# the_drainer: the pid of the only one, once there is one that sleeps.
the_drainer() {
    eventually 60 drainer_is_found
    cat "$state/drainer"
}
drainer_is_found() {
    drainer_pids >"$state/drainer"
    [ "$(grep -c '' "$state/drainer")" -eq 1 ]
}

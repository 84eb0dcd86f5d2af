#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317,SC2119,SC2120 # the tests are called by their names
# cgprune metrics.
# shellcheck source=support/lib.sh
. "$(dirname "$0")/support/lib.sh"

# The text format of Prometheus: each family has one HELP and one TYPE, then its samples, none twice; counters end in
# _total, and nothing else does. The last line is # EOF.
follows_the_format() {
    awk '
        function bad(why) { print "line " NR " (" $0 "): " why; failed = 1 }
        ended { bad("behind # EOF") }
        /^# EOF$/ { ended = 1; next }
        /^# HELP / {
            if ($3 in helped) bad("a second HELP")
            if (NF < 4) bad("no help")
            helped[$3] = 1; family = $3; type = ""
            next
        }
        /^# TYPE / {
            if ($3 != family) bad("TYPE of another family than HELP")
            if ($4 != "counter" && $4 != "gauge") bad("no type that we have")
            type = $4
            next
        }
        /^#/ || /^$/ { bad("neither HELP nor TYPE nor a sample"); next }
        {
            label = "[a-z_]+=\"([^\"\\\\]|\\\\[\\\\\"n])*\""
            if ($0 !~ "^[a-z_]+([{]" label "(," label ")*[}])? [0-9]+([.][0-9]+)?$") bad("no sample")
            name = $0
            sub(/[{ ].*/, "", name)
            if (name != family || type == "") bad("a sample of another family, or before its TYPE")
            if ((name ~ /_total$/) != (type == "counter")) bad("_total is for counters, and only for them")
            key = $0
            sub(/ [0-9.]+$/, "", key)
            if (key in seen) bad("twice")
            seen[key] = 1
        }
        END { if (!ended) { print "no # EOF"; failed = 1 } exit failed }' <<<"$1" || fail "not the format of Prometheus"
}

sample() { grep -qxF -- "$1" <<<"$out" || fail "no sample: $1"; }

at_once() {
    conf "$(printf '%s\n' '[default]' 'linger = 0' "$@")"
    enable
}
later() {
    conf $'[default]\nlinger = 1h'
    enable
}

format() {
    at_once
    flagged a
    cgprune keep "$mount/a"
    release /a
    cgprune unkeep "$mount/a"
    flagged b
    cgprune metrics
    exits 0
    follows_the_format "$out"
}

format_of_a_bare_host() {
    cgprune metrics
    exits 0
    follows_the_format "$out"
    sample 'cgprune_unmatched_total 0'
    gone /run/cgprune
}

the_format_check_can_fail() {
    local text
    for text in 'x 1' $'# HELP a_total A.\n# TYPE a_total counter\na_total 1' \
        $'# HELP a_total A.\n# TYPE a_total counter\na_total{b="c"d"} 1\n# EOF' \
        $'# HELP a A.\n# TYPE a counter\na 1\n# EOF' $'# HELP a A.\n# TYPE a gauge\na 1\na 2\n# EOF'; do
        if (follows_the_format "$text") >/dev/null; then fail "taken for good: $text"; fi
    done
}

by_reason() {
    at_once
    flagged a
    flagged b
    cgprune keep "$mount/b"
    release /a
    release /b
    release /b
    release /nowhere
    cgprune metrics
    sample "cgprune_removed_total{hierarchy=\"$hierarchy\",reason=\"unknown-creator\"} 1"
    sample "cgprune_kept_total{hierarchy=\"$hierarchy\",reason=\"kept\"} 2"
    sample "cgprune_gone_total{hierarchy=\"$hierarchy\"} 1"
}

deferred() {
    later
    flagged a
    release /a
    cgprune metrics
    sample "cgprune_deferred_total{hierarchy=\"$hierarchy\",reason=\"lingering\"} 1"
    sample "cgprune_journal_entries{hierarchy=\"$hierarchy\",reason=\"lingering\"} 1"
    sample "cgprune_journal_stuck{hierarchy=\"$hierarchy\"} 0"
    grep -qE "^cgprune_journal_oldest_seconds\{hierarchy=\"$hierarchy\"\} [0-9]+\.[0-9]+\$" <<<"$out" || fail "no age"
}

failed() {
    at_once
    flagged a
    mount --bind "$mount/a" "$mount/a"
    release /a
    umount "$mount/a"
    cgprune metrics
    sample "cgprune_failed_total{hierarchy=\"$hierarchy\",reason=\"busy\"} 1"
    sample "cgprune_journal_entries{hierarchy=\"$hierarchy\",reason=\"removal-failed\"} 1"
}

stuck() {
    at_once 'give-up = 0s' 'retry = 1ms..1ms'
    flagged a
    mount --bind "$mount/a" "$mount/a"
    release /a
    umount "$mount/a"
    cgprune metrics
    sample "cgprune_journal_stuck{hierarchy=\"$hierarchy\"} 1"
}

cgroups() {
    cg a/b
    cg c
    cgprune keep "$mount/c"
    cgprune metrics
    sample "cgprune_cgroups{hierarchy=\"$hierarchy\"} 3"
    sample "cgprune_cgroups_empty{hierarchy=\"$hierarchy\"} 2"
    sample "cgprune_cgroups_kept{hierarchy=\"$hierarchy\"} 1"
}

the_host() {
    conf nonsense
    mkdir -p /run/cgprune/sweep-needed
    : >"/run/cgprune/sweep-needed/$hierarchy"
    cgprune metrics
    sample 'cgprune_conf_errors 1'
    sample 'cgprune_drainer_running 0'
    sample "cgprune_sweep_needed{hierarchy=\"$hierarchy\"} 1"
}

escaped() {
    later
    flagged a
    release /a
    sed -i 's/^reason=.*/reason=a\\x22\\x5c\\x0ab/' /run/cgprune/journal/"$hierarchy"/0/*
    cgprune metrics
    follows_the_format "$out"
    sample "cgprune_journal_entries{hierarchy=\"$hierarchy\",reason=\"a\\\"\\\\x5c\\\\x0ab\"} 1"
}

to_a_file() {
    mkdir /run/textfile
    echo old >/run/textfile/cgprune.prom
    (umask 077 && "$bin/cgprune" metrics --output /run/textfile/cgprune.prom)
    equal "$(ls -A /run/textfile)" cgprune.prom
    equal "$(stat -c %a /run/textfile/cgprune.prom)" 644
    follows_the_format "$(cat /run/textfile/cgprune.prom)"
    rm -r /run/textfile
}

beside_us() {
    mkdir /run/textfile
    cd /run/textfile
    cgprune metrics --output cgprune.prom
    exits 0
    silent
    there /run/textfile/cgprune.prom
    rm -r /run/textfile
}

not_at_all() {
    mkdir /run/textfile
    echo old >/run/textfile/cgprune.prom
    mkdir -p "/run/cgprune/counters/$hierarchy"
    cgprune metrics --output /run/textfile/cgprune.prom
    exits 1
    warns 'nothing was written, see cgprune doctor'
    prints ''
    equal "$(cat /run/textfile/cgprune.prom)" old
    equal "$(ls -A /run/textfile)" cgprune.prom
    rm -r /run/textfile
}

no_folder() {
    cgprune metrics --output /run/nowhere/cgprune.prom
    exits 1
    complains 'cgprune metrics: open the folder /run/nowhere: No such file or directory (errno 2)'
    cgprune metrics --output /run/
    exits 1
    complains 'cgprune metrics: /run/ is a folder; name a file in it, such as cgprune.prom'
}

# A rename would take away a device, a link, and what somebody reads a pipe for.
no_regular_file() {
    mkdir /run/textfile
    cd /run/textfile
    : >real
    ln -s real link
    mkfifo pipe
    mkdir folder
    local name before
    before=$(stat -c '%n %i %F' -- *)
    for name in link pipe folder; do
        cgprune metrics --output "$name"
        exits 1
        complains "cgprune metrics: $name is no regular file; name one such as cgprune.prom"
    done
    equal "$(stat -c '%n %i %F' -- *)" "$before"
    rm -r /run/textfile
}

covered() {
    local other=$hierarchy-other
    mkdir /run/other
    mount -t cgroup -o "none,$other" cgprune-cli /run/other
    cg a
    mount -t tmpfs over /run/other
    cgprune metrics
    umount /run/other
    end_hierarchy "$other" /run/other
    exits 0
    follows_the_format "$out"
    sample "cgprune_hierarchy_unreadable{hierarchy=\"$other\"} 1"
    sample "cgprune_hierarchy_unreadable{hierarchy=\"$hierarchy\"} 0"
    sample "cgprune_cgroups{hierarchy=\"$hierarchy\"} 1"
    says_not "cgprune_cgroups{hierarchy=\"$other\"}"
}

json() {
    at_once
    flagged a
    release /a
    cgprune metrics --json
    exits 0
    is_json name labels value
    says "{\"name\":\"cgprune_removed_total\",\"labels\":{\"hierarchy\":\"$hierarchy\",\"reason\":\"unknown-creator\"},\"value\":1}"
    cgprune metrics --json --output /run/x
    exits 2
    complains 'cgprune metrics: --output writes text for Prometheus; leave --json or --output out'
    gone /run/x
}

it "it prints the text format of Prometheus" format
it "on a bare host too, and makes no state folder" format_of_a_bare_host
it "the check of the format can fail" the_format_check_can_fail
it "removed and kept cgroups are counted by hierarchy and reason" by_reason
it "deferrals are counted by reason, and the journal has length and age" deferred
it "failures are counted by what failed" failed
it "what was given up is told apart" stuck
it "cgroups are counted, and those that are empty and kept" cgroups
it "errors in the conf, the drainer and needed sweeps are told" the_host
it "hostile bytes in a label are escaped" escaped
it "--output replaces the file, readable to all" to_a_file
it "--output takes a name without a folder" beside_us
it "what cannot be gathered whole is not written at all" not_at_all
it "--output to a folder that is not there is told in one line" no_folder
it "--output replaces nothing but a regular file" no_regular_file
it "a hierarchy that something is mounted over is told, and all else is counted" covered
it "--json prints one object for each sample" json
finish

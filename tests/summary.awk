# SPDX-License-Identifier: MIT
# Reads ctest's JUnit file. Lists each skipped test with the last line that it printed, which says why, and ends with
# "N passed, N failed, N skipped". Before that it lists what a script that passed has skipped for want of something on
# this machine ("# skipped: "; "# SKIP" is of what a guest's layout has not). A test that could not even be started is in
# that file as skipped, but has failed.
function plain(text) {
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return text
}

/<testcase / {
    name = $0
    sub(/.*<testcase name="/, "", name)
    sub(/".*/, "", name)
    result = "passed"
    last = ""
}
/<failure/ { result = "failed" }
/<skipped / { result = /message="SKIP_/ ? "skipped" : "failed" }
/<system-out>/ { sub(/.*<system-out>/, ""); inside = 1 }
inside && /^ok .* # skipped: / { parts[++skips] = plain(name) ": " plain($0) }
inside {
    line = $0
    sub(/<\/system-out>.*/, "", line)
    if (line ~ /[^ \t]/) last = line
}
/<\/system-out>/ { inside = 0 }
/<\/testcase>/ {
    count[result]++
    if (result == "skipped") printf "skipped: %s: %s\n", plain(name), last == "" ? "no reason given" : plain(last)
}

END {
    for (i = 1; i <= skips; i++) print "a part skipped: " parts[i]
    printf "%d passed, %d failed, %d skipped\n", count["passed"], count["failed"], count["skipped"]
}

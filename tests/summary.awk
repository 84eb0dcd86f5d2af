# SPDX-License-Identifier: MIT
# Reads ctest's JUnit file. Lists each skipped test with the last line that it printed, which says why, and ends with
# "N passed, N failed, N skipped". A test that could not even be started is in that file as skipped, but has failed.
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

END { printf "%d passed, %d failed, %d skipped\n", count["passed"], count["failed"], count["skipped"] }

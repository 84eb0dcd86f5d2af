# SPDX-License-Identifier: MIT
# Reads ctest's JUnit file, and prints how much was tried of each class that tests/README.md names, as a table.
#   awk -f tests/tried.awk build/test-results.xml

# The number before `word` in a line, as in "in all 4429 faults tried".
function number(line, word,    words, n, i) {
    n = split(line, words, /[ :,]+/)
    for (i = 2; i <= n; i++) if (words[i] == word) return words[i - 1] + 0
    return 0
}

function class(name) {
    if (name ~ /^faults\./) return "faults"
    if (name ~ /^kill\.at_random/) return "kills at random"
    if (name ~ /^kill\./) return "kills at each call"
    if (name ~ /^model\./) return "model, system in memory"
    if (name ~ /^kernel\..*\.model$/) return "model, real kernel"
    if (name ~ /^fuzz\./) return "fuzz corpora"
    if (name ~ /^kernel\..*\.hostile_/) return "hostile users"
    if (name ~ /^kernel\..*\.low_/) return "low resources"
    if (name ~ /^kernel\..*\.least_power$/) return "least power"
    return ""
}

function add(what, count) { if (count > 0) { tried[kind, what] += count; has[what] = 1 } }

/<testcase / {
    name = $0
    sub(/.*<testcase name="/, "", name)
    sub(/".*/, "", name)
    kind = class(name)
    failed = 0
    skipped = 0
}
/<failure/ { failed = 1 }
/<skipped / { if (/message="SKIP_/) skipped = 1; else failed = 1 }
kind != "" && kind ~ /^faults/ && /in all [0-9]+ faults tried/ { add("faults", number($0, "faults")) }
kind ~ /^kills at each/ && /calls, [0-9]+ kills/ { add("kills", number($0, "kills")) }
kind == "kills at random" && /[0-9]+ kills/ { add("kills", number($0, "kills")) }
kind ~ /^model/ && / steps: no difference/ { add("steps", number($0, "steps")) }
kind == "fuzz corpora" && /[0-9]+ inputs/ { add("inputs", number($0, "inputs")) }
kind ~ /^(hostile|low|least)/ && /(^|>)(not )?ok [0-9]+ - / { add("scenarios", 1) }
/<\/testcase>/ && kind != "" {
    if (!(kind in tests)) order[++kinds] = kind
    tests[kind]++
    bad[kind] += failed
    passedOver[kind] += skipped
}

END {
    print "| class | tests | tried | failed | skipped |"
    print "|---|---|---|---|---|"
    for (i = 1; i <= kinds; i++) {
        kind = order[i]
        text = ""
        for (what in has) if ((kind, what) in tried) text = text (text == "" ? "" : ", ") tried[kind, what] " " what
        printf "| %s | %d | %s | %d | %d |\n", kind, tests[kind], text, bad[kind], passedOver[kind]
    }
}

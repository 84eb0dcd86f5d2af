#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# picture.sh >tests/demo/tree.svg: what cgprune tree prints in a guest, as the picture that README.md shows. Make it
# anew when that changes. Needs what is built by ./dev build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

"$here/../kernel/boot.sh" 6.12 v1 "$here/tree_scene.sh" | tr -d '\r' | LC_ALL=C awk '
    function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
    BEGIN {
        colour["90"] = "#8b949e"; colour["31"] = "#ff7b72"; colour["32"] = "#7ee787"; colour["33"] = "#e3b341"
        colour["35"] = "#d2a8ff"; colour["36"] = "#79c0ff"
    }
    /NOT AS IT SHOULD BE/ { print > "/dev/stderr"; exit }
    /^--- picture$/ { shown = 1; next }
    /^--- end$/ { complete = 1; exit }
    shown {
        plain = $0
        gsub(/\033\[[0-9]*m/, "", plain)
        gsub(/[\200-\277]/, "", plain) # what follows the first byte of a character
        if (length(plain) > widest) widest = length(plain)
        line = escaped($0)
        gsub(/\033\[0m/, "</tspan>", line)
        while (match(line, /\033\[[0-9]+m/))
            line = substr(line, 1, RSTART - 1) "<tspan fill=\"" colour[substr(line, RSTART + 2, RLENGTH - 3)] "\">" \
                substr(line, RSTART + RLENGTH)
        lines[++count] = line
    }
    END {
        if (!complete) exit 1
        width = widest * 8.5 + 32; height = count * 20 + 28
        print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" width "\" height=\"" height "\">"
        print "<!-- SPDX-License-Identifier: MIT. Made by tests/demo/picture.sh. -->"
        print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>"
        print "<g font-family=\"ui-monospace,Menlo,Consolas,DejaVu Sans Mono,monospace\" font-size=\"14\" fill=\"#e6edf3\">"
        for (i = 1; i <= count; ++i)
            print "<text x=\"16\" y=\"" i * 20 + 10 "\" xml:space=\"preserve\">" lines[i] "</text>"
        print "</g>\n</svg>"
    }'

#!/bin/sh
# SPDX-License-Identifier: MIT
# Put the rows that scenarios of managers print (lines "# row: ...") into the README, between its two markers.
#   table.sh <OUTPUT
set -u
readme=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)/README.md
rows=$(sed -n 's/^# row: /| /p' | tr -d '\r' | sort)
[ -n "$rows" ] || { echo "table.sh: no row is there" >&2; exit 1; }
new=$(
    printf '%s\n' "$rows" | awk -v readme="$readme" '
        { rows[++n] = $0 }
        END {
            while ((getline line <readme) > 0) {
                if (line == "<!-- managers end -->") inside = 0
                if (!inside) print line
                if (line != "<!-- managers -->") continue
                inside = 1
                print "| manager | kernel, layout | what it makes | left without us: stopped, killed | with us |" \
                    " restarts: faults, removals in use of all |"
                print "|---|---|---|---|---|---|"
                for (i = 1; i <= n; ++i) print rows[i]
            }
        }'
) && printf '%s\n' "$new" >"$readme"

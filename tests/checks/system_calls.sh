#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# system_calls.sh OBJECT...: no object needs a symbol that is a system call's wrapper, unless it lies in a folder sys.
# Here the compiler's word is taken; include_direction.sh looks at the headers.
set -euo pipefail

# The kernel's own list of names, and what libc builds upon them.
calls() {
    echo '#include <sys/syscall.h>' | "${CXX:-c++}" -E -dM -x c - | sed -n 's/^#define SYS_\([a-z0-9_]*\) .*/\1/p'
    printf '%s\n' syscall opendir readdir fdopendir fopen freopen remove tmpfile mkstemp mkdtemp nftw fts_open \
        execv execl execvp execlp posix_spawn system popen sleep
}

# The symbols that an object needs, fortified and 64-bit forms as their plain ones.
neededBy() {
    nm --undefined-only --format=posix "$1" | awk '{ print $1 }' | sed -E 's/^__//; s/(_chk|_2|64)+$//' | sort -u
}

known=$(calls | sort -u)
looked=0
bad=0
for object; do
    folder=$(dirname "$object")
    if [[ ${folder##*/} == sys ]]; then continue; fi
    needed=$(neededBy "$object")
    looked=$((looked + 1))
    found=$(comm -12 <(echo "$needed") <(echo "$known"))
    if [[ -n $found ]]; then
        echo "${folder##*/}/${object##*/}: makes system calls: ${found//$'\n'/ }"
        bad=1
    fi
done

echo "looked at $looked objects"
if ((looked == 0)); then exit 1; fi
exit $bad

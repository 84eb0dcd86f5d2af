#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# hardening.sh AGENT PROGRAM...: what the compiler and the linker can do against mistakes of ours is in the binaries.
# The marks of control flow protection are not asked for: Debian's own C library lacks them, and so do we then.
set -euo pipefail
agent=$1
shift

bad=0
complain() {
    echo "$1: $2"
    bad=1
}

# The agent is static at a fixed address, for the sake of its speed; hardening-check looks only at what is dynamic.
segments=$(readelf --program-headers --wide "$agent")
grep -q 'GNU_RELRO' <<<"$segments" || complain "$agent" "relocated data stays writable"
grep -Eq 'GNU_STACK .* RW +0x' <<<"$segments" || complain "$agent" "the stack is executable"
if grep -Eq 'LOAD .* (RWE|WE)' <<<"$segments"; then complain "$agent" "memory is writable and executable"; fi

code=$(objdump --disassemble=main --no-show-raw-insn "$agent")
grep -q '__stack_chk_fail' <<<"$code" || complain "$agent" "the stack is not guarded"
if [[ $(uname -m) == x86_64 ]]; then
    grep -q 'endbr64' <<<"$code" || complain "$agent" "no control flow protection"
fi

for program; do
    hardening-check --nocfprotection "$program" || bad=1
done
exit $bad

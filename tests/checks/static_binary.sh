#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# static_binary.sh PROGRAM: it is static, and nothing of Boost or iostream is in it.
set -euo pipefail
program=$1

bad=0
complain() {
    echo "$program: $1"
    bad=1
}

if readelf --program-headers --wide "$program" | grep -w INTERP; then complain "asks for a loader"; fi
if readelf --dynamic --wide "$program" | grep -w NEEDED; then complain "needs a shared library"; fi
if ! file --brief "$program" | grep -q 'statically linked'; then complain "is not statically linked"; fi

symbols=$(nm --demangle "$program")
if ! grep -qw main <<<"$symbols"; then complain "has no symbols to look at"; fi
if grep -i boost <<<"$symbols"; then complain "has Boost in it"; fi
if grep -F 'std::ios_base::Init' <<<"$symbols"; then complain "has iostream in it"; fi
exit $bad

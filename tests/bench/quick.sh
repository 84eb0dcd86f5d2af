#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# All benchmarks with few runs: that they work, not what they say, is what counts. The storm needs a guest: where there
# can be none it is left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/agent.sh" --quick
"$here/liveness.sh" 1 100
"$here/scale.sh" --quick --plot "${CGPRUNE_BUILD:-$here/../../build}/bench/scale.png"
"$here/storm.sh" --quick 6.12 || {
    (($? == 77)) || exit 1
    echo "left out: the storm"
}

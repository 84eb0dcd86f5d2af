// SPDX-License-Identifier: MIT
/// The policy itself: facts in, verdict out. Pure, total over all facts, any thread. Since 1.0.
#pragma once

#include "policy/conf.h"
#include "policy/verdict.h"

namespace prune {

/// The verdict of `rule` over `facts`: the table of cgprune.conf(5), first row that holds.
Verdict evaluate(const Rule& rule, const Facts& facts);

}  // namespace prune

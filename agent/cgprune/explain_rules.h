// SPDX-License-Identifier: MIT
/// Which rules of the conf were tried for a cgroup, in their order, and why each fits or does not.
#pragma once

#include "cgprune/explanation.h"
#include "prune/context.h"

namespace prune {

/// Its name and place; file and line are null where it is built in.
Json ruleJson(const Rule& rule);

/// Up to the one that decides; how many come after it is told, too.
void addTried(Explanation& to, const Conf& conf, const Subject& subject);

}  // namespace prune

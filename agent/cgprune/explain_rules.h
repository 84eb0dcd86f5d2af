// SPDX-License-Identifier: MIT
/// Which rules of the conf were tried for a cgroup, in their order, and why each fits or does not.
#pragma once

#include "cgprune/explanation.h"
#include "prune/context.h"

namespace prune {

/// Up to the one that decides; how many come after it is told, too.
void addTried(Explanation& to, const Conf& conf, const Subject& subject);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What has to hold at once when a process was killed, whoever it was and wherever.
#pragma once

#include "operation.h"

namespace prune::stepping {

/// `before` the operation, `ended` after an unharmed run of it.
void checkStatesAfterKill(const Snapshot& before, const Snapshot& ended, const Snapshot& now,
                          const World& world, Complaints& complaints);

/// No lock is held, and list, status and explain say that all is well.
void checkOnHost(World& world, const Snapshot& now, Complaints& complaints);

/// What has to stay is as it was.
void checkWhatStays(const Snapshot& before, const Snapshot& now, const World& world, Complaints& complaints);

}  // namespace prune::stepping

// SPDX-License-Identifier: MIT
/// Sweeps that were asked for by sweep-needed: a cut path, a full journal. Since 1.0.
#pragma once

#include <cstdint>

#include "prune/context.h"

namespace prune {

/// Sweeps each hierarchy with sweep-needed set, each at most every 10 minutes. Returns when a sweep that has
/// to wait is due (CLOCK_BOOTTIME, milliseconds); kNever if none has to.
std::int64_t sweepWhereNeeded(Context& context);

/// The same, and drops stale facts and what killed writers left, at most every 10 minutes: for whoever looks
/// after the state folder.
std::int64_t lookAfterState(Context& context);

}  // namespace prune

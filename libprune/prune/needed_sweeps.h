// SPDX-License-Identifier: MIT
/// Sweeps that were asked for by sweep-needed: a cut path, a full journal. Since 1.0.
#pragma once

#include <cstdint>

#include "prune/context.h"

namespace prune {

/// Sweeps a hierarchy with sweep-needed set, each at most every 10 minutes and for 10 seconds: what is not
/// looked at by then is so by the next one. Returns when another sweep is due (CLOCK_BOOTTIME, milliseconds);
/// kNever if none is.
std::int64_t sweepWhereNeeded(Context& context);

/// The same for all that need one, one after the other.
void sweepAllNeeded(Context& context);

/// As sweepWhereNeeded(), and drops stale facts and what killed writers left, at most every 10 minutes: for
/// whoever looks after the state folder.
std::int64_t lookAfterState(Context& context);

}  // namespace prune

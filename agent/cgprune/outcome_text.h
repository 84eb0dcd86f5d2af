// SPDX-License-Identifier: MIT
/// What came of a cgroup, told alike by every verb.
#pragma once

#include <cstdint>
#include <string>

#include "cgprune/output.h"
#include "prune/context.h"

namespace prune {

/// "kept (populated)", "gone", "deferred (lingering), looked at again in 2s", "noted (seen-empty), ...".
std::string outcomeText(const Outcome& outcome, std::int64_t nowMs);

/// Adds "outcome", "reason" and "due-in-ms", null where there is none, to `object`.
void addOutcome(Json& object, const Outcome& outcome, std::int64_t nowMs);

}  // namespace prune

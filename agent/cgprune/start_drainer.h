// SPDX-License-Identifier: MIT
/// Starts a drainer from cgprune.
#pragma once

#include "cgprune/verb.h"
#include "prune/context.h"

namespace prune {

/// Runs `release-agent --drain` in the background if the conf says `drainer = yes`; it ends at once where one
/// runs. Not with --root or --dry-run. A fault is said, with what to do instead.
void startDrainerFor(Session& session, const Context& context, const std::string& hierarchy);

}  // namespace prune

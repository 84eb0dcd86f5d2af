// SPDX-License-Identifier: MIT
/// The facts about a cgroup, as cgprune explain tells them, each with where it is from.
#pragma once

#include "cgprune/explanation.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "prune/judge.h"

namespace prune {

/// What the kernel and the keep marks say.
void addFacts(Explanation& to, const Session& session, const Target& target, const Judgement& judgement);

/// Who made it, and to whom it was handed, whether or not the rule asks.
void addKnown(Explanation& to, const Session& session, const Known& known, const CgroupState& state);

}  // namespace prune

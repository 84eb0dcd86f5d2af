// SPDX-License-Identifier: MIT
/// What is known of a cgroup besides what the kernel says: the registry's facts, and signs of delegation.
/// Since 0.1. One thread per context.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cgroup/delegation.h"
#include "creator/life.h"
#include "prune/context.h"
#include "prune/delegation_fact.h"
#include "store/registry.h"

namespace prune {

/// A creator, and whether it is still there.
struct KnownCreator {
    Creator creator;
    FactSource source = FactSource::registered;
    LifeAnswer life;
};

struct KnownDelegation {
    Delegation to;
    FactSource source = FactSource::registered;
};

struct Known {
    std::optional<KnownCreator> creator;
    std::optional<KnownDelegation> delegation;
    DelegationSigns signs;
    std::string unreadable;  ///< why a fact that is there cannot be read; "" where all could
};

/// Facts of another boot or instance of the hierarchy count as none; a creator whose life the kernel
/// contradicts is still the creator. What cannot be read is told in `unreadable`, and logged. Errors: a look
/// at the cgroup failed.
Result<Known> knownOf(Context& context, const Subject& subject, std::uint64_t id);

/// Drops what the registry holds of a cgroup that was removed. A fault is logged.
void forgetFacts(Context& context, const std::string& hierarchy, std::uint64_t id);

}  // namespace prune

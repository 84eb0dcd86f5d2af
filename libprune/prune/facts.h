// SPDX-License-Identifier: MIT
/// What is known of a cgroup besides what the kernel says: the registry's facts, and signs of delegation.
/// Since 1.0. One thread per context.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cgroup/delegation.h"
#include "cgroup/state.h"
#include "creator/life.h"
#include "prune/context.h"
#include "prune/defer.h"
#include "prune/delegation_fact.h"
#include "store/journal.h"
#include "store/registry.h"

namespace prune {

/// A creator, and whether it is still there.
struct KnownCreator {
    Creator creator;
    FactSource source = FactSource::registered;
    LifeAnswer life;
    bool inCgroup = false;  ///< the cgroup itself tells it (kMaker), not the registry
};

struct KnownDelegation {
    Delegation to;
    FactSource source = FactSource::registered;
};

struct Known {
    std::optional<KnownCreator> creator;
    std::optional<KnownDelegation> delegation;
    DelegationSigns signs;
    std::string unreadable;            ///< why a fact that is there cannot be read; "" where all could
    std::optional<Instance> instance;  ///< the hierarchy's, where it was looked up

    /// Whether the registry, or of its maker the cgroup itself, says anything, be it in doubt.
    bool isTold() const { return creator || delegation || !unreadable.empty(); }
};

/// Facts of another boot or instance of the hierarchy count as none, and so does an observed chown that was
/// taken back; a creator whose life the kernel
/// contradicts is still the creator. What cannot be read is told in `unreadable`, and logged. Errors: a look
/// at the cgroup failed. `instance`: the hierarchy's, for whoever asks about many cgroups; else it is looked
/// up where it is needed.
Result<Known> knownOf(Context& context, const Subject& subject, const CgroupState& state,
                      const Instance* instance = nullptr);

/// Drops what the registry holds of a cgroup that was removed. A fault is logged.
void forgetFacts(Context& context, const std::string& hierarchy, std::uint64_t id);

/// The same, and its journal entry.
void forgetCgroup(Context& context, const JournalKey& key);

}  // namespace prune

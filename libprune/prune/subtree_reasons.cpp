// SPDX-License-Identifier: MIT
#include "prune/subtree_reasons.h"

#include <algorithm>
#include <cerrno>

#include "prune/facts.h"
#include "prune/keep.h"
#include "store/journal.h"

namespace prune {

namespace {

/// Once in a while: a subtree can have thousands. That it was removed meanwhile is no fault.
void logUnknown(Context& context, const Error& why) {
    if (context.dryRun || why.code == ENOENT || why.code == ENODEV) return;
    logRepeatedFault(context, "prune", why);
}

std::optional<Reason> whyForCreator(Context& context, const SubtreeLook& look) {
    const auto known = knownOf(context, look.subject, look.state);
    if (!known.ok()) logUnknown(context, known.error());
    if (!known.ok() || !known.value().unreadable.empty()) return Reason::creatorUndetermined;
    if (!known.value().creator) return std::nullopt;
    switch (known.value().creator->life.life) {
        case Life::gone:
            return std::nullopt;
        case Life::alive:
            return Reason::creatorAlive;
        case Life::unknown:
            break;
    }
    return Reason::creatorUndetermined;
}

}  // namespace

std::optional<Reason> whyLeft(Context& context, const SubtreeOptions& options, const SubtreeLook& look) {
    const auto& force = options.force;
    if (!options.match.empty() && !pathFits(options.match, look.subject.path)) return Reason::notMatched;
    if (look.state.populated) return Reason::populated;
    if (look.state.hasChildren && !look.goneBelow) return Reason::hasChildren;
    if (!force.kept && isKept(context, look.subject, look.state)) return Reason::kept;
    if (!force.lock && look.lock == Lock::busy) return Reason::lockHeld;
    if (!force.creator)
        if (const auto reason = whyForCreator(context, look)) return reason;
    if (look.ageMs < options.olderThanMs) return Reason::tooYoung;
    return std::nullopt;
}

Result<bool> isHandedToAnother(Context& context, const Subject& subject) {
    const auto state =
        readState(context.system, subject.cgroup.directory.get(), subject.hierarchy.about.unified);
    if (!state.ok()) return state.error();
    if (!state.value()) return false;
    const auto known = knownOf(context, subject, *state.value());
    if (!known.ok()) return known.error().code == ENOENT ? Result<bool>(false) : known.error();
    const auto& signs = known.value().signs;
    return known.value().delegation.has_value() || signs.byRoot || signs.byOwnership;
}

std::int64_t knownAgeMs(Context& context, const Subject& subject, const CgroupState& state,
                        std::int64_t wallNowNs) {
    constexpr std::int64_t kNsInMs = 1'000'000;
    auto& system = context.system;
    const auto uptime = system.bootTimeMs();
    std::int64_t age = 0;
    FileStat stat;
    if (system.statFd(subject.cgroup.directory.get(), stat) == 0)
        age = (wallNowNs - stat.modifiedNs) / kNsInMs;
    const auto entry =
        Journal(system, !context.dryRun).find({subject.hierarchy.about.name, state.owner, state.id});
    if (entry.ok() && entry.value()) age = std::max(age, uptime - entry.value()->emptySinceMs);
    return std::clamp(age, std::int64_t{0}, uptime);  // no cgroup is older than the boot, whatever clocks say
}

}  // namespace prune

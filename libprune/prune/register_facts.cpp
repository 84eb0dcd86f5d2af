// SPDX-License-Identifier: MIT
#include "prune/register_facts.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <optional>

#include "base/text.h"
#include "cgroup/delegation.h"
#include "cgroup/state.h"
#include "prune/defer.h"
#include "prune/stale_facts.h"
#include "store/counters.h"
#include "store/registry.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr std::uint64_t kRegistersPerCleaning = 64;

/// Now and then, so that the litter of managers that only register does not grow. A cleaning looks at every
/// fact: the more there are the rarer it is, so that a register costs the same among many.
void cleanNowAndThen(Context& context, const OpenHierarchy& hierarchy) {
    const auto registered = count(context.system, Counter::registered);
    if (registered == 0 || registered % kRegistersPerCleaning != 0) return;
    const auto facts = Registry(context.system).size(hierarchy.about.name);
    if (!facts.ok()) return logStateFault(context, facts.error());
    if (registered % std::max(kRegistersPerCleaning, std::bit_ceil(facts.value())) == 0)
        dropStaleFacts(context, hierarchy);
}

Result<Change> remember(Context& context, const Subject& subject, FactKind kind, FactSource source,
                        std::string body) {
    const int directory = subject.cgroup.directory.get();
    const auto& hierarchy = subject.hierarchy.about.name;
    const auto id = cgroupId(context.system, directory);
    if (!id.ok()) return id.error();
    auto instance = instanceOf(context.system, hierarchy);
    if (!instance.ok()) return instance.takeError();
    if (context.dryRun) return Change{true, false};

    const FactKey key{hierarchy, id.value(), kind};
    const Fact fact{instance.value().boot,       instance.value().hierarchyId,
                    std::string(subject.path),   source,
                    context.system.bootTimeMs(), std::move(body)};
    // Whoever observes has more to look at than this cgroup, whose owner can hold its lock.
    const SharedLock lock(context.system, directory, source == FactSource::observed ? 0 : kLockPatienceMs);
    Registry registry(context.system);
    auto written = registry.put(key, fact);
    if (!written.ok()) return written.takeError();
    if (hasDied(context.system, directory)) {
        if (auto dropped = registry.drop(key); !dropped.ok()) return dropped.takeError();
        return Error{
            "remember something of " + escapeForPeople(subject.path) + ", which was removed meanwhile",
            ENOENT};
    }
    return Change{written.value(), !lock.held()};
}

/// False: there was none.
Result<bool> dropFact(Context& context, const FactKey& key) {
    Registry registry(context.system, !context.dryRun);
    if (!context.dryRun) return registry.dropForGood(key);
    const auto known = registry.find(key);
    if (!known.ok() && known.error().code != EBADMSG) return known.error();
    return !known.ok() || known.value().has_value();
}

}  // namespace

Result<Change> registerCreator(Context& context, const Subject& subject, const Creator& creator,
                               FactSource source) {
    auto changed = remember(context, subject, FactKind::creator, source, formatCreator(creator));
    if (changed.ok() && !context.dryRun) cleanNowAndThen(context, subject.hierarchy);
    return changed;
}

Result<Change> registerDelegation(Context& context, const Subject& subject, const Delegation& delegation,
                                  FactSource source) {
    return remember(context, subject, FactKind::delegated, source, formatDelegation(delegation));
}

Result<Change> delegateCgroup(Context& context, const Subject& subject, const Delegation& to, bool chown) {
    const bool unified = subject.hierarchy.about.unified;
    if (chown && !context.dryRun) {
        auto given = handOver(context.system, subject.cgroup, unified, to.user, to.group);
        if (!given.ok()) return given.takeError();
    }
    auto changed = registerDelegation(context, subject, to, FactSource::registered);
    if (!changed.ok() || context.dryRun || unified) return changed;
    auto flagged = writeText(context.system, subject.cgroup.directory.get(), "notify_on_release", "1");
    if (!flagged.ok()) return flagged.takeError();
    return changed;
}

Result<bool> forgetMaker(Context& context, const Subject& subject) {
    const int directory = subject.cgroup.directory.get();
    // A removal fails where nothing may be changed, also if there is nothing to be removed.
    auto marked = hasXattr(context.system, directory, kMaker);
    if (!marked.ok() || !marked.value() || context.dryRun) return marked;
    const int failed = context.system.removeXattr(directory, kMaker);
    if (failed == 0 || failed == -ENODATA) return true;
    return Error{"forget who made cgroup " + escapeForPeople(subject.path), -failed};
}

Result<Change> forget(Context& context, const Subject& subject, FactKind kind) {
    const int directory = subject.cgroup.directory.get();
    const auto id = cgroupId(context.system, directory);
    if (!id.ok()) return id.error();
    std::optional<SharedLock> lock;
    if (!context.dryRun) lock.emplace(context.system, directory);
    const auto dropped = dropFact(context, {subject.hierarchy.about.name, id.value(), kind});
    if (!dropped.ok()) return dropped.error();
    const auto marked = kind == FactKind::creator ? forgetMaker(context, subject) : Result<bool>(false);
    if (!marked.ok()) return marked.error();
    return Change{dropped.value() || marked.value(), lock && !lock->held()};
}

}  // namespace prune

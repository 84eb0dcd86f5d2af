// SPDX-License-Identifier: MIT
#include "prune/stale_facts.h"

#include <cerrno>
#include <optional>
#include <string>

#include "cgroup/locate.h"
#include "prune/defer.h"
#include "store/journal.h"
#include "store/registry.h"
#include "store/state_folder.h"
#include "store/temporaries.h"

namespace prune {

namespace {

/// Drops the facts of `name` that `isStale(fact or nothing where it is broken, id)`.
template <class IsStale>
std::uint64_t dropWhere(Context& context, const std::string& name, IsStale isStale) {
    std::uint64_t dropped = 0;
    Registry registry(context.system);
    const auto keys = registry.keys(name);
    if (!keys.ok()) return logStateFault(context, keys.error()), 0;
    for (const auto& key : keys.value()) {
        const auto fact = registry.find(key);
        const bool isBroken = !fact.ok() && fact.error().code == EBADMSG;
        if (!isBroken && (!fact.ok() || !fact.value())) continue;
        if (!isStale(isBroken ? std::nullopt : fact.value(), key.id)) continue;
        const auto gone = registry.dropIfStill(key, isBroken ? std::nullopt : fact.value());
        if (!gone.ok()) logStateFault(context, gone.error());
        if (gone.ok() && gone.value()) ++dropped;
    }
    return dropped;
}

/// Asked when the fact was read: a hierarchy can end and be made anew during a walk. A hierarchy that ended
/// took its cgroups along; one that only is not mounted keeps its facts.
bool isOfEnded(Context& context, const std::string& name, const std::optional<Fact>& fact) {
    const auto instance = instanceOf(context.system, name);
    if (!instance.ok()) return instance.error().code == 0;
    return fact && !instance.value().is(fact->boot, fact->hierarchyId);
}

void logFault(Context& context, const Result<std::uint64_t>& dropped) {
    if (!dropped.ok()) logStateFault(context, dropped.error());
}

template <class Store>
void dropTemporariesIn(Context& context) {
    Store store(context.system);
    const auto names = store.hierarchies();
    if (!names.ok()) return logStateFault(context, names.error());
    for (const auto& name : names.value()) logFault(context, store.dropTemporaries(name));
}

}  // namespace

std::uint64_t dropStaleFacts(Context& context, const OpenHierarchy& hierarchy) {
    const auto& name = hierarchy.about.name;
    logFault(context, Registry(context.system).dropTemporaries(name));
    return dropWhere(context, name, [&](const std::optional<Fact>& fact, std::uint64_t id) {
        return isOfEnded(context, name, fact) || isGone(context.system, hierarchy, id);
    });
}

void dropAllStaleFacts(Context& context) {
    const auto names = Registry(context.system).hierarchies();
    if (!names.ok()) return logStateFault(context, names.error());
    for (const auto& name : names.value()) {
        const auto open = openHierarchyByName(context.system, name);
        if (open.ok() && open.value())
            dropStaleFacts(context, *open.value());
        else if (open.ok())
            dropWhere(context, name, [&](const std::optional<Fact>& fact, std::uint64_t) {
                return isOfEnded(context, name, fact);
            });
    }
}

void dropAllTemporaries(Context& context) {
    dropTemporariesIn<Registry>(context);
    dropTemporariesIn<Journal>(context);
    logFault(context, dropTemporaries(context.system, kAgentsFolder));
}

}  // namespace prune

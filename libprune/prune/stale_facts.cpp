// SPDX-License-Identifier: MIT
#include "prune/stale_facts.h"

#include <cerrno>
#include <optional>
#include <string>

#include "cgroup/locate.h"
#include "prune/defer.h"
#include "store/registry.h"

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
        const auto gone = registry.drop(key);
        if (!gone.ok()) logStateFault(context, gone.error());
        if (gone.ok() && gone.value()) ++dropped;
    }
    return dropped;
}

/// A hierarchy that ended took its cgroups along; one that only is not mounted keeps its facts.
void dropFactsOfEnded(Context& context, const std::string& name) {
    const auto instance = instanceOf(context.system, name);
    if (!instance.ok() && instance.error().code != 0) return logStateFault(context, instance.error());
    dropWhere(context, name, [&](const std::optional<Fact>& fact, std::uint64_t) {
        return !instance.ok() || (fact && !instance.value().is(fact->boot, fact->hierarchyId));
    });
}

}  // namespace

std::uint64_t dropStaleFacts(Context& context, const OpenHierarchy& hierarchy) {
    const auto instance = instanceOf(context.system, hierarchy.about.name);
    if (!instance.ok()) return logStateFault(context, instance.error()), 0;
    return dropWhere(context, hierarchy.about.name, [&](const std::optional<Fact>& fact, std::uint64_t id) {
        if (fact && !instance.value().is(fact->boot, fact->hierarchyId)) return true;
        return isGone(context.system, hierarchy, id);
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
            dropFactsOfEnded(context, name);
    }
}

}  // namespace prune

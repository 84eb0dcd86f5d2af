// SPDX-License-Identifier: MIT
#include "prune/stale_facts.h"

#include <cerrno>

#include "cgroup/locate.h"
#include "prune/defer.h"
#include "store/registry.h"

namespace prune {

namespace {

bool isStale(Context& context, Registry& registry, const OpenHierarchy& hierarchy, const Instance& instance,
             const FactKey& key) {
    const auto fact = registry.find(key);
    if (!fact.ok() && fact.error().code != EBADMSG) return false;
    if (fact.ok() && !fact.value()) return false;
    if (fact.ok() && !instance.is(fact.value()->boot, fact.value()->hierarchyId)) return true;
    return isGone(context.system, hierarchy, key.id);
}

}  // namespace

std::uint64_t dropStaleFacts(Context& context, const OpenHierarchy& hierarchy) {
    std::uint64_t dropped = 0;
    Registry registry(context.system);
    const auto keys = registry.keys(hierarchy.about.name);
    const auto instance = instanceOf(context.system, hierarchy.about.name);
    if (!keys.ok() || !instance.ok()) {
        logStateFault(context, keys.ok() ? instance.error() : keys.error());
        return 0;
    }
    for (const auto& key : keys.value()) {
        if (!isStale(context, registry, hierarchy, instance.value(), key)) continue;
        const auto gone = registry.drop(key);
        if (!gone.ok())
            logStateFault(context, gone.error());
        else if (gone.value())
            ++dropped;
    }
    return dropped;
}

void dropAllStaleFacts(Context& context) {
    const auto names = Registry(context.system).hierarchies();
    if (!names.ok()) return logStateFault(context, names.error());
    for (const auto& name : names.value()) {
        const auto open = openHierarchyByName(context.system, name);
        if (open.ok() && open.value()) dropStaleFacts(context, *open.value());
    }
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/stale_facts.h"

#include <cerrno>

#include "cgroup/locate.h"
#include "prune/defer.h"
#include "store/registry.h"

namespace prune {

namespace {

void fault(Context& context, const Error& error) {
    context.log.event(LogLevel::warning, "state-fault", {{"why", error.text()}});
}

bool isStale(Context& context, Registry& registry, const OpenHierarchy& hierarchy, const Instance& instance,
             const FactKey& key) {
    const auto fact = registry.find(key);
    if (!fact.ok() && fact.error().code != EBADMSG) return false;
    if (fact.ok() && !fact.value()) return false;
    if (fact.ok() &&
        (fact.value()->boot != instance.boot || fact.value()->hierarchyId != instance.hierarchyId))
        return true;
    return isGone(context.system, hierarchy, key.id);
}

}  // namespace

std::uint64_t dropStaleFacts(Context& context, const OpenHierarchy& hierarchy) {
    std::uint64_t dropped = 0;
    Registry registry(context.system);
    const auto keys = registry.keys(hierarchy.about.name);
    const auto instance = instanceOf(context.system, hierarchy.about.name);
    if (!keys.ok() || !instance.ok()) {
        fault(context, keys.ok() ? instance.error() : keys.error());
        return 0;
    }
    for (const auto& key : keys.value()) {
        if (!isStale(context, registry, hierarchy, instance.value(), key)) continue;
        const auto gone = registry.drop(key);
        if (!gone.ok())
            fault(context, gone.error());
        else if (gone.value())
            ++dropped;
    }
    return dropped;
}

void dropAllStaleFacts(Context& context) {
    const auto names = Registry(context.system).hierarchies();
    if (!names.ok()) return fault(context, names.error());
    for (const auto& name : names.value()) {
        const auto mounted = hierarchyByName(context.system, name);
        if (!mounted.ok() || !mounted.value()) continue;
        const auto open = openHierarchy(context.system, *mounted.value());
        if (open.ok()) dropStaleFacts(context, open.value());
    }
}

}  // namespace prune

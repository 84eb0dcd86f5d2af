// SPDX-License-Identifier: MIT
#include "prune/needed_sweeps.h"

#include "prune/stale_facts.h"
#include "prune/sweep.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::int64_t kSweepIntervalMs = 600'000;
constexpr std::int64_t kStaleFactsIntervalMs = 600'000;
constexpr std::int64_t kSweepTurnMs = 10'000;  // others' cgroups are due, and a user can make a walk endless

void sweepFault(Context& context, const std::string& name, const Error& error) {
    context.log.event(LogLevel::warning, "sweep-fault", {{"hierarchy", name}, {"why", error.text()}});
}

/// A hierarchy that ended took its cgroups along; one that lives on without a mount is swept when it has one.
void noteUnmounted(Context& context, const std::string& name) {
    const auto id = hierarchyId(context.system, name);
    if (id.ok() || id.error().code != 0)
        return sweepFault(context, name, Error{"it is not mounted; it is swept when it is mounted again", 0});
    if (const auto cleared = clearSweepNeeded(context.system, name); !cleared.ok())
        sweepFault(context, name, cleared.error());
}

/// False: it could not look at all, and is needed still.
bool sweepForATurn(Context& context, const OpenHierarchy& hierarchy) {
    SweepOptions options;
    options.deadlineMs = context.system.bootTimeMs() + kSweepTurnMs;
    const auto swept = sweepNow(context, hierarchy, options);
    if (!swept.ok()) sweepFault(context, hierarchy.about.name, swept.error());
    return swept.ok();
}

bool sweepNeeded(Context& context, const std::string& name) {
    const auto open = openHierarchyByName(context.system, name);
    if (open.ok() && open.value()) return sweepForATurn(context, *open.value());
    if (open.ok())
        noteUnmounted(context, name);
    else
        sweepFault(context, name, open.error());
    return true;
}

}  // namespace

std::int64_t sweepWhereNeeded(Context& context) {
    const auto names = sweepsNeeded(context.system);
    std::int64_t due = kNever;
    if (!names.ok()) logStateFault(context, names.error());
    if (names.ok() && names.value().empty()) return due;
    // By a broken conf a sweep notes nothing: what is needed stays needed until it is mended.
    if (!names.ok() || !context.conf.errors.empty()) return context.system.bootTimeMs() + kSweepIntervalMs;
    bool hasSwept = false;
    for (const auto& name : names.value()) {
        // One at a time: between two of them what is due is retried.
        if (hasSwept) return context.system.bootTimeMs();
        hasSwept = isFirstOf(context.system, "sweep " + name, kSweepIntervalMs);
        const bool isDone = hasSwept && sweepNeeded(context, name);
        if (!isDone) due = context.system.bootTimeMs() + kSweepIntervalMs;
    }
    return due;
}

void sweepAllNeeded(Context& context) {
    while (sweepWhereNeeded(context) <= context.system.bootTimeMs()) {
    }
}

std::int64_t lookAfterState(Context& context) {
    if (isFirstOf(context.system, "stale-facts", kStaleFactsIntervalMs)) {
        dropAllStaleFacts(context);
        dropAllTemporaries(context);
    }
    return sweepWhereNeeded(context);
}

}  // namespace prune

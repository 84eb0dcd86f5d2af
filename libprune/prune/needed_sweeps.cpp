// SPDX-License-Identifier: MIT
#include "prune/needed_sweeps.h"

#include <string>
#include <vector>

#include "base/text.h"
#include "prune/stale_facts.h"
#include "prune/sweep.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::int64_t kSweepIntervalMs = 600'000;
constexpr std::int64_t kStaleFactsIntervalMs = 600'000;
constexpr std::int64_t kSweepTurnMs = 10'000;  // others' cgroups are due, and a user can make a walk endless

/// Once an hour: users can make hierarchies in which no sweep comes to its end.
void sweepFault(Context& context, const std::string& name, const Error& error) {
    if (!isFirstOf(context.system, "sweep-needed " + name + ' ' + decimal(error.code), kHourMs)) return;
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

/// False: it did not come to all, and is needed still.
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

enum class Turn { done, unfinished, notYet };

Turn takeTurn(Context& context, const std::string& name) {
    if (!isFirstOf(context.system, "sweep " + name, kSweepIntervalMs)) return Turn::notYet;
    return sweepNeeded(context, name) ? Turn::done : Turn::unfinished;
}

/// Where that it was done cannot be written down, it would be done again and again.
bool isRemembered(Context& context, const std::string& name) {
    return !isFirstOf(context.system, "sweep " + name, kSweepIntervalMs);
}

/// The hierarchies that can be swept now; `due` is set where some cannot.
std::vector<std::string> sweepable(Context& context, std::int64_t& due) {
    auto names = sweepsNeeded(context.system);
    if (!names.ok()) logStateFault(context, names.error());
    if (names.ok() && names.value().empty()) return {};
    // By a broken conf a sweep notes nothing: what is needed stays needed until it is mended.
    if (names.ok() && context.conf.errors.empty()) return std::move(names.value());
    due = context.system.bootTimeMs() + kSweepIntervalMs;
    return {};
}

}  // namespace

std::int64_t sweepWhereNeeded(Context& context) {
    std::int64_t due = kNever;
    const auto names = sweepable(context, due);
    for (const auto& name : names) {
        const auto turn = takeTurn(context, name);
        if (turn != Turn::done) due = context.system.bootTimeMs() + kSweepIntervalMs;
        // One at a time: between two of them what is due is retried.
        if (turn != Turn::notYet && name != names.back())
            return context.system.bootTimeMs() + (isRemembered(context, name) ? 0 : kSweepIntervalMs);
    }
    return due;
}

void sweepAllNeeded(Context& context) {
    std::int64_t due = kNever;
    for (const auto& name : sweepable(context, due)) takeTurn(context, name);
}

std::int64_t lookAfterState(Context& context) {
    if (isFirstOf(context.system, "stale-facts", kStaleFactsIntervalMs)) {
        dropAllStaleFacts(context);
        dropAllTemporaries(context);
    }
    return sweepWhereNeeded(context);
}

}  // namespace prune

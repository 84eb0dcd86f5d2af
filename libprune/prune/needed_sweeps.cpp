// SPDX-License-Identifier: MIT
#include "prune/needed_sweeps.h"

#include "prune/stale_facts.h"
#include "prune/sweep.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::int64_t kSweepIntervalMs = 600'000;

void sweepFault(Context& context, const std::string& name, const Error& error) {
    context.log.event(LogLevel::warning, "sweep-fault", {{"hierarchy", name}, {"why", error.text()}});
}

/// Looks at the whole hierarchy. Errors: it could not be looked at now.
Status sweepNamed(Context& context, const std::string& name) {
    const auto mounted = hierarchyByName(context.system, name);
    if (!mounted.ok()) return mounted.error();
    const auto id = hierarchyId(context.system, name);
    if (!mounted.value() && !id.ok() && id.error().code == 0)
        return {};  // it has ended, and its cgroups with it
    if (!mounted.value()) return Error{"sweep " + name + ", which is not mounted now", 0};
    const auto open = openHierarchy(context.system, *mounted.value());
    if (!open.ok()) return open.error();
    const auto swept = sweepHierarchy(context, open.value(), nullptr);
    dropStaleFacts(context, open.value());
    return swept.ok() ? Status() : Status(swept.error());
}

void sweepNeeded(Context& context, const std::string& name) {
    // Cleared first: a call that comes while we walk asks for another sweep.
    auto status = clearSweepNeeded(context.system, name);
    if (!status.ok()) return sweepFault(context, name, status.error());
    status = sweepNamed(context, name);
    if (status.ok()) return;
    sweepFault(context, name, status.error());
    status = setSweepNeeded(context.system, name);
    if (!status.ok()) sweepFault(context, name, status.error());
}

}  // namespace

std::int64_t sweepWhereNeeded(Context& context) {
    const auto names = sweepsNeeded(context.system);
    std::int64_t due = kNever;
    // By a broken conf a sweep notes nothing: what is needed stays needed until it is mended.
    if (!names.ok() || names.value().empty()) return due;
    if (!context.conf.errors.empty()) return context.system.bootTimeMs() + kSweepIntervalMs;
    for (const auto& name : names.value()) {
        if (isFirstOf(context.system, "sweep " + name, kSweepIntervalMs))
            sweepNeeded(context, name);
        else
            due = context.system.bootTimeMs() + kSweepIntervalMs;
    }
    return due;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/needed_sweeps.h"

#include "prune/sweep.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::int64_t kSweepIntervalMs = 600'000;

void sweepFault(Context& context, const std::string& name, const Error& error) {
    context.log.event(LogLevel::warning, "sweep-fault", {{"hierarchy", name}, {"why", error.text()}});
}

void sweepNamed(Context& context, const std::string& name) {
    // Cleared first: a call that comes while we walk asks for another sweep.
    if (const auto cleared = clearSweepNeeded(context.system, name); !cleared.ok())
        return sweepFault(context, name, cleared.error());
    const auto mounted = hierarchyByName(context.system, name);
    if (!mounted.ok()) return sweepFault(context, name, mounted.error());
    if (!mounted.value()) return;
    const auto open = openHierarchy(context.system, *mounted.value());
    if (!open.ok()) return sweepFault(context, name, open.error());
    const auto swept = sweepHierarchy(context, open.value(), nullptr);
    if (!swept.ok()) sweepFault(context, name, swept.error());
}

}  // namespace

std::int64_t sweepWhereNeeded(Context& context) {
    const auto names = sweepsNeeded(context.system);
    std::int64_t due = kNever;
    if (!names.ok()) return due;
    for (const auto& name : names.value()) {
        if (isFirstOf(context.system, "sweep " + name, kSweepIntervalMs))
            sweepNamed(context, name);
        else
            due = context.system.bootTimeMs() + kSweepIntervalMs;
    }
    return due;
}

}  // namespace prune

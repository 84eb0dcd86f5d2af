// SPDX-License-Identifier: MIT
/// Facts that outlived their cgroups: of another boot, of another instance of the hierarchy, or of an id that
/// is no more; and files that killed writers left. They are ignored wherever they lie; this drops them. Since
/// 0.1. One thread per context.
#pragma once

#include <cstdint>

#include "prune/context.h"

namespace prune {

/// Looks at all facts of the hierarchy; how many were dropped. Broken ones stay for as long as their cgroup
/// may be there. What cannot be told stays. Killed writers' files in the registry go too. Faults are logged.
std::uint64_t dropStaleFacts(Context& context, const OpenHierarchy& hierarchy);

/// The same for each hierarchy that has facts and is mounted.
void dropAllStaleFacts(Context& context);

/// Drops what killed writers left anywhere in the state folder. Faults are logged.
void dropAllTemporaries(Context& context);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// A hierarchy as cgprune enable leaves it, for tests.
#pragma once

#include <string>

#include "support/memory_system.h"

namespace prune {

/// Makes it, mounted at /sys/fs/cgroup/HIERARCHY, with its alias, which is in release_agent.
void enableHierarchy(MemorySystem& kernel, const std::string& hierarchy);

}  // namespace prune

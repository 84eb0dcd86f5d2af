// SPDX-License-Identifier: MIT
/// What MemorySystem shows in /proc: pure texts over its state.
#pragma once

#include "support/memory_system_cgroups.h"

namespace prune::memory {

/// /proc/self/mountinfo.
std::string mountinfoText(const Tree& tree);

/// /proc/PID/cgroup.
std::string cgroupText(Cgroups& cgroups, int pid);

}  // namespace prune::memory

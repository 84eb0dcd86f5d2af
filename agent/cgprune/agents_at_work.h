// SPDX-License-Identifier: MIT
/// Which release-agents are at work in a hierarchy now.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Processes that run `binary` (or any program named release-agent) and hold a descriptor in the file system
/// `device`. A drainer that sleeps holds none, so it is not among them. Errors: /proc cannot be listed.
Result<std::vector<int>> agentsAtWork(System& system, const std::string& binary, std::uint64_t device);

/// Waits until there are none, for at most some seconds; those that are left.
Result<std::vector<int>> waitForAgents(System& system, const std::string& binary, std::uint64_t device);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The files of a v1 root that enable and disable write: each write is read back.
#pragma once

#include <string>

#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "sys/system.h"

namespace prune {

/// Sets release_agent; "" clears it.
Status writeReleaseAgent(System& system, const OpenHierarchy& hierarchy, const std::string& text);

/// notify_on_release of an open cgroup, the root's too.
Result<bool> readFlag(System& system, int directoryFd);
Status writeFlag(System& system, int directoryFd, bool value);

}  // namespace prune

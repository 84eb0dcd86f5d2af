// SPDX-License-Identifier: MIT
/// Where an open directory is now. Since 1.0. One thread per System.
#pragma once

#include <string>

#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "sys/system.h"

namespace prune {

/// The absolute path of an open directory as /proc/self/fd tells it. The kernel puts " (deleted)" behind the
/// path of a removed one, and a name can end so too: whoever uses the path compares ids.
Result<std::string> pathOfFd(System& system, int fd);

/// The path of an open cgroup inside its hierarchy, however long: by /proc/self/fd, else by looking for the
/// directory in each of its parents. Errors: it could not be told (removed meanwhile, say).
Result<std::string> pathInHierarchy(System& system, const OpenHierarchy& hierarchy, int directoryFd);

}  // namespace prune

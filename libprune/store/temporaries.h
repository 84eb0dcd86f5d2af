// SPDX-License-Identifier: MIT
/// What writers that were killed left (sys/files.h): the names of temporary files, and how they go.
/// Since 1.0.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Removes what killed writers left in a folder below the state folder, given as "journal/freezer/0"; how
/// many. Whoever writes there holds the folder's shared lock. Two things speak for a writer: that the lock is
/// held, and that a process has the number in the name. So litter whose number another process has now stays
/// until that has ended.
Result<std::uint64_t> dropTemporaries(System& system, const std::string& relative);

}  // namespace prune

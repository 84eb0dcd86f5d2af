// SPDX-License-Identifier: MIT
/// How many files there are in a folder of the state, for its bounds. Since 1.0. One thread per System.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

bool isTmpfs(System& system, int folder);

/// How many names the folder `name` in `parent` holds: told by its size on tmpfs, counted elsewhere. 0 where
/// it is gone.
Result<std::uint64_t> countNames(System& system, int parent, const char* name, bool onTmpfs);

}  // namespace prune

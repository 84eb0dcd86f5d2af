// SPDX-License-Identifier: MIT
/// What a cgprune watch holds for each hierarchy that it watches. Since 1.0. One thread per System.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Held for as long as the descriptor is open. Errors: another holds it (code 0, which says so); those of the
/// state folder.
Result<Fd> takeWatchLock(System& system, const std::string& hierarchy);

/// False: the file that `lock` holds is gone, or is another by now.
bool isStillThere(System& system, const Fd& lock, std::string_view hierarchy);

/// Whether some cgprune watch watches the hierarchy; see isFlocked().
bool isWatched(System& system, std::string_view hierarchy);

}  // namespace prune

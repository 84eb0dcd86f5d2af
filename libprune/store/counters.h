// SPDX-License-Identifier: MIT
/// Counts of what was done since boot, in one mapped file of atomics. Since 0.1. Safe among processes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// What is counted. The numbers are places in the file: new ones are only added at the end.
enum class Counter : std::uint32_t {
    removed = 0,          ///< cgroups removed
    gone = 1,             ///< somebody else had removed it
    busy = 2,             ///< had tasks or children again; the kernel will call again
    kept = 3,             ///< kept by verdict
    deferred = 4,         ///< put into the journal (each time)
    failed = 5,           ///< removals that failed
    confErrors = 6,       ///< put off since the conf has errors
    journalFull = 7,      ///< not journaled since a bound was reached or space was short
    cutPaths = 8,         ///< calls with a path that the kernel may have cut
    unmatched = 9,        ///< calls whose hierarchy was not found
    removedAnother = 10,  ///< a cgroup made anew under the same name went instead
    registered = 11,      ///< creators registered
    count_
};

constexpr std::size_t kCounters = static_cast<std::size_t>(Counter::count_);

/// Adds one: how many there are now. A counter that cannot be kept (no space, no folder) is no reason to
/// fail: then it is not counted, and 0.
std::uint64_t count(System& system, Counter counter);

/// Counts a removal, and notes that the last one in this hierarchy was now. Two hierarchies whose names hash
/// alike (one pair in a million) share what is noted.
void countRemoval(System& system, std::string_view hierarchy);

/// When the last removal in the hierarchy was (CLOCK_BOOTTIME, milliseconds); nothing where none was noted.
/// Errors: the file cannot be read.
Result<std::optional<std::int64_t>> lastRemovalMs(System& system, std::string_view hierarchy);

/// All of them; zeros where nothing was counted yet. Errors: the file cannot be read.
Result<std::array<std::uint64_t, kCounters>> readCounters(System& system);

/// "removed", "journal-full", ...
const char* word(Counter counter);

}  // namespace prune

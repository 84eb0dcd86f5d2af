// SPDX-License-Identifier: MIT
/// Counts of what was done since boot: a mapped file of atomics for each hierarchy, and one for the host, in
/// /run/cgprune/counters. Since 1.0. Safe among processes. A count is one mapping, whatever it counts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

/// How many causes are told apart for `removed`, `kept`, `deferred` and `failed`. What a number means is the
/// caller's business; larger ones are counted as the last.
constexpr std::uint32_t kCauses = 64;

/// The name of the file for what is of no hierarchy: none can have it.
constexpr const char* kHostCounters = "host";

/// Adds one for the host: how many there are now. A counter that cannot be kept (no space, no folder) is no
/// reason to fail: then it is not counted, and 0.
std::uint64_t count(System& system, Counter counter);
/// The same for a hierarchy.
void countIn(System& system, const std::string& hierarchy, Counter counter);
/// The same, for `cause` too. Only of the four that kCauses names.
void countCause(System& system, const std::string& hierarchy, Counter counter, std::uint32_t cause);

/// What was counted in one hierarchy, or on the host.
struct Counted {
    std::string name;  ///< the hierarchy's, or kHostCounters
    std::array<std::uint64_t, kCounters> values{};
    std::array<std::array<std::uint64_t, kCauses>, kCounters> causes{};  ///< zeros for the other counters
    std::optional<std::int64_t> lastRemovalMs;  ///< when a cgroup of it was last removed (CLOCK_BOOTTIME)
};

/// What was counted in one hierarchy; zeros where nothing was. Errors: the file cannot be read.
Result<Counted> readCountersOf(System& system, const std::string& hierarchy);

/// All files of counters, by name. Errors: one cannot be read.
Result<std::vector<Counted>> readAllCounters(System& system);

/// The sums over the host and all hierarchies; zeros where nothing was counted yet. Errors: as above.
Result<std::array<std::uint64_t, kCounters>> readCounters(System& system);

/// "removed", "journal-full", ...
const char* word(Counter counter);

}  // namespace prune

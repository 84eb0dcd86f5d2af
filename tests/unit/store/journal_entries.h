// SPDX-License-Identifier: MIT
/// Journal entries for tests.
#pragma once

#include <string>

#include "store/journal.h"

namespace prune {

inline const JournalKey kKey{"freezer", 1000, 42};
inline const std::string kEntryFolder = "/run/cgprune/journal/freezer/1000";
inline const std::string kEntryFile = kEntryFolder + "/42";

/// An entry with a value in each field that must be there.
inline JournalEntry plainEntry() {
    JournalEntry entry;
    entry.boot = "3f0e2b7c-9a55-4c1d-8e42-6d1f5b9a7c10";
    entry.hierarchyId = 7;
    entry.path = "/lxc/c 1";
    entry.agent = "/run/cgprune/agents/freezer";
    entry.reason = "lingering";
    entry.emptySinceMs = 123'456;
    entry.dueMs = 125'456;
    entry.looks = 3;
    return entry;
}

/// One with a value in each field.
inline JournalEntry fullEntry() {
    auto entry = plainEntry();
    entry.lockHeldSinceMs = 123'500;
    entry.failingSinceMs = 123'600;
    entry.ambiguous = true;
    entry.swept = true;
    entry.stuck = true;
    return entry;
}

/// One that tells by its numbers alone which writer made it, and whose parts must belong together.
inline JournalEntry numberedEntry(std::uint64_t number) {
    auto entry = plainEntry();
    entry.looks = number;
    entry.path = "/c" + std::to_string(number) + std::string(number % 1500, 'x');
    entry.dueMs = static_cast<std::int64_t>(number);
    return entry;
}

inline bool isNumberedEntry(const JournalEntry& entry) { return entry == numberedEntry(entry.looks); }

}  // namespace prune

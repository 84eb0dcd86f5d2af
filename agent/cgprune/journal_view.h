// SPDX-License-Identifier: MIT
/// Looks at the journal without touching it: Journal::find sets a broken entry aside, this does not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/journal.h"

namespace prune {

struct SeenEntry {
    JournalKey key;
    JournalEntry entry;
};

struct JournalView {
    std::vector<SeenEntry> entries;  ///< by hierarchy, the one due first in front
    std::uint64_t broken = 0;        ///< set aside, or still to be
};

/// All entries of a hierarchy; of all hierarchies for "". Errors: the state folder cannot be read.
Result<JournalView> viewJournal(System& system, const std::string& hierarchy);

}  // namespace prune

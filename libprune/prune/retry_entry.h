// SPDX-License-Identifier: MIT
/// One journal entry looked at again. Since 1.0. One thread per context.
#pragma once

#include <string>
#include <string_view>

#include "prune/context.h"
#include "prune/defer.h"
#include "store/journal.h"

namespace prune {

/// A hierarchy during a pass.
struct RetryHierarchy {
    const OpenHierarchy& open;
    Instance instance;
    std::string agent;  ///< the text of release_agent now; "" on v2
};

/// Finds the entry's cgroup by its identity, decides anew and acts. Done::deferred: the entry is still there
/// (anew). Otherwise it is dropped; a cgroup that emptied again while it was being dropped is journaled anew.
Outcome retryEntry(Context& context, const RetryHierarchy& hierarchy, const JournalKey& key,
                   const JournalEntry& entry);

/// Drops an entry that can no longer be acted on, and says why.
Outcome dropStale(Context& context, const JournalKey& key, const JournalEntry& entry, std::string_view why);

}  // namespace prune

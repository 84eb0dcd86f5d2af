// SPDX-License-Identifier: MIT
/// One pass over the journal: what is due is looked at again, and removed, put off or dropped. Since 1.0.
/// The drainer, `cgprune retry` and a timer all do this; several at once do no harm. One thread per context.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "prune/context.h"
#include "store/journal.h"

namespace prune {

/// Hears of each entry that was looked at. False ends the pass: what is left stays as it is.
class RetryListener {
public:
    virtual bool onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) = 0;

protected:
    ~RetryListener() = default;
};

struct RetryOptions {
    std::string onlyHierarchy;   ///< "" = all
    bool ignoreBackoff = false;  ///< look at each entry now; lingers are waited out all the same
    bool includeStuck = false;   ///< try given-up ones again
    /// Waits a moment before anything is removed, for releases that are on their way; see retry.cpp.
    bool mayWait = true;
    /// CLOCK_BOOTTIME: what is not looked at by then stays, but for one. The wait comes on top.
    std::int64_t deadlineMs = INT64_MAX;
    RetryListener* listener = nullptr;
};

/// Entries as the pass left them.
struct RetryResult {
    std::uint64_t removed = 0;
    std::uint64_t dropped = 0;  ///< kept, gone or stale: no longer in the journal
    std::uint64_t pending = 0;  ///< still in the journal or not readable now, stuck ones aside
    std::uint64_t stuck = 0;
    std::uint64_t failed = 0;
    std::int64_t nextDueMs = 0;  ///< when the first pending one is due (CLOCK_BOOTTIME); kNever if none is
    bool stopped = false;        ///< the listener ended it
    std::uint64_t tried = 0;     ///< due ones that the pass came to; one at least, however short its time
    std::uint64_t unlisted = 0;  ///< folders of the journal that could not be listed
    bool announced = true;       ///< false: next-due could not be written, and tells nothing
};

/// Looks at all entries that are due, and announces when the next is (unless onlyHierarchy is set). Holds a
/// hierarchy's root open only while it works on that hierarchy.
RetryResult retryDue(Context& context, const RetryOptions& options);

/// Looks at these entries of a hierarchy now, whether they are due or not, and removes without a wait: for
/// whoever knows that nobody else hears of its releases. Keys without an entry are let pass.
RetryResult retryEntries(Context& context, const std::string& hierarchy, const std::vector<JournalKey>& keys);

}  // namespace prune

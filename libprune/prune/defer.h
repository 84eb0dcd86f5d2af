// SPDX-License-Identifier: MIT
/// Putting a removal off: writing the journal entry, and saying so when it cannot be written. Since 1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "prune/context.h"
#include "store/journal.h"

namespace prune {

/// The instance of a hierarchy that ids count in: of this boot and this mount. Paths and even device numbers
/// come again after an unmount; hierarchy id and boot id together do not.
struct Instance {
    std::string boot;
    std::uint32_t hierarchyId = 0;

    /// Whether what is remembered of this boot and hierarchy id is of this instance.
    bool is(std::string_view ofBoot, std::uint32_t ofHierarchyId) const {
        return boot == ofBoot && hierarchyId == ofHierarchyId;
    }
};

/// Errors: /proc cannot be read; code 0: the hierarchy does not exist.
Result<Instance> instanceOf(System& system, const std::string& hierarchy);

/// Writes `entry`, due at entry.dueMs, and wakes whoever waits for the journal. What cannot be written (a
/// bound reached, no space) sets the hierarchy's sweep-needed, is counted, logged at most once an hour, and
/// Done::failed.
Outcome putOff(Context& context, const JournalKey& key, JournalEntry entry, Reason reason);

/// The same, but only where there is no entry of that key: nothing otherwise.
std::optional<Outcome> putOffNew(Context& context, const JournalKey& key, JournalEntry entry, Reason reason);

/// Removes the entry, if this is no dry run. A fault is logged.
void dropEntry(Context& context, const JournalKey& key);

/// When to look again after `entry.looks` looks: doubling from retry's first value up to its second.
std::int64_t backoffMs(const Rule& rule, std::uint64_t looks);

}  // namespace prune

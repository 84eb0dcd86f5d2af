// SPDX-License-Identifier: MIT
/// What came of a cgroup, told alike by every verb.
#pragma once

#include <cstdint>
#include <string>

#include "cgprune/output.h"
#include "prune/context.h"
#include "store/journal.h"

namespace prune {

/// "kept (populated)", "gone", "deferred (lingering), looked at again in 2s", "noted (seen-empty), ...".
std::string outcomeText(const Outcome& outcome, std::int64_t nowMs);

/// Adds "outcome", "reason", "failure" and "due-in-ms", null where there is none, to `object`.
void addOutcome(Json& object, const Outcome& outcome, std::int64_t nowMs);

/// The path at the time of the entry; null where it was too long to keep.
Json pathJson(const JournalEntry& entry);

/// Adds reason, empty-for-ms, due-in-ms, looks and stuck to what is told of an entry with --json.
void addEntry(Json& object, const JournalEntry& entry, std::int64_t nowMs);

}  // namespace prune

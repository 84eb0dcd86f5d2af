// SPDX-License-Identifier: MIT
#include <algorithm>
#include <initializer_list>

#include "base/record.h"
#include "base/text.h"
#include "store/journal.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::string_view kKind = "cgprune-journal";
constexpr unsigned kEntryVersion = 1;

std::uint64_t unsignedMs(std::int64_t ms) { return ms < 0 ? 0 : static_cast<std::uint64_t>(ms); }

/// Whether all are times that a clock can come to: what is later bears no arithmetic.
bool areTimes(std::initializer_list<std::uint64_t> times) {
    constexpr auto kLatest = static_cast<std::uint64_t>(kNever);
    return std::all_of(times.begin(), times.end(), [](std::uint64_t ms) { return ms <= kLatest; });
}

void writeOptional(RecordWriter& writer, std::string_view key, const std::optional<std::uint64_t>& value) {
    if (value) writer.number(key, *value);
}

}  // namespace

std::string formatEntry(const JournalKey& key, const JournalEntry& entry) {
    RecordWriter writer(kKind, kEntryVersion);
    writer.text("boot", entry.boot);
    writer.text("hierarchy", key.hierarchy);
    writer.number("hierarchy-id", entry.hierarchyId);
    writer.number("id", key.id);
    writer.number("owner", key.owner);
    writer.text("path", escape(entry.path).size() <= kMaxPathInEntry ? entry.path : "");
    writer.text("agent", entry.agent);
    writer.text("reason", entry.reason);
    writer.number("empty-since", unsignedMs(entry.emptySinceMs));
    writer.number("due", unsignedMs(entry.dueMs));
    writer.number("looks", entry.looks);
    writeOptional(writer, "lock-held-since", entry.lockHeldSinceMs);
    writeOptional(writer, "failing-since", entry.failingSinceMs);
    writer.flag("ambiguous", entry.ambiguous);
    writer.flag("swept", entry.swept);
    writer.flag("stuck", entry.stuck);
    return writer.str();
}

std::optional<JournalEntry> parseEntry(const JournalKey& key, std::string_view text) {
    RecordReader reader(text, kKind, kEntryVersion);
    JournalEntry entry;
    entry.boot = reader.text("boot");
    const auto hierarchy = reader.text("hierarchy");
    const auto hierarchyId = reader.number("hierarchy-id");
    const auto id = reader.number("id");
    const auto owner = reader.number("owner");
    entry.path = reader.text("path");
    entry.agent = reader.text("agent");
    entry.reason = reader.text("reason");
    const auto emptySince = reader.number("empty-since");
    const auto due = reader.number("due");
    entry.looks = reader.number("looks");
    entry.lockHeldSinceMs = reader.optionalNumber("lock-held-since");
    entry.failingSinceMs = reader.optionalNumber("failing-since");
    entry.ambiguous = reader.flag("ambiguous");
    entry.swept = reader.flag("swept");
    entry.stuck = reader.flag("stuck");
    const bool same = hierarchy == key.hierarchy && id == key.id && owner == key.owner;
    if (!reader.finished() || !same || hierarchyId > UINT32_MAX) return std::nullopt;
    if (!areTimes({emptySince, due, entry.lockHeldSinceMs.value_or(0), entry.failingSinceMs.value_or(0)}))
        return std::nullopt;
    entry.hierarchyId = static_cast<std::uint32_t>(hierarchyId);
    entry.emptySinceMs = static_cast<std::int64_t>(emptySince);
    entry.dueMs = static_cast<std::int64_t>(due);
    return entry;
}

}  // namespace prune

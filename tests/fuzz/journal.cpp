// SPDX-License-Identifier: MIT
// Entries of the journal: any bytes; and entries of any values, written and read again.
#include "store/journal.h"

#include <string>

#include "common/input.h"
#include "common/record_check.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

constexpr std::size_t kLongestPath = 750;  // its escapes are no longer than kMaxPathInEntry
constexpr std::uint64_t kLatestMs = 7'000'000'000'000;

void checkAny(std::string_view text) {
    const JournalKey key{"freezer", 1000, 17};
    const auto entry = parseEntry(key, text);
    if (!entry) return;
    require(entry->path.size() > kLongestPath || formatEntry(key, *entry) == text, "an entry has one text",
            text);
    require(!parseEntry({"freezer", 1000, 18}, text), "an entry is of one cgroup", text);
    require(!parseEntry({"freezer", 0, 17}, text), "an entry is of one owner", text);
    require(!parseEntry({"devices", 1000, 17}, text), "an entry is of one hierarchy", text);
}

std::optional<std::uint64_t> anyTime(Input& input) {
    if (input.byte() % 2 == 0) return std::nullopt;
    return input.number() % (kLatestMs + 1);
}

void checkWritten(Input input) {
    JournalKey key;
    key.owner = static_cast<std::uint32_t>(input.number(4));
    key.id = input.number();
    JournalEntry entry;
    entry.hierarchyId = static_cast<std::uint32_t>(input.number(4));
    entry.emptySinceMs = static_cast<std::int64_t>(input.number() % (kLatestMs + 1));
    entry.dueMs = static_cast<std::int64_t>(input.number() % (kLatestMs + 1));
    entry.looks = input.number();
    entry.lockHeldSinceMs = anyTime(input);
    entry.failingSinceMs = anyTime(input);
    const auto flags = input.byte();
    entry.ambiguous = (flags & 1) != 0;
    entry.swept = (flags & 2) != 0;
    entry.stuck = (flags & 4) != 0;
    entry.boot = input.block();
    entry.agent = input.block();
    entry.reason = input.block();
    key.hierarchy = input.block();
    entry.path = input.rest().substr(0, kLongestPath);
    const auto text = formatEntry(key, entry);
    requireReadable(text);
    require(parseEntry(key, text) == entry, "an entry is read as it was written", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Input input(data, size);
    checkAny(input.rest());
    checkWritten(input);
    return 0;
}

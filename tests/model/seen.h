// SPDX-License-Identifier: MIT
/// What can be seen after a step: the same plain values of the model and of the library, to be compared.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace prune::model {

/// A cgroup, and what prune_explain() says of it.
struct SeenCgroup {
    std::string path;
    std::uint64_t id = 0;
    bool populated = false;
    bool hasChildren = false;
    bool flag = false;
    bool keptByRoot = false;
    bool keptByOwner = false;
    bool delegated = false;
    bool delegatedByOwner = false;
    std::string life;  ///< of its creator: none, alive, gone, unknown
    std::string verdict;
    std::string reason;
    bool afterLinger = false;

    bool operator==(const SeenCgroup&) const = default;
};

/// Names an entry: the cgroup's owner when it was made, and its id.
struct EntryKey {
    std::uint32_t owner = 0;
    std::uint64_t id = 0;

    auto operator<=>(const EntryKey&) const = default;
};

/// An entry of the journal.
struct Entry {
    std::string path;
    std::string reason;
    std::int64_t since = 0;
    std::int64_t due = 0;
    std::uint64_t looks = 0;
    std::optional<std::int64_t> lockedSince;
    std::optional<std::int64_t> failingSince;
    bool byAgent = false;
    bool swept = false;
    bool stuck = false;

    bool operator==(const Entry&) const = default;
};

constexpr std::int64_t kNeverDue = 7'000'000'000'000;

struct SeenEntry {
    EntryKey key;
    Entry entry;

    bool operator==(const SeenEntry&) const = default;
};

struct Seen {
    std::int64_t now = 0;
    std::vector<SeenCgroup> cgroups;  ///< by path
    std::vector<SeenEntry> entries;   ///< by key
    std::vector<std::string> facts;   ///< "7.creator", sorted

    bool operator==(const Seen&) const = default;
};

/// What a step said: lines that are compared, and of a retry what the model has to be told.
struct Answer {
    std::vector<std::string> lines;
    std::vector<EntryKey> order{};  ///< in which the library came to the entries
    std::int64_t pending = 0;       ///< how many it has counted afterwards
};

/// As lines for people.
std::vector<std::string> linesOf(const Seen& seen);

}  // namespace prune::model

// SPDX-License-Identifier: MIT
/// The journal: removals that were put off, one small file each, in /run/cgprune/journal. Since 1.0.
/// Each file is there whole or not at all, whoever is killed when; hundreds of processes may write at once.
/// One thread per System. Layout: journal/<hierarchy>/<owner uid>/<cgroup id>; the owner's level makes its
/// bound cheap to check. Format: cgprune-state(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Names one entry.
struct JournalKey {
    std::string hierarchy;
    std::uint32_t owner = 0;  ///< uid of the cgroup's directory when the entry was made
    std::uint64_t id = 0;     ///< cgroup id

    bool operator==(const JournalKey&) const = default;
};

/// What is remembered of a removal that was put off. Times: CLOCK_BOOTTIME, milliseconds.
struct JournalEntry {
    std::string boot;               ///< boot id: an entry of another boot is litter
    std::uint32_t hierarchyId = 0;  ///< so is one of another instance of the hierarchy
    std::string path;               ///< where it was; "" where too long to keep (handles find it)
    std::string agent;              ///< the release_agent text that named us; "" for a sweep or an admin
    std::string reason;             ///< stable word
    std::int64_t emptySinceMs = 0;  ///< since when it has been empty, as far as we saw
    std::int64_t dueMs = 0;         ///< when to look again
    std::uint64_t looks = 0;        ///< looks that put it off again, for the backoff
    std::optional<std::uint64_t> lockHeldSinceMs;
    std::optional<std::uint64_t> failingSinceMs;  ///< first failed removal in a row
    bool ambiguous = false;                       ///< which hierarchy the release was about was not certain
    bool swept = false;                           ///< found by a look, not released by the kernel
    bool stuck = false;                           ///< given up: listed, not tried again by itself

    bool operator==(const JournalEntry&) const = default;
};

/// The text of an entry, and back; nothing if the text is not exactly one of this version.
std::string formatEntry(const JournalKey& key, const JournalEntry& entry);
std::optional<JournalEntry> parseEntry(const JournalKey& key, std::string_view text);

/// Most entries of one owner (but root), of one hierarchy, and of all its owners but root: tmpfs pages are
/// the host's memory, and each entry takes one at least. The last leaves root room, whatever users do.
constexpr std::uint64_t kMaxEntriesOfOwner = 4'096;
constexpr std::uint64_t kMaxEntriesOfHierarchy = 32'768;
constexpr std::uint64_t kMaxEntriesOfUsers = kMaxEntriesOfHierarchy - kMaxEntriesOfOwner;
/// Longest escaped path that an entry keeps, so that each takes one page.
constexpr std::size_t kMaxPathInEntry = 3'000;

class Journal {
public:
    /// `mayChange` false: for looks that change nothing; a broken entry is then left where it is.
    explicit Journal(System& system, bool mayChange = true) : system_(system), mayChange_(mayChange) {}

    enum class Replace { no, yes };
    enum class Put { written, noRoom, thereAlready };

    /// Writes the entry, in place of one of the same key, or only where there is none (thereAlready: nothing
    /// was written). noRoom: a bound is reached, and nothing was written.
    Result<Put> put(const JournalKey& key, const JournalEntry& entry, Replace replace = Replace::yes);
    /// errno with which the last put() could not lock the owner's folder, EWOULDBLOCK where others hold it; a
    /// sweep was asked for then. 0: it could.
    int lockProblem() const { return lockProblem_; }
    /// Nothing: no such entry. A broken one (EBADMSG) is set aside as <id>.broken, and not deleted.
    Result<std::optional<JournalEntry>> find(const JournalKey& key);
    /// Removes the entry, and its owner's folder after the last; that there is none is no error.
    Status drop(const JournalKey& key);
    /// Removes the entry that was read, but not one that was put since. False: that is no longer there.
    Result<bool> dropIfStill(const JournalKey& key, const JournalEntry& seen);
    /// Removes what killed writers left in a hierarchy's folders, empty ones of owners too; how many files.
    Result<std::uint64_t> dropTemporaries(const std::string& hierarchy);
    /// All keys of a hierarchy, in no order.
    Result<std::vector<JournalKey>> keys(const std::string& hierarchy);
    /// The hierarchies that have, or had, entries.
    Result<std::vector<std::string>> hierarchies();

private:
    /// As find(), but a broken entry stays where it is.
    Result<std::optional<JournalEntry>> read(const JournalKey& key);
    void setAside(const JournalKey& key);
    void dropOwnerFolder(const JournalKey& key);
    Result<std::vector<std::uint32_t>> ownersIn(const std::string& hierarchy);
    Result<Put> tryPut(const JournalKey& key, const JournalEntry& entry, Replace replace);
    /// Whether `more` entries can be added within the bounds. `folder`: the owner's.
    Result<bool> hasRoom(const JournalKey& key, int folder, bool onTmpfs, std::uint64_t more);

    System& system_;
    bool mayChange_;
    int lockProblem_ = 0;
};

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "store/journal.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "store/name_count.h"
#include "store/state_folder.h"
#include "store/temporaries.h"
#include "sys/constants.h"
#include "sys/files.h"
#include "sys/flock.h"

namespace prune {

namespace {

constexpr std::size_t kMaxEntryBytes = 65'536;

std::string hierarchyFolder(const std::string& hierarchy) { return "journal/" + hierarchy; }

std::string ownerFolder(const JournalKey& key) {
    return hierarchyFolder(key.hierarchy) + '/' + decimalUnsigned(key.owner);
}

std::string fileOf(const JournalKey& key) {
    return std::string(kStateFolder) + '/' + ownerFolder(key) + '/' + decimalUnsigned(key.id);
}

/// How many entries there are in a hierarchy.
struct Counts {
    std::uint64_t all = 0;
    std::uint64_t ofUsers = 0;  ///< of all owners but root
};

Result<Counts> countEntries(System& system, const std::string& hierarchy) {
    const auto owners = listStateSubfolder(system, hierarchyFolder(hierarchy));
    if (!owners.ok()) return owners.error();
    const auto folder = openStateSubfolder(system, hierarchyFolder(hierarchy));
    if (!folder.ok()) return folder.error();
    const bool onTmpfs = isTmpfs(system, folder.value().get());
    Counts counts;
    for (const auto& owner : owners.value()) {
        const auto count = countNames(system, folder.value().get(), owner.c_str(), onTmpfs);
        if (!count.ok()) return count.error();
        counts.all += count.value();
        if (owner != "0") counts.ofUsers += count.value();
    }
    return counts;
}

/// Whether the owners are few, and root, who has no bound of its own, keeps to that of the others.
bool areFewAndKeepToBound(System& system, const JournalKey& key, bool onTmpfs) {
    constexpr std::uint32_t kFewOwners = kMaxEntriesOfUsers / kMaxEntriesOfOwner;
    const auto path = std::string(kStateFolder) + '/' + hierarchyFolder(key.hierarchy);
    FileStat stat;
    if (system.statAt(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, stat) < 0) return false;
    if (stat.links - kLinksWithoutChild > kFewOwners) return false;
    if (key.owner == 0) return true;
    const auto ofRoot = countNames(system, AT_FDCWD, (path + "/0").c_str(), onTmpfs);
    return ofRoot.ok() && ofRoot.value() <= kMaxEntriesOfOwner;
}

}  // namespace

Result<bool> Journal::hasRoom(const JournalKey& key, int folder, bool onTmpfs, std::uint64_t more) {
    const auto ofOwner = countNames(system_, folder, ".", onTmpfs);
    if (!ofOwner.ok()) return ofOwner.error();
    if (key.owner != 0 && ofOwner.value() + more > kMaxEntriesOfOwner) return false;
    if (ofOwner.value() + more > kMaxEntriesOfHierarchy) return false;

    // While root and each of these few keep to the bound of an owner, their sum keeps to the hierarchy's.
    if (ofOwner.value() + more <= kMaxEntriesOfOwner && areFewAndKeepToBound(system_, key, onTmpfs))
        return true;
    const auto counts = countEntries(system_, key.hierarchy);
    if (!counts.ok()) return counts.error();
    if (key.owner != 0 && counts.value().ofUsers + more > kMaxEntriesOfUsers) return false;
    return counts.value().all + more <= kMaxEntriesOfHierarchy;
}

Result<Journal::Put> Journal::tryPut(const JournalKey& key, const JournalEntry& entry, Replace replace) {
    auto folder = openStateSubfolder(system_, ownerFolder(key));
    if (!folder.ok()) return folder.takeError();
    const int fd = folder.value().get();
    const SharedLock lock(system_, fd);
    // Who holds it may be about to drop, or set aside, what is written now: a sweep finds the cgroup again.
    lockProblem_ = lock.problem();
    if (!lock.held()) static_cast<void>(setSweepNeeded(system_, key.hierarchy));
    const auto name = decimalUnsigned(key.id);
    FileStat stat;
    const bool isNew = system_.statAt(fd, name.c_str(), AT_SYMLINK_NOFOLLOW, stat) < 0;
    if (!isNew && replace == Replace::no) return Put::thereAlready;
    const bool onTmpfs = isNew && isTmpfs(system_, fd);
    auto room = isNew ? hasRoom(key, fd, onTmpfs, 1) : Result<bool>(true);
    if (!room.ok()) return room.takeError();
    if (!room.value()) return Put::noRoom;
    const auto write = replace == Replace::yes ? writeWhole : writeNew;
    auto written = write(system_, fd, name.c_str(), formatEntry(key, entry), kStateFileMode);
    if (!written.ok() && replace == Replace::no && written.error().code == EEXIST) return Put::thereAlready;
    if (!written.ok()) return written.takeError();
    if (!isNew) return Put::written;

    // Thousands of agents can have asked at once whether there is room: whoever came too late withdraws.
    room = hasRoom(key, fd, onTmpfs, 0);
    if (room.ok() && room.value()) return Put::written;
    if (auto dropped = drop(key); !dropped.ok()) return dropped.takeError();
    if (!room.ok()) return room.takeError();
    return Put::noRoom;
}

Result<Journal::Put> Journal::put(const JournalKey& key, const JournalEntry& entry, Replace replace) {
    constexpr int kTries = 100;
    auto put = tryPut(key, entry, replace);
    // The owner's folder goes with its last entry: perhaps between our opening it and writing into it.
    for (int n = 1; n < kTries && !put.ok() && put.error().code == ENOENT; ++n)
        put = tryPut(key, entry, replace);
    // It was made for this entry perhaps: a user can be as many owners as there are uids for it.
    if (!put.ok() || put.value() == Put::noRoom) dropOwnerFolder(key);
    return put;
}

Result<std::optional<JournalEntry>> Journal::read(const JournalKey& key) {
    const auto path = fileOf(key);
    auto text = readWhole(system_, AT_FDCWD, path.c_str(), kMaxEntryBytes);
    if (!text.ok() && text.error().code == ENOENT) return std::optional<JournalEntry>();
    if (!text.ok() && text.error().code != EFBIG) return text.takeError();
    auto entry = text.ok() ? parseEntry(key, text.value()) : std::nullopt;
    if (entry) return entry;
    return Error{"read the journal entry " + escapeForPeople(path) +
                     ", which is broken or of another version; it is kept as " +
                     escapeForPeople(path + kBroken),
                 EBADMSG};
}

Result<std::optional<JournalEntry>> Journal::find(const JournalKey& key) {
    auto entry = read(key);
    if (mayChange_ && !entry.ok() && entry.error().code == EBADMSG) setAside(key);
    return entry;
}

/// Under the lock that put() takes, so that it is the broken one that moves.
void Journal::setAside(const JournalKey& key) {
    const auto folder = openStateSubfolder(system_, ownerFolder(key));
    if (!folder.ok()) return;
    const ExclusiveLock lock(system_, folder.value().get());
    if (!lock.held() || read(key).ok()) return;
    const auto path = fileOf(key);
    system_.renameAt(AT_FDCWD, path.c_str(), AT_FDCWD, (path + kBroken).c_str());
}

Result<bool> Journal::dropIfStill(const JournalKey& key, const JournalEntry& seen) {
    const auto folder = openStateSubfolder(system_, ownerFolder(key));
    if (!folder.ok()) return folder.error();
    const ExclusiveLock lock(system_, folder.value().get());
    const auto now = lock.held() ? read(key) : Result<std::optional<JournalEntry>>(std::nullopt);
    if (!now.ok() || now.value() != seen) return false;
    if (auto dropped = drop(key); !dropped.ok()) return dropped.takeError();
    return true;
}

Status Journal::drop(const JournalKey& key) {
    const auto path = fileOf(key);
    const int failed = system_.unlinkAt(AT_FDCWD, path.c_str(), 0);
    if (failed < 0 && failed != -ENOENT) return Error{"remove " + escapeForPeople(path), -failed};
    dropOwnerFolder(key);
    return {};
}

/// Users come by the thousand; root's folder is always in use. One that is not empty stays.
void Journal::dropOwnerFolder(const JournalKey& key) {
    const auto folder = std::string(kStateFolder) + '/' + ownerFolder(key);
    if (key.owner != 0) system_.unlinkAt(AT_FDCWD, folder.c_str(), AT_REMOVEDIR);
}

Result<std::uint64_t> Journal::dropTemporaries(const std::string& hierarchy) {
    const auto owners = ownersIn(hierarchy);
    if (!owners.ok()) return owners.error();
    std::uint64_t all = 0;
    for (const auto owner : owners.value()) {
        const JournalKey key{hierarchy, owner, 0};
        const auto dropped = prune::dropTemporaries(system_, ownerFolder(key));
        if (!dropped.ok()) return dropped.error();
        dropOwnerFolder(key);
        all += dropped.value();
    }
    return all;
}

/// The owners that have, or had, entries in a hierarchy.
Result<std::vector<std::uint32_t>> Journal::ownersIn(const std::string& hierarchy) {
    const auto names = listStateSubfolder(system_, hierarchyFolder(hierarchy));
    if (!names.ok()) return names.error();
    std::vector<std::uint32_t> owners;
    for (const auto& name : names.value())
        if (const auto owner = parseUnsigned(name); owner && *owner <= UINT32_MAX)
            owners.push_back(static_cast<std::uint32_t>(*owner));
    return owners;
}

Result<std::vector<JournalKey>> Journal::keys(const std::string& hierarchy) {
    std::vector<JournalKey> found;
    const auto owners = ownersIn(hierarchy);
    if (!owners.ok()) return owners.error();
    for (const auto owner : owners.value()) {
        const auto names = listStateSubfolder(system_, ownerFolder({hierarchy, owner, 0}));
        if (!names.ok()) return names.error();
        for (const auto& name : names.value())
            if (const auto id = parseUnsigned(name)) found.push_back({hierarchy, owner, *id});
    }
    return found;
}

Result<std::vector<std::string>> Journal::hierarchies() { return listStateSubfolder(system_, "journal"); }

}  // namespace prune

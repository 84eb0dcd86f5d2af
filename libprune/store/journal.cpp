// SPDX-License-Identifier: MIT
#include "store/journal.h"

#include <fcntl.h>
#include <linux/magic.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/directory.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr unsigned kEntryMode = 0600;
constexpr std::size_t kMaxEntryBytes = 65'536;
constexpr std::uint64_t kTmpfsEntrySize = 20;  // BOGO_DIRENT_SIZE: a tmpfs folder's size is 20 a name,
constexpr std::uint64_t kTmpfsOwnNames = 2;    // "." and ".." counted
constexpr std::uint32_t kLinksWithoutChild = 2;

std::string hierarchyFolder(const std::string& hierarchy) { return "journal/" + hierarchy; }

std::string ownerFolder(const JournalKey& key) {
    return hierarchyFolder(key.hierarchy) + '/' + decimalUnsigned(key.owner);
}

std::string fileOf(const JournalKey& key) {
    return std::string(kStateFolder) + '/' + ownerFolder(key) + '/' + decimalUnsigned(key.id);
}

/// How many names a folder holds: told by its size on tmpfs, counted elsewhere.
Result<std::uint64_t> countNames(System& system, int folder) {
    FileStat stat;
    std::uint64_t type = 0;
    if (system.filesystemType(folder, type) == 0 && type == TMPFS_MAGIC && system.statFd(folder, stat) == 0) {
        const auto names = static_cast<std::uint64_t>(stat.size) / kTmpfsEntrySize;
        return names - std::min(names, kTmpfsOwnNames);
    }
    DirectoryReader reader(system, folder);
    DirectoryReader::Entry entry;
    std::uint64_t count = 0;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return count;
        ++count;
    }
}

}  // namespace

Result<std::uint64_t> Journal::countOfHierarchy(const std::string& hierarchy) {
    const auto owners = listStateSubfolder(system_, hierarchyFolder(hierarchy));
    if (!owners.ok()) return owners.error();
    std::uint64_t sum = 0;
    for (const auto& owner : owners.value()) {
        const auto folder = openStateSubfolder(system_, hierarchyFolder(hierarchy) + '/' + owner);
        if (!folder.ok()) return folder.error();
        const auto count = countNames(system_, folder.value().get());
        if (!count.ok()) return count.error();
        sum += count.value();
    }
    return sum;
}

Result<bool> Journal::hasRoom(const JournalKey& key, int folder, std::uint64_t more) {
    const auto ofOwner = countNames(system_, folder);
    if (!ofOwner.ok()) return ofOwner.error();
    if (key.owner != 0 && ofOwner.value() + more > kMaxEntriesOfOwner) return false;
    if (ofOwner.value() + more > kMaxEntriesOfHierarchy) return false;

    // Few owners with their bound kept cannot reach the hierarchy's; only root alone, seen above, can.
    FileStat stat;
    const auto path = std::string(kStateFolder) + '/' + hierarchyFolder(key.hierarchy);
    if (system_.statAt(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, stat) == 0 &&
        stat.links - kLinksWithoutChild < 2)
        return true;
    const auto ofHierarchy = countOfHierarchy(key.hierarchy);
    if (!ofHierarchy.ok()) return ofHierarchy.error();
    return ofHierarchy.value() + more <= kMaxEntriesOfHierarchy;
}

Result<bool> Journal::put(const JournalKey& key, const JournalEntry& entry) {
    auto folder = openStateSubfolder(system_, ownerFolder(key));
    if (!folder.ok()) return folder.takeError();
    const int fd = folder.value().get();
    const auto name = decimalUnsigned(key.id);
    FileStat stat;
    const bool isNew = system_.statAt(fd, name.c_str(), AT_SYMLINK_NOFOLLOW, stat) < 0;
    auto room = isNew ? hasRoom(key, fd, 1) : Result<bool>(true);
    if (!room.ok() || !room.value()) return room;
    auto written = writeWhole(system_, fd, name.c_str(), formatEntry(key, entry), kEntryMode);
    if (!written.ok()) return written.takeError();
    if (!isNew) return true;

    // Thousands of agents can have asked at once whether there is room: whoever came too late withdraws.
    room = hasRoom(key, fd, 0);
    if (room.ok() && room.value()) return true;
    if (auto dropped = drop(key); !dropped.ok()) return dropped.takeError();
    return room;
}

Result<std::optional<JournalEntry>> Journal::find(const JournalKey& key) {
    const auto path = fileOf(key);
    auto text = readWhole(system_, AT_FDCWD, path.c_str(), kMaxEntryBytes);
    if (!text.ok() && text.error().code == ENOENT) return std::optional<JournalEntry>();
    if (!text.ok() && text.error().code != EFBIG) return text.takeError();
    auto entry = text.ok() ? parseEntry(key, text.value()) : std::nullopt;
    if (entry) return entry;
    const auto aside = path + ".broken";
    if (mayChange_) system_.renameAt(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str());
    return Error{"read the journal entry " + escapeForPeople(path) +
                     ", which is broken or of another version; it is "
                     "kept as " +
                     escapeForPeople(aside),
                 EBADMSG};
}

Status Journal::drop(const JournalKey& key) {
    const auto path = fileOf(key);
    const int failed = system_.unlinkAt(AT_FDCWD, path.c_str(), 0);
    if (failed < 0 && failed != -ENOENT) return Error{"remove " + escapeForPeople(path), -failed};
    return {};
}

Result<std::vector<JournalKey>> Journal::keys(const std::string& hierarchy) {
    std::vector<JournalKey> found;
    const auto owners = listStateSubfolder(system_, hierarchyFolder(hierarchy));
    if (!owners.ok()) return owners.error();
    for (const auto& ownerName : owners.value()) {
        const auto owner = parseUnsigned(ownerName);
        if (!owner || *owner > UINT32_MAX) continue;
        const auto names = listStateSubfolder(system_, hierarchyFolder(hierarchy) + '/' + ownerName);
        if (!names.ok()) return names.error();
        for (const auto& name : names.value())
            if (const auto id = parseUnsigned(name))
                found.push_back({hierarchy, static_cast<std::uint32_t>(*owner), *id});
    }
    return found;
}

Result<std::vector<std::string>> Journal::hierarchies() { return listStateSubfolder(system_, "journal"); }

}  // namespace prune

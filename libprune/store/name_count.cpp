// SPDX-License-Identifier: MIT
#include "store/name_count.h"

#include <fcntl.h>
#include <linux/magic.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "sys/directory.h"

namespace prune {

namespace {

constexpr std::uint64_t kTmpfsEntrySize = 20;  // BOGO_DIRENT_SIZE: a tmpfs folder's size is 20 a name,
constexpr std::uint64_t kTmpfsOwnNames = 2;    // "." and ".." counted

// The reader's buffer is large: it is not to be part of the frame of those who need not list.
[[gnu::noinline]] Result<std::uint64_t> countByListing(System& system, int parent, const char* name) {
    const Fd folder(system, system.openAt(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    if (folder.get() == -ENOENT) return std::uint64_t{0};
    if (!folder.valid()) return Error{std::string("open the folder ") + name, -folder.get()};
    DirectoryReader reader(system, folder.get());
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

bool isTmpfs(System& system, int folder) {
    std::uint64_t type = 0;
    return system.filesystemType(folder, type) == 0 && type == TMPFS_MAGIC;
}

Result<std::uint64_t> countNames(System& system, int parent, const char* name, bool onTmpfs) {
    FileStat stat;
    if (onTmpfs && system.statAt(parent, name, AT_SYMLINK_NOFOLLOW, stat) == 0) {
        const auto names = static_cast<std::uint64_t>(stat.size) / kTmpfsEntrySize;
        return names - std::min(names, kTmpfsOwnNames);
    }
    return countByListing(system, parent, name);
}

}  // namespace prune

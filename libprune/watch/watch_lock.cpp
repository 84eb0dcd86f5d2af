// SPDX-License-Identifier: MIT
#include "watch/watch_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "base/text.h"
#include "store/state_folder.h"
#include "sys/flock.h"

namespace prune {

namespace {

std::string lockFile(std::string_view hierarchy) {
    return std::string(kStateFolder) + "/watch/" + std::string(hierarchy) + ".lock";
}

}  // namespace

Result<Fd> takeWatchLock(System& system, const std::string& hierarchy) {
    if (const auto folder = openStateSubfolder(system, "watch"); !folder.ok()) return folder.error();
    const auto file = lockFile(hierarchy);
    Fd lock(system, system.openAt(AT_FDCWD, file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, kStateFileMode));
    if (!lock.valid()) return Error{"open " + escapeForPeople(file), -lock.get()};
    const int locked = system.lockFd(lock.get(), LOCK_EX | LOCK_NB);
    if (locked == 0) return lock;
    if (locked != -EWOULDBLOCK) return Error{"lock " + escapeForPeople(file), -locked};
    return Error{"hierarchy " + escapeForPeople(hierarchy) +
                     " is watched already by another cgprune watch; end that one first, or name other "
                     "hierarchies",
                 0};
}

bool isStillThere(System& system, const Fd& lock, std::string_view hierarchy) {
    FileStat there;
    FileStat held;
    const int failed = system.statAt(AT_FDCWD, lockFile(hierarchy).c_str(), AT_SYMLINK_NOFOLLOW, there);
    if (failed < 0) return failed != -ENOENT && failed != -ENOTDIR;
    return system.statFd(lock.get(), held) < 0 || there.inode == held.inode;
}

bool isWatched(System& system, std::string_view hierarchy) {
    return isFlocked(system, lockFile(hierarchy).c_str());
}

}  // namespace prune

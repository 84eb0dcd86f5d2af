// SPDX-License-Identifier: MIT
/// The one seam to the operating system: every system call of the project goes through System, so that
/// tests can replace, record and fail them. Since 1.0.
///
/// Unless said otherwise a call returns what the system call of the like name returns, with -errno in place
/// of -1. Names are zero-terminated bytes. Descriptors are opened O_CLOEXEC without being asked. A System is
/// used by one thread at a time.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fd.h"

namespace prune {

/// What stat tells, as far as the project asks.
struct FileStat {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint32_t mode = 0;  ///< type and permission bits, as st_mode
    std::uint32_t links = 0;
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::int64_t size = 0;
    std::int64_t modifiedNs = 0;  ///< mtime, nanoseconds
};

/// What is free on a file system.
struct FreeSpace {
    std::uint64_t bytes = 0;
    std::uint64_t files = 0;  ///< inodes; of no meaning where filesBounded is false
    bool filesBounded = false;
};

/// A file handle as name_to_handle_at gives it (cgroup: type 0xfe, 8 bytes; kernel.md "Identity").
struct FileHandle {
    std::int32_t type = 0;
    std::uint32_t size = 0;
    unsigned char bytes[32] = {};

    bool operator==(const FileHandle&) const = default;
};

class System : public FdCloser {
public:
    virtual ~System() = default;

    // Opening. `directory` can be AT_FDCWD.
    virtual int openAt(int directory, const char* path, int flags, unsigned mode = 0) = 0;
    /// openat2 with RESOLVE_BENEATH|NO_SYMLINKS|NO_MAGICLINKS|NO_XDEV; -ENOSYS on kernels before 5.6.
    virtual int openBeneath(int directory, const char* path, int flags) = 0;

    // Contents.
    virtual ssize_t readFd(int fd, char* buffer, std::size_t size) = 0;
    virtual ssize_t writeFd(int fd, std::string_view bytes) = 0;
    /// getdents64: raw records; iterate with sys/directory.h.
    virtual ssize_t readDirectory(int fd, char* buffer, std::size_t size) = 0;

    // What is known of a file.
    virtual int statFd(int fd, FileStat& out) = 0;
    /// `flags`: 0 or AT_SYMLINK_NOFOLLOW.
    virtual int statAt(int directory, const char* path, int flags, FileStat& out) = 0;
    /// fstatfs: f_type in `out`.
    virtual int filesystemType(int fd, std::uint64_t& out) = 0;
    /// fstatfs: what root can still write there.
    virtual int freeSpace(int fd, FreeSpace& out) = 0;
    virtual ssize_t readLinkAt(int directory, const char* path, char* buffer, std::size_t size) = 0;
    virtual ssize_t getXattr(int fd, const char* name, char* buffer, std::size_t size) = 0;
    virtual int setXattr(int fd, const char* name, std::string_view value) = 0;
    virtual int removeXattr(int fd, const char* name) = 0;
    virtual int handleOf(int fd, FileHandle& out) = 0;
    virtual int openHandle(int mountFd, const FileHandle& handle, int flags) = 0;

    // Changing names.
    /// `flags`: 0 or AT_REMOVEDIR. The only call that removes anything.
    virtual int unlinkAt(int directory, const char* name, int flags) = 0;
    virtual int makeDirectoryAt(int directory, const char* name, unsigned mode) = 0;
    virtual int renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) = 0;
    /// Gives the nameless file `fd` (O_TMPFILE) a name; -EEXIST where the name is taken.
    virtual int linkFd(int fd, int directory, const char* name) = 0;
    virtual int symlinkAt(const char* target, int directory, const char* name) = 0;
    virtual int changeModeFd(int fd, unsigned mode) = 0;
    /// fchownat; a symlink itself is changed, not what it leads to.
    virtual int changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) = 0;
    virtual int truncateFd(int fd, std::int64_t size) = 0;
    /// Sets mtime (and atime) to `modifiedNs` nanoseconds.
    virtual int setTimeFd(int fd, std::int64_t modifiedNs) = 0;
    /// flock; `operation`: LOCK_SH, LOCK_EX, LOCK_UN, with or without LOCK_NB.
    virtual int lockFd(int fd, int operation) = 0;
    /// mmap shared, read-write, from offset 0; nullptr on failure.
    virtual void* mapFd(int fd, std::size_t size) = 0;
    virtual void unmap(void* memory, std::size_t size) = 0;

    // Time and waiting.
    /// CLOCK_BOOTTIME, milliseconds.
    virtual std::int64_t bootTimeMs() = 0;
    /// Waits until `fd` is readable (1) or `timeoutMs` has passed (0); -1 waits for ever.
    virtual int waitReadable(int fd, int timeoutMs) = 0;
    /// Waits `timeMs`, or less where a signal comes.
    void sleepFor(int timeMs) { waitReadable(-1, timeMs); }
    virtual int inotifyOpen() = 0;
    virtual int inotifyAdd(int fd, const char* path, std::uint32_t mask) = 0;
    virtual int inotifyRemove(int fd, int watch) = 0;
    /// fanotify_init for events that name directory, entry and maker (sys/fanotify_reader.h).
    virtual int fanotifyOpen() = 0;
    /// Marks the whole file system of the directory; -ENODEV for cgroups before Linux 6.6.
    virtual int fanotifyMark(int fd, int directory, std::uint64_t mask) = 0;

    // Messages.
    virtual int datagramSocket() = 0;
    /// Sends without waiting to the AF_UNIX socket at `path`; "@name" is an abstract one.
    virtual ssize_t sendTo(int socket, const char* path, std::string_view bytes) = 0;

    // Other processes, and namespaces (kernel.md "Namespaces and tasks").
    /// A descriptor of the process, readable when it has ended; -ESRCH where there is none, -EINVAL or
    /// -ENOENT (6.18) where the number is only a thread's, -ENOSYS before 5.3.
    virtual int openPidfd(int pid) = 0;
    /// The number, among ours, of the process that is `pid` in the pid namespace (NS_GET_PID_FROM_PIDNS,
    /// 6.11+): -ESRCH where it is dead, -ENOTTY on older kernels.
    virtual int pidFromNamespace(int namespaceFd, int pid) = 0;
    /// The id that no later namespace gets: NS_GET_ID, for a mount namespace NS_GET_MNTNS_ID (6.11+) too.
    virtual int namespaceId(int namespaceFd, std::uint64_t& out) = 0;
    /// 0 if a mount namespace has this id, by listmount (6.11+); -ENOENT if none has.
    virtual int findMountNamespace(std::uint64_t id) = 0;
    /// The process at the other end of a connected AF_UNIX socket: as pidfd (SO_PEERPIDFD, 6.5+), as number.
    virtual int peerPidfd(int socket) = 0;
    virtual int peerPid(int socket) = 0;

    // This process.
    virtual int processId() = 0;
    virtual std::uint32_t effectiveUser() = 0;
    virtual int changeDirectory(const char* path) = 0;
    virtual void setFileMask(unsigned mask) = 0;
    virtual int duplicateTo(int fd, int target) = 0;
    virtual int forkProcess() = 0;
    virtual int newSession() = 0;
    virtual int setNice(int value) = 0;
    /// Closes every descriptor from `first` on.
    virtual int closeFrom(int first) = 0;
    /// execve with the environment of this process; returns only on failure.
    virtual int replaceProcess(const char* path, const char* const* arguments) = 0;
};

}  // namespace prune

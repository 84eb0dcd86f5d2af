// SPDX-License-Identifier: MIT
/// RealSystem: opening, looking at and changing names.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <charconv>
#include <cstring>

#include "sys/errno_result.h"
#include "sys/real_system.h"
#include "sys/wall_clock.h"

namespace prune {

namespace {

void fill(FileStat& out, const struct stat& from) {
    out.device = from.st_dev;
    out.inode = from.st_ino;
    out.mode = from.st_mode;
    out.links = static_cast<std::uint32_t>(from.st_nlink);
    out.owner = from.st_uid;
    out.group = from.st_gid;
    out.size = from.st_size;
    out.modifiedNs = std::int64_t{from.st_mtim.tv_sec} * kNsPerSecond + from.st_mtim.tv_nsec;
}

/// The kernel's struct file_handle with room for the bytes, which it ends in.
class RawHandle {
public:
    struct file_handle* get() {
        return reinterpret_cast<struct file_handle*>(storage_);
    }

private:
    alignas(struct file_handle) unsigned char storage_[sizeof(struct file_handle) +
                                                       sizeof FileHandle::bytes] = {};
};

/// "/proc/self/fd/N": the other way to name a nameless file, for those without CAP_DAC_READ_SEARCH.
struct DescriptorPath {
    explicit DescriptorPath(int fd) {
        char* end = std::to_chars(text + sizeof kFolder - 1, text + sizeof text - 1, fd).ptr;
        *end = '\0';
    }

    static constexpr char kFolder[] = "/proc/self/fd/";
    char text[32] = "/proc/self/fd/";
};

}  // namespace

int RealSystem::openAt(int directory, const char* path, int flags, unsigned mode) {
    std::string storage;
    return orErrno(::openat(directory, below(path, storage), flags | O_CLOEXEC, mode));
}

int RealSystem::openBeneath(int directory, const char* path, int flags) {
    open_how how{};
    how.flags = static_cast<__u64>(flags | O_CLOEXEC);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    return static_cast<int>(orErrno(::syscall(SYS_openat2, directory, path, &how, sizeof how)));
}

int RealSystem::statFd(int fd, FileStat& out) {
    struct stat from {};
    const int result = orErrno(::fstat(fd, &from));
    if (result == 0) fill(out, from);
    return result;
}

int RealSystem::statAt(int directory, const char* path, int flags, FileStat& out) {
    std::string storage;
    struct stat from {};
    const int result = orErrno(::fstatat(directory, below(path, storage), &from, flags));
    if (result == 0) fill(out, from);
    return result;
}

int RealSystem::filesystemType(int fd, std::uint64_t& out) {
    struct statfs from {};
    const int result = orErrno(::fstatfs(fd, &from));
    if (result == 0) out = static_cast<std::uint64_t>(from.f_type);
    return result;
}

int RealSystem::freeSpace(int fd, FreeSpace& out) {
    struct statfs from {};
    const int result = orErrno(::fstatfs(fd, &from));
    if (result < 0) return result;
    out.bytes = std::uint64_t{from.f_bfree} * static_cast<std::uint64_t>(from.f_bsize);
    out.files = from.f_ffree;
    out.filesBounded = from.f_files != 0;
    return 0;
}

ssize_t RealSystem::readLinkAt(int directory, const char* path, char* buffer, std::size_t size) {
    std::string storage;
    return orErrno(::readlinkat(directory, below(path, storage), buffer, size));
}

int RealSystem::handleOf(int fd, FileHandle& out) {
    RawHandle storage;
    auto* raw = storage.get();
    raw->handle_bytes = sizeof out.bytes;
    int mountId = 0;
    const int result = orErrno(::name_to_handle_at(fd, "", raw, &mountId, AT_EMPTY_PATH));
    if (result < 0) return result;
    out.type = raw->handle_type;
    out.size = raw->handle_bytes;
    std::memcpy(out.bytes, raw->f_handle, out.size);
    return 0;
}

int RealSystem::openHandle(int mountFd, const FileHandle& handle, int flags) {
    if (handle.size > sizeof handle.bytes) return -EINVAL;
    RawHandle storage;
    auto* raw = storage.get();
    raw->handle_type = handle.type;
    raw->handle_bytes = handle.size;
    std::memcpy(raw->f_handle, handle.bytes, handle.size);
    return orErrno(::open_by_handle_at(mountFd, raw, flags | O_CLOEXEC));
}

int RealSystem::changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) {
    std::string storage;
    return orErrno(::fchownat(directory, below(path, storage), owner, group, AT_SYMLINK_NOFOLLOW));
}

int RealSystem::unlinkAt(int directory, const char* name, int flags) {
    std::string storage;
    return orErrno(::unlinkat(directory, below(name, storage), flags));
}

int RealSystem::makeDirectoryAt(int directory, const char* name, unsigned mode) {
    std::string storage;
    return orErrno(::mkdirat(directory, below(name, storage), mode));
}

int RealSystem::renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) {
    std::string fromStorage;
    std::string toStorage;
    return orErrno(::renameat(fromDirectory, below(from, fromStorage), toDirectory, below(to, toStorage)));
}

int RealSystem::linkFd(int fd, int directory, const char* name) {
    std::string storage;
    const char* path = below(name, storage);
    const int result = orErrno(::linkat(fd, "", directory, path, AT_EMPTY_PATH));
    if (result != -ENOENT && result != -EPERM) return result;
    return orErrno(::linkat(AT_FDCWD, DescriptorPath(fd).text, directory, path, AT_SYMLINK_FOLLOW));
}

int RealSystem::symlinkAt(const char* target, int directory, const char* name) {
    std::string storage;
    return orErrno(::symlinkat(target, directory, below(name, storage)));
}

}  // namespace prune

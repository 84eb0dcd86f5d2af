// SPDX-License-Identifier: MIT
/// RealSystem: descriptors, time, messages.
#include "sys/real_system.h"

#include <fcntl.h>
#include <linux/fanotify.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "sys/errno_result.h"
#include "sys/wall_clock.h"

// The C libraries' own header of these two can be older than the kernel's.
extern "C" {
int fanotify_init(unsigned flags, unsigned eventFlags);
int fanotify_mark(int fd, unsigned flags, std::uint64_t mask, int directory, const char* path);
}

namespace prune {

RealSystem::RealSystem(std::string root) : root_(std::move(root)) {
    while (root_.ends_with('/')) root_.pop_back();
}

const char* RealSystem::below(const char* path, std::string& storage) const {
    if (root_.empty() || path[0] != '/') return path;
    storage = root_ + path;
    return storage.c_str();
}

// The descriptor is gone even where close says EINTR, so there is nothing to repeat.
void RealSystem::closeFd(int fd) { ::close(fd); }

ssize_t RealSystem::readFd(int fd, char* buffer, std::size_t size) {
    return orErrno(::read(fd, buffer, size));
}

ssize_t RealSystem::writeFd(int fd, std::string_view bytes) {
    return orErrno(::write(fd, bytes.data(), bytes.size()));
}

ssize_t RealSystem::readDirectory(int fd, char* buffer, std::size_t size) {
    return orErrno(::syscall(SYS_getdents64, fd, buffer, size));
}

ssize_t RealSystem::getXattr(int fd, const char* name, char* buffer, std::size_t size) {
    return orErrno(::fgetxattr(fd, name, buffer, size));
}

int RealSystem::setXattr(int fd, const char* name, std::string_view value) {
    return orErrno(::fsetxattr(fd, name, value.data(), value.size(), 0));
}

int RealSystem::removeXattr(int fd, const char* name) { return orErrno(::fremovexattr(fd, name)); }

int RealSystem::changeModeFd(int fd, unsigned mode) { return orErrno(::fchmod(fd, mode)); }

int RealSystem::truncateFd(int fd, std::int64_t size) { return orErrno(::ftruncate(fd, size)); }

int RealSystem::setTimeFd(int fd, std::int64_t modifiedNs) {
    const timespec when{modifiedNs / kNsPerSecond, modifiedNs % kNsPerSecond};
    const timespec times[] = {when, when};
    return orErrno(::futimens(fd, times));
}

int RealSystem::lockFd(int fd, int operation) { return orErrno(::flock(fd, operation)); }

void* RealSystem::mapFd(int fd, std::size_t size) {
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

void RealSystem::unmap(void* memory, std::size_t size) { ::munmap(memory, size); }

std::int64_t RealSystem::bootTimeMs() {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

int RealSystem::waitReadable(int fd, int timeoutMs) {
    pollfd waited{fd, POLLIN, 0};
    return orErrno(::poll(&waited, 1, timeoutMs));
}

int RealSystem::inotifyOpen() { return orErrno(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int RealSystem::inotifyAdd(int fd, const char* path, std::uint32_t mask) {
    std::string storage;
    return orErrno(::inotify_add_watch(fd, below(path, storage), mask));
}

int RealSystem::inotifyRemove(int fd, int watch) { return orErrno(::inotify_rm_watch(fd, watch)); }

int RealSystem::fanotifyOpen() {
    constexpr unsigned kFlags =
        FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DFID_NAME_TARGET | FAN_REPORT_PIDFD;
    return orErrno(::fanotify_init(kFlags, O_RDONLY | O_CLOEXEC));
}

int RealSystem::fanotifyMark(int fd, int directory, std::uint64_t mask) {
    return orErrno(::fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask, directory, nullptr));
}

int RealSystem::datagramSocket() { return orErrno(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }

ssize_t RealSystem::sendTo(int socket, const char* path, std::string_view bytes) {
    std::string storage;
    const std::string_view target = below(path, storage);
    sockaddr_un address{};
    if (target.size() >= sizeof address.sun_path) return -ENAMETOOLONG;
    address.sun_family = AF_UNIX;
    std::copy(target.begin(), target.end(), address.sun_path);
    socklen_t size = sizeof address;
    if (target.starts_with('@')) {  // an abstract name is as long as its address says, and begins with NUL
        address.sun_path[0] = '\0';
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + target.size());
    }
    return orErrno(::sendto(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                            reinterpret_cast<const sockaddr*>(&address), size));
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// RealSystem: this process.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "sys/errno_result.h"
#include "sys/real_system.h"

namespace prune {

namespace {

/// Kernels before 5.9 have no close_range.
int closeOneByOne(int first) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return -errno;
    constexpr rlim_t kMost = 1 << 20;
    const int end = static_cast<int>(std::min(limit.rlim_cur, kMost));
    for (int fd = first; fd < end; ++fd) ::close(fd);
    return 0;
}

}  // namespace

int RealSystem::processId() { return ::getpid(); }

std::uint32_t RealSystem::effectiveUser() { return ::geteuid(); }

int RealSystem::changeDirectory(const char* path) {
    std::string storage;
    return orErrno(::chdir(below(path, storage)));
}

void RealSystem::setFileMask(unsigned mask) { ::umask(mask); }

int RealSystem::duplicateTo(int fd, int target) {
    // dup2 leaves close-on-exec alone where both are the same.
    if (fd == target) return ::fcntl(fd, F_SETFD, 0) < 0 ? -errno : target;
    return orErrno(::dup2(fd, target));
}

int RealSystem::forkProcess() { return orErrno(::fork()); }

int RealSystem::newSession() { return orErrno(::setsid()); }

int RealSystem::setNice(int value) { return orErrno(::setpriority(PRIO_PROCESS, 0, value)); }

int RealSystem::closeFrom(int first) {
    const long result = orErrno(::syscall(SYS_close_range, first, ~0U, 0U));
    return result == -ENOSYS ? closeOneByOne(first) : static_cast<int>(result);
}

int RealSystem::replaceProcess(const char* path, const char* const* arguments) {
    std::string storage;
    // execve writes to neither; its prototype is older than const.
    ::execve(below(path, storage), const_cast<char* const*>(arguments), environ);
    return -errno;
}

}  // namespace prune

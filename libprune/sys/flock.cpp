// SPDX-License-Identifier: MIT
#include "sys/flock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

#include <fmt/format.h>

#include "base/text.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr int kStepMs = 10;
constexpr std::size_t kMaxLocksBytes = std::size_t{16} << 20;

}  // namespace

Flock::Flock(System& system, int fd, int operation, std::int64_t patienceMs) : system_(system), fd_(fd) {
    const auto take = [&] { return -system.lockFd(fd, operation | LOCK_NB); };
    const auto until = system.bootTimeMs() + patienceMs;
    problem_ = take();
    while (!held() && system.bootTimeMs() < until) {
        system.sleepFor(kStepMs);
        problem_ = take();
    }
}

Flock::~Flock() {
    if (held()) system_.lockFd(fd_, LOCK_UN);
}

SharedLock::SharedLock(System& system, int fd, std::int64_t patienceMs)
    : Flock(system, fd, LOCK_SH, patienceMs) {}

ExclusiveLock::ExclusiveLock(System& system, int fd) : Flock(system, fd, LOCK_EX, kLockPatienceMs) {}

bool isFlocked(System& system, const char* path) {
    FileStat lock;
    if (system.statAt(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, lock) < 0) return false;
    const auto locks = readWhole(system, AT_FDCWD, "/proc/locks", kMaxLocksBytes);
    if (!locks.ok()) return false;
    // "1: FLOCK  ADVISORY  WRITE 4242 00:18:1234 0 EOF"
    const auto place = fmt::format(" {:02x}:{:02x}:{} ", major(lock.device), minor(lock.device), lock.inode);
    std::string_view rest = locks.value();
    while (!rest.empty()) {
        const auto line = cutField(rest, '\n');
        if (line.find(" FLOCK ") != std::string_view::npos &&
            line.find(" WRITE ") != std::string_view::npos && line.find(place) != std::string_view::npos)
            return true;
    }
    return false;
}

}  // namespace prune

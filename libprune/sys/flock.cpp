// SPDX-License-Identifier: MIT
#include "sys/flock.h"

#include <sys/file.h>

namespace prune {

namespace {

constexpr std::int64_t kPatienceMs = 1'000;
constexpr int kStepMs = 10;

}  // namespace

Flock::Flock(System& system, int fd, int operation) : system_(system), fd_(fd) {
    const auto take = [&] { return system.lockFd(fd, operation | LOCK_NB) == 0; };
    const auto until = system.bootTimeMs() + kPatienceMs;
    held_ = take();
    while (!held_ && system.bootTimeMs() < until) {
        system.sleepFor(kStepMs);
        held_ = take();
    }
}

Flock::~Flock() {
    if (held_) system_.lockFd(fd_, LOCK_UN);
}

SharedLock::SharedLock(System& system, int fd) : Flock(system, fd, LOCK_SH) {}

ExclusiveLock::ExclusiveLock(System& system, int fd) : Flock(system, fd, LOCK_EX) {}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/shared_lock.h"

#include <sys/file.h>

namespace prune {

namespace {

constexpr std::int64_t kPatienceMs = 1'000;
constexpr int kStepMs = 10;

}  // namespace

SharedLock::SharedLock(System& system, int fd) : system_(system), fd_(fd) {
    const auto until = system.bootTimeMs() + kPatienceMs;
    held_ = take();
    while (!held_ && system.bootTimeMs() < until) {
        system.sleepFor(kStepMs);
        held_ = take();
    }
}

SharedLock::~SharedLock() {
    if (held_) system_.lockFd(fd_, LOCK_UN);
}

bool SharedLock::take() { return system_.lockFd(fd_, LOCK_SH | LOCK_NB) == 0; }

}  // namespace prune

// SPDX-License-Identifier: MIT
/// An flock that is waited for a second and no longer, since anyone who can open the file can hold it for
/// ever. Since 1.0. One thread per System.
#pragma once

#include <cstdint>

#include "sys/system.h"

namespace prune {

constexpr std::int64_t kLockPatienceMs = 1'000;

/// Held, if it was got, for as long as this lives. `fd` stays the caller's and must outlive this.
class Flock {
public:
    Flock(const Flock&) = delete;
    Flock& operator=(const Flock&) = delete;

    bool held() const { return problem_ == 0; }
    /// errno of the last try: EWOULDBLOCK where somebody holds it; 0 where this does.
    int problem() const { return problem_; }

protected:
    Flock(System& system, int fd, int operation, std::int64_t patienceMs);
    ~Flock();

private:
    System& system_;
    int fd_;
    int problem_ = 0;
};

class SharedLock final : public Flock {
public:
    /// `patienceMs` 0: tries once.
    SharedLock(System& system, int fd, std::int64_t patienceMs = kLockPatienceMs);
};

class ExclusiveLock final : public Flock {
public:
    ExclusiveLock(System& system, int fd);
};

/// True if a process holds the exclusive flock of the file now, by /proc/locks, without touching the lock: to
/// try it would make who wants it think that it is held. The answer is old when it arrives. False too where
/// /proc/locks cannot be read, or the holder is in another pid namespace.
bool isFlocked(System& system, const char* path);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// The shared flock of those who write about a cgroup. Since 0.1. One thread per System.
#pragma once

#include "base/fd.h"
#include "sys/system.h"

namespace prune {

/// What came of writing something about a cgroup.
struct Change {
    bool changed = false;      ///< false: it was so already
    bool withoutLock = false;  ///< somebody held the cgroup's lock for a second: written all the same
};

/// Held for as long as this lives: an agent takes the lock exclusively from its look to its rmdir, so what is
/// written under it is either seen, or the cgroup has gone before. Tried for a second; anyone can hold it.
class SharedLock {
public:
    /// `fd`: the cgroup's directory, opened for reading; it stays the caller's and must outlive this.
    SharedLock(System& system, int fd);
    SharedLock(const SharedLock&) = delete;
    SharedLock& operator=(const SharedLock&) = delete;
    ~SharedLock();

    bool held() const { return held_; }

private:
    bool take();

    System& system_;
    int fd_;
    bool held_ = false;
};

}  // namespace prune

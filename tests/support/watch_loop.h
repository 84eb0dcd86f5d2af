// SPDX-License-Identifier: MIT
/// The loop of cgprune watch on the clock of a system in memory, for tests. Not thread-safe.
#pragma once

#include <cstdint>
#include <set>

#include "support/memory_system.h"
#include "watch/watcher.h"

namespace prune {

class WatchLoop final : public Descriptors {
public:
    /// `clock` is what `system` passes its calls on to.
    WatchLoop(System& system, MemorySystem& clock) : system_(system), clock_(clock) {}

    std::set<int> fds;        ///< those that are watched
    std::int64_t nextMs = 0;  ///< when Watcher::work() wants to be called again

    void watch(int fd) override { fds.insert(fd); }
    void unwatch(int fd) override { fds.erase(fd); }

    /// What the loop does at this moment of the clock; a watcher that spins is left after many rounds.
    void work(Watcher& watcher);
    /// The clock moves on as the loop sleeps.
    void sleep(Watcher& watcher, std::int64_t ms);

private:
    System& system_;
    MemorySystem& clock_;
};

}  // namespace prune

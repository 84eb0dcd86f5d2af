// SPDX-License-Identifier: MIT
#include "support/watch_loop.h"

#include <algorithm>

namespace prune {

void WatchLoop::work(Watcher& watcher) {
    constexpr int kMostRounds = 1'000;
    bool again = true;
    for (int round = 0; again && round < kMostRounds; ++round) {
        nextMs = watcher.work();
        again = nextMs <= clock_.bootTimeMs();
        for (const int fd : std::set<int>(fds)) {
            if (!fds.contains(fd) || system_.waitReadable(fd, 0) != 1) continue;
            watcher.onReadable(fd);
            again = true;
        }
    }
}

void WatchLoop::sleep(Watcher& watcher, std::int64_t ms) {
    for (const auto end = clock_.bootTimeMs() + ms; clock_.bootTimeMs() < end; work(watcher))
        clock_.setClock(std::clamp(nextMs, clock_.bootTimeMs() + 1, end));
}

}  // namespace prune

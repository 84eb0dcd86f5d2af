// SPDX-License-Identifier: MIT
/// A world in which one hierarchy is watched, without the loop around it.
#pragma once

#include <string>

#include "unit/watch/watch_world.h"
#include "watch/hierarchy_watch.h"

namespace prune::test {

struct Hierarchies : WatchWorld {
    HierarchyWatch watch;

    explicit Hierarchies(const std::string& hierarchy = kUnified, bool hasFanotify = true)
        : watch(context, hierarchy) {
        kernel.hasFanotify = hasFanotify;
    }

    /// Begins, and does all there is to do.
    void begin() {
        REQUIRE(watch.begin().ok());
        work();
    }
    /// What the loop does until nothing is left.
    void work() {
        bool again = true;
        while (again) {
            again = watch.lookOn();
            for (const int fd : watch.descriptors()) {
                if (system.waitReadable(fd, 0) != 1 || watch.hasEnded()) continue;
                watch.onReadable(fd);
                again = true;
            }
        }
    }
    std::string errorOfBegin() {
        const auto begun = watch.begin();
        REQUIRE_FALSE(begun.ok());
        return begun.error().text();
    }
};

}  // namespace prune::test

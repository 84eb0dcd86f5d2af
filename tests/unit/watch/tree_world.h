// SPDX-License-Identifier: MIT
/// A world with a hierarchy's tree that some source tells of.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/watch/watch_world.h"
#include "watch/tree_source.h"

namespace prune::test {

using What = TreeChange::What;

struct TreeWorld : WatchWorld {
    OpenHierarchy hierarchy = open(kFreezer);
    std::unique_ptr<TreeSource> source;

    /// All that is told now.
    std::vector<TreeChange> changes() {
        std::vector<TreeChange> all;
        while (true) {
            TreeChange change;
            const auto more = source->next(hierarchy, change);
            REQUIRE(more.ok());
            if (!more.value()) return all;
            all.push_back(std::move(change));
        }
    }
    /// The one change that is told now.
    TreeChange change() {
        auto all = changes();
        REQUIRE(all.size() == 1);
        return std::move(all.front());
    }
    std::string directory(const std::string& path) { return kernel.cgroupDirectory(kFreezer, path); }
};

}  // namespace prune::test

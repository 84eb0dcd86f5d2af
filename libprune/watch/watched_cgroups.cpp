// SPDX-License-Identifier: MIT
#include "watch/watched_cgroups.h"

namespace prune {

WatchedCgroup& WatchedCgroups::at(std::uint64_t id, std::string_view path) {
    auto& cgroup = cgroups_[id];
    if (cgroup.id == 0) {
        cgroup.id = id;
        if (path.size() <= kMaxKeptPath) cgroup.path = path;
    }
    return cgroup;
}

WatchedCgroup* WatchedCgroups::byId(std::uint64_t id) {
    const auto found = cgroups_.find(id);
    return found == cgroups_.end() ? nullptr : &found->second;
}

WatchedCgroup* WatchedCgroups::byWatch(int watch) {
    const auto found = watches_.find(watch);
    return found == watches_.end() ? nullptr : byId(found->second);
}

void WatchedCgroups::setWatch(WatchedCgroup& cgroup, int watch) {
    cgroup.watch = watch;
    watches_[watch] = cgroup.id;
}

void WatchedCgroups::erase(std::uint64_t id) {
    const auto found = cgroups_.find(id);
    if (found == cgroups_.end()) return;
    if (found->second.watch >= 0) watches_.erase(found->second.watch);
    cgroups_.erase(found);
}

}  // namespace prune

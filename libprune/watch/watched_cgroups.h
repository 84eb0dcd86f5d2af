// SPDX-License-Identifier: MIT
/// The cgroups of a v2 hierarchy whose cgroup.events is watched: found by id and by watch. Plain
/// container; one thread. Since 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace prune {

/// Users can make thousands of cgroups at the end of a path of 60,000 bytes.
constexpr std::size_t kMaxKeptPath = 512;

struct WatchedCgroup {
    std::uint64_t id = 0;
    /// v2 knows no rename. "" where it is too long to be kept for each: it is found by id then.
    std::string path;
    int watch = -1;            ///< of inotify; -1: there was no room for one
    bool populated = false;    ///< at the last look
    bool hasChildren = false;  ///< at the last look
    bool isOwed = false;       ///< its release failed, and nobody else will look
    /// CPU time that tasks in it had used by the last look while it was empty; not known: it was there before
    /// we looked, or could not be read.
    std::optional<std::uint64_t> usageUsec;
    std::uint64_t round = 0;  ///< the last walk over the tree that came by
};

class WatchedCgroups {
public:
    /// The cgroup of that id, added if it is new.
    WatchedCgroup& at(std::uint64_t id, std::string_view path);
    /// nullptr: none. Pointers are valid until the next call of at() or erase().
    WatchedCgroup* byId(std::uint64_t id);
    WatchedCgroup* byWatch(int watch);

    void setWatch(WatchedCgroup& cgroup, int watch);
    void erase(std::uint64_t id);
    std::size_t size() const { return cgroups_.size(); }

    auto begin() const { return cgroups_.begin(); }
    auto end() const { return cgroups_.end(); }

private:
    std::unordered_map<std::uint64_t, WatchedCgroup> cgroups_;
    std::unordered_map<int, std::uint64_t> watches_;
};

}  // namespace prune

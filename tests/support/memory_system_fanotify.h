// SPDX-License-Identifier: MIT
/// fanotify of MemorySystem, as FAN_REPORT_DFID_NAME_TARGET|FAN_REPORT_PIDFD tells of cgroups (kernel.md "v2
/// events").
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "support/memory_system_node.h"

namespace prune::memory {

/// One fanotify descriptor.
class Fanotify {
public:
    /// `openMaker`: a pidfd of that process, or -errno. `mostQueued` is read at each event.
    Fanotify(std::function<int(int)> openMaker, const std::size_t& mostQueued)
        : openMaker_(std::move(openMaker)), mostQueued_(mostQueued) {}

    void mark(const Filesystem& filesystem, std::uint64_t mask);
    /// What Watchers hear, in inotify's terms.
    void changed(const Node& node, std::uint32_t event, int maker);
    void named(const Node& directory, std::uint32_t event, const Node& child, int maker);
    bool readable() const { return !events_.empty(); }
    /// As many whole events as fit, each with a pidfd of its maker, where that is still there.
    long read(char* buffer, std::size_t size);

private:
    struct Event {
        std::uint64_t mask;
        std::string records;  ///< all but the maker's
        int maker;
    };

    void queue(const Node& node, std::uint64_t mask, std::string records, int maker);

    std::function<int(int)> openMaker_;
    const std::size_t& mostQueued_;
    std::set<const Filesystem*> marked_;
    std::uint64_t mask_ = 0;
    std::deque<Event> events_;
    std::uint64_t movedFrom_ = 0;
    std::string movedName_;
};

}  // namespace prune::memory

// SPDX-License-Identifier: MIT
/// Creators whose end is waited for, so that what they left is looked at at once. Since 0.1. One thread per
/// System.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/fd.h"
#include "creator/creator.h"
#include "store/journal.h"
#include "sys/system.h"

namespace prune {

class CreatorWatch {
public:
    explicit CreatorWatch(System& system) : system_(system) {}

    /// How many descriptors may be held from now on; those that are held stay.
    void allow(std::size_t most) { most_ = most; }

    enum class Waits {
        yes,     ///< for the descriptor that `fd` was set to; the same one for the same process
        ended,   ///< it is gone already
        cannot,  ///< no pidfds here, or no process decides: timers have to do
        noRoom,  ///< `most` are held already
    };

    /// Waits for the end of the process whose end is the creator's, for the sake of `key`.
    Waits add(const JournalKey& key, const Creator& creator, int& fd);
    /// The process behind `fd` has ended: closes it, and returns for whose sake it was held.
    std::vector<JournalKey> takeEnded(int fd);
    bool has(int fd) const { return held_.find(fd) != held_.end(); }
    std::size_t size() const { return held_.size(); }

private:
    struct Order {
        bool operator()(const JournalKey& one, const JournalKey& other) const {
            return std::tie(one.hierarchy, one.owner, one.id) <
                   std::tie(other.hierarchy, other.owner, other.id);
        }
    };
    struct Held {
        Fd pidfd;
        Task task;
        std::set<JournalKey, Order> waiting;
    };

    System& system_;
    std::size_t most_ = 0;
    std::map<int, Held> held_;
    std::map<std::pair<int, std::uint64_t>, int> byTask_;  ///< pid and start time
};

}  // namespace prune

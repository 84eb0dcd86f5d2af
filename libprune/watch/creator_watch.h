// SPDX-License-Identifier: MIT
/// Creators whose end is waited for, so that what they left is looked at at once. Since 1.0. One thread per
/// System.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "creator/creator.h"
#include "store/journal.h"
#include "sys/system.h"

namespace prune {

class CreatorWatch {
public:
    /// `most`: descriptors that may be held.
    CreatorWatch(System& system, std::size_t most) : system_(system), most_(most) {}

    enum class Waits {
        yes,     ///< for the descriptor that `fd` was set to; the same one for the same process
        ended,   ///< it is gone already
        cannot,  ///< no pidfds here, or no process decides: timers have to do
        noRoom,  ///< `most` are held already
    };

    /// Waits for the end of the process whose end is the creator's, for the sake of `key`.
    Waits add(const JournalKey& key, const Creator& creator, int& fd);
    /// Descriptors that nothing in the journal waits for any more. Reads an entry for each key.
    std::vector<int> unneeded();
    /// The process behind `fd` has ended, or is not needed any more: closes it, and returns for whose sake it
    /// was held.
    std::vector<JournalKey> takeEnded(int fd);
    /// Another bound, for creators that come from now on.
    void setMost(std::size_t most) { most_ = most; }
    bool has(int fd) const { return held_.find(fd) != held_.end(); }
    std::size_t size() const { return held_.size(); }
    bool isFull() const { return held_.size() >= most_; }

private:
    struct InOrder {
        bool operator()(const JournalKey& a, const JournalKey& b) const {
            return std::tie(a.hierarchy, a.id, a.owner) < std::tie(b.hierarchy, b.id, b.owner);
        }
    };
    struct Held {
        Fd pidfd;
        Task task;
        std::set<JournalKey, InOrder> waiting;
        std::size_t cleanAt;  ///< so many waiting that those without an entry are looked for
    };

    static constexpr std::size_t kCleanAt = 64;

    void dropUnneeded(Held& held);

    System& system_;
    std::size_t most_;
    std::map<int, Held> held_;
    std::map<std::pair<int, std::uint64_t>, int> byTask_;  ///< pid and start time
};

}  // namespace prune

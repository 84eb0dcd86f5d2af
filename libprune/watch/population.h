// SPDX-License-Identifier: MIT
/// On v2: which cgroups become empty, and what comes of them. The kernel tells by cgroup.events, but not how
/// often: it is read again at each event, and where a cgroup is empty at two looks in a row, the CPU time
/// that tasks in it have used tells whether it was populated in between. Since 0.1. One thread per context.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/state.h"
#include "prune/context.h"
#include "watch/watched_cgroups.h"

namespace prune {

/// How a cgroup came to be looked at.
enum class Seen {
    atStart,  ///< it was there before: what is empty then is noted as a sweep does
    made,     ///< it was made while we watched, or since the last look at everything
    event,    ///< its cgroup.events changed
};

class Population {
public:
    explicit Population(Context& context) : context_(context) {}

    Status open();
    /// Readable when a cgroup.events has changed. Not valid before open().
    int fd() const { return inotify_.get(); }

    /// Looks at a cgroup that a rule reaches, and watches it from now on. What has become empty is released.
    void look(const Subject& subject, Seen seen);
    /// Handles some of the events that wait. False: some were lost.
    bool read(const OpenHierarchy& open);
    /// A cgroup is gone: its parent, for which no event comes, may be empty now. `id` 0, `path` "": not
    /// known.
    void removed(const OpenHierarchy& open, std::string path, std::uint64_t id);

    /// Between these two every cgroup that is there is looked at; those that were not are forgotten.
    void beginRound() {
        ++round_;
        blind_ = false;
    }
    void endRound();

    std::size_t size() const { return cgroups_.size(); }
    /// True if some cgroup could not be watched since the last round began.
    bool isBlind() const { return blind_; }
    /// The earliest that something released since the last call is to be looked at again (CLOCK_BOOTTIME).
    std::int64_t takeDueMs();

private:
    void watch(const Subject& subject, WatchedCgroup& cgroup);
    void readOne(const OpenHierarchy& open, int watch);
    void settle(const Subject& subject, WatchedCgroup& cgroup, const CgroupState& state, bool onlyNote);
    void note(const Outcome& outcome);
    void forget(std::uint64_t id);
    void sayNoRoom(std::string_view hierarchy);

    Context& context_;
    Fd inotify_;
    WatchedCgroups cgroups_;
    std::uint64_t round_ = 0;
    std::int64_t dueMs_ = INT64_MAX;
    bool blind_ = false;
};

}  // namespace prune

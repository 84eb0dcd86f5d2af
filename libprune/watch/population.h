// SPDX-License-Identifier: MIT
/// On v2: which cgroups become empty, and what comes of them. The kernel tells by cgroup.events, but not how
/// often: it is read again at each event, and where a cgroup is empty at two looks in a row, the CPU time
/// that tasks in it have used tells whether it was populated in between. Since 1.0. One thread per context.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/state.h"
#include "prune/context.h"
#include "sys/inotify_reader.h"
#include "watch/makers.h"
#include "watch/watched_cgroups.h"

namespace prune {

/// How a cgroup came to be looked at.
enum class Seen {
    atStart,  ///< it was there before: what is empty then is noted as a sweep does
    made,     ///< it was made while we watched
    again,    ///< events were lost: it may have been made since the last look at everything
};

class Population {
public:
    /// Both must outlive it.
    Population(Context& context, Makers& makers) : context_(context), makers_(makers) {}

    Status open();
    /// Readable when a cgroup.events has changed. Not valid before open().
    int fd() const { return inotify_.get(); }

    /// Looks at a cgroup that a rule reaches, and watches it from now on. What has become empty is released.
    /// Errors: it could not be looked at; what is known of it stays, for the next look to compare with.
    Status look(const Subject& subject, Seen seen);
    /// Handles some of the events that wait. False: some were lost. Errors: those of reading; then, too.
    Result<bool> read(const OpenHierarchy& open);
    /// There are events that read() had no time for.
    bool hasMore() const { return reader_ && reader_->hasMore(); }
    /// A cgroup at `path` is gone: its parent, for which no event comes, may be empty now. `parentId`: the
    /// parent's, since another can have been made at its path meanwhile.
    void childRemoved(const OpenHierarchy& open, std::string_view path, std::uint64_t parentId);
    /// It is gone, or no rule reaches it any more.
    void forget(std::uint64_t id);

    /// Between these two every cgroup that is there is looked at; those that were not are forgotten.
    void beginRound() {
        ++round_;
        blind_ = false;
    }
    void endRound();

    std::size_t size() const { return cgroups_.size(); }
    /// True: some cgroup could not be watched, or not be looked at, in this round.
    bool isBlind() const { return blind_; }
    /// The earliest that something released since the last call is to be looked at again (CLOCK_BOOTTIME).
    std::int64_t takeDueMs();

private:
    void watch(const Subject& subject, WatchedCgroup& cgroup);
    void readOne(const OpenHierarchy& open, int watch);
    void settle(const Subject& subject, WatchedCgroup& cgroup, const CgroupState& state, bool isFirstLook);
    bool hasRun(const Subject& subject, WatchedCgroup& cgroup);
    void release(const Subject& subject, WatchedCgroup& cgroup);
    void note(const Outcome& outcome);
    void goBlind(std::string_view hierarchy, const Error& why);
    void sayNoRoom(std::string_view hierarchy);

    Context& context_;
    Makers& makers_;
    Fd inotify_;
    std::optional<InotifyReader> reader_;
    WatchedCgroups cgroups_;
    std::uint64_t round_ = 0;
    std::int64_t dueMs_ = INT64_MAX;
    bool blind_ = false;
};

}  // namespace prune

// SPDX-License-Identifier: MIT
/// One hierarchy that is watched: on v2 its cgroups are released when they have become empty, as the kernel
/// calls an agent on v1; everywhere makers and owners are observed. Since 1.0. One thread per context.
///
/// Nothing below the mount is open between two calls, so the hierarchy can be unmounted.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "cgroup/pending_paths.h"
#include "prune/context.h"
#include "store/state_folder.h"
#include "watch/makers.h"
#include "watch/population.h"
#include "watch/tree_source.h"

namespace prune {

class HierarchyWatch {
public:
    HierarchyWatch(Context& context, std::string name)
        : context_(context), name_(std::move(name)), makers_(context), population_(context, makers_) {}

    /// Begins to watch, and plans a look at all that is there. Errors: it is not mounted, or another process
    /// watches it (code 0, which says so); those of the kernel.
    Status begin();

    const std::string& name() const { return name_; }
    bool unified() const { return unified_; }
    /// Readable when there is something to do.
    std::vector<int> descriptors() const;

    /// Ends it where the hierarchy is not mounted any more, or was mounted anew, or where the state folder
    /// with our lock is gone: no event tells that.
    void endIfLost();

    /// Handles some of what the kernel has to tell by `fd`.
    void onReadable(int fd);
    /// Goes on with the looks that are planned, for some cgroups. True: there are more.
    bool lookOn();
    /// Handles some of all that waits: of what is planned, and of each descriptor that is readable. False:
    /// there was nothing, or it cannot be heard now (isDeaf()).
    bool hearSome();
    /// Something waits, or cannot be heard now.
    bool hasUnheard() const;
    /// Another conf, whose rules may reach other cgroups: those are new to us, and not known to have emptied.
    void lookAgain();
    /// What is looked at from time to time where not all can be watched.
    void lookAgainIfBlind();

    /// It is mounted no more, or another instance of it, or the lock is lost.
    bool hasEnded() const { return ended_; }
    /// For a while it cannot be opened, and its descriptors need not be looked at.
    bool isDeaf() const { return context_.system.bootTimeMs() < deafUntilMs_; }
    bool hasLooked() const { return looked_; }  ///< the first look at everything is done
    std::size_t watched() const { return population_.size(); }
    /// The earliest that something released since the last call is to be looked at again (CLOCK_BOOTTIME).
    std::int64_t takeDueMs() { return population_.takeDueMs(); }

private:
    /// A walk over what is there, at `paths` and below.
    struct Walk {
        PendingPaths paths;
        Seen seen;
        bool isWhole;  ///< from the root
        bool hasBegun = false;
    };

    Result<OpenHierarchy> openMounted();
    std::optional<OpenHierarchy> openOrEnd();
    std::uint32_t instanceNow();
    bool isStillTheSame(const OpenHierarchy& open);
    Status openSources(const OpenHierarchy& open);
    void planWalk(Seen seen);
    void readTree(const OpenHierarchy& open);
    void readPopulation(const OpenHierarchy& open);
    bool hasMore() const;
    std::optional<OpenCgroup> openAt(const OpenHierarchy& open, std::string_view text);
    void handle(const OpenHierarchy& open, const TreeChange& change);
    void onMade(const OpenHierarchy& open, const TreeChange& change);
    void onRemoved(const OpenHierarchy& open, const TreeChange& change);
    void onRenamed(const OpenHierarchy& open, const TreeChange& change);
    void walkOn(const OpenHierarchy& open);
    void walkedAll();
    void lookAtRoot(const OpenHierarchy& open, Walk& walk);
    void lookAt(const OpenHierarchy& open, Walk& walk);
    void lookAtOpen(const OpenHierarchy& open, Walk& walk, const OpenCgroup& cgroup);
    void lookFailed(const Error& why);
    void goBlind(const Error& why);
    void goDeaf(const Error& why);
    void cover(int directory, std::string_view path);
    void planChildren(int directory, PendingPaths& paths);
    void lookAnew();
    void lookOnceMore();
    void missNews(const Error& why);
    void loseMakers();
    bool hasHeardTree() const;
    bool mustHearFirst();
    void lose(std::string_view setting);
    void end(const Status& why);

    Context& context_;
    std::string name_;
    bool unified_ = false;
    std::uint64_t device_ = 0;    ///< of the file system, which does not outlive its last mount
    std::uint32_t instance_ = 0;  ///< v1: a hierarchy that was mounted anew has another id
    Fd lock_;
    std::unique_ptr<TreeSource> tree_;
    Makers makers_;
    Population population_;
    std::deque<Walk> walks_;  ///< the first is under way
    bool partial_ = false;    ///< the whole walk that is under way does not look at all
    bool onceMore_ = false;   ///< events were lost since it began
    bool sawAll_ = false;     ///< one did look at all, with this conf: what nobody has seen was made since
    std::int64_t unheardSinceMs_ = kNever;
    std::int64_t blindLookMs_ = 0;
    std::int64_t deafUntilMs_ = 0;
    bool blind_ = false;
    bool ended_ = false;
    bool looked_ = false;
};

}  // namespace prune

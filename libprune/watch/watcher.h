// SPDX-License-Identifier: MIT
/// cgprune watch, without its loop: hierarchies, the journal and creators, watched together. Since 1.0.
/// One thread per context.
///
/// All that it must not forget is in the registry and the journal: it can be killed at any instant.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "prune/context.h"
#include "store/state_folder.h"
#include "watch/creator_watch.h"
#include "watch/hierarchy_watch.h"
#include "watch/journal_watch.h"

namespace prune {

/// The loop's part: calls Watcher::onReadable(fd) while a descriptor is readable.
class Descriptors {
public:
    virtual void watch(int fd) = 0;
    /// Before it is closed.
    virtual void unwatch(int fd) = 0;

protected:
    ~Descriptors() = default;
};

class Watcher {
public:
    /// Both must outlive it. The context's conf stays in force until useConf(), whatever is on disk.
    Watcher(Context& context, Descriptors& descriptors)
        : context_(context),
          descriptors_(descriptors),
          journal_(context.system),
          creators_(context.system, static_cast<std::size_t>(context.conf.agent.watchCreators)) {}

    /// Watches these hierarchies; none: cgroup v2, and those of v1 whose agent is ours. Those that are
    /// mounted later are watched from then on. Errors: one that is named cannot be watched now; without
    /// names, none of those that are there can be.
    Status begin(const std::vector<std::string>& hierarchies);

    void onReadable(int fd);
    /// Does what is planned and due. Returns when to call it again (CLOCK_BOOTTIME, ms).
    std::int64_t work();
    /// Before it ends: handles what was told until now, for 30 s at most. What it does not get to is said.
    void hearOut();
    /// Takes another conf.
    void useConf(Conf conf);

    /// The first look at everything is done.
    bool isReady() const;
    /// "watching unified (12 cgroups), freezer", for people.
    std::string status() const;

private:
    struct Watched {
        std::unique_ptr<HierarchyWatch> watch;
        std::int64_t dueMs = kNever;  ///< when entries of the journal are due
        bool isDeaf = false;          ///< its descriptors are not watched for now
    };

    Status add(const std::string& hierarchy);
    bool isWanted(const Hierarchy& hierarchy) const;
    Status findHierarchies();
    void keepUp();
    void dropEnded();
    void readJournalsAnew();
    void listenOrNot(Watched& watched);
    void makeRoom();
    void consider(const std::vector<JournalKey>& keys);
    void considerOne(Watched& watched, const JournalKey& key);
    void onCreatorsEnd(int fd);
    void retry(Watched& watched);
    bool retryUrgent();
    bool drains(const Watched& watched) const;
    void dueAt(Watched& watched, std::int64_t dueMs);

    Context& context_;
    Descriptors& descriptors_;
    JournalWatch journal_;
    CreatorWatch creators_;
    std::map<std::string, Watched> watched_;
    std::deque<JournalKey> urgent_;    ///< their creators have ended
    std::vector<std::string> wanted_;  ///< none: those that need us
    std::int64_t keepUpAtMs_ = 0;
    std::int64_t roomAtMs_ = 0;  ///< when creators may be looked through again
    bool journalLost_ = false;   ///< some of what it told was not heard
};

}  // namespace prune

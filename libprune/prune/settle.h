// SPDX-License-Identifier: MIT
/// Acts on a verdict: waits out linger and locks by deferring, removes with one rmdir, and makes of a failed
/// removal what it is. The same for a release, a retry and a sweep. Since 1.0.
#pragma once

#include "prune/context.h"
#include "prune/judge.h"
#include "store/journal.h"

namespace prune {

/// Whether this process holds the cgroup's flock.
enum class Lock { held, busy };

/// The cgroup's flock while a removal is decided and done. Let go of by name, not by the last descriptor: a
/// process that another thread starts has copies of all of them until its exec.
class RemovalLock {
public:
    /// Takes it if nobody holds it. A lock that cannot be taken for another reason counts as busy. `cgroup`
    /// must outlive this.
    RemovalLock(Context& context, const OpenCgroup& cgroup);
    ~RemovalLock();
    RemovalLock(const RemovalLock&) = delete;
    RemovalLock& operator=(const RemovalLock&) = delete;

    Lock state() const { return state_; }

private:
    System& system_;
    int directory_;
    Lock state_ = Lock::busy;
};

/// Counts and logs what a removal that did not fail came to.
void tellRemoval(Context& context, const Subject& subject, const CgroupState& state, Reason reason,
                 const Removal& removal);

/// Acts on `judgement`. `entry` says since when the cgroup has been empty and what was tried; it is written
/// to the journal where the removal is put off. Kept: a journal entry stays, see dropEntry().
Outcome settle(Context& context, const Subject& subject, const Judgement& judgement, JournalEntry entry,
               Lock lock);

/// A look or removal of `key` failed with `code`: journals it with backoff, and as stuck after give-up.
Outcome putOffFailed(Context& context, const JournalKey& key, JournalEntry entry, const Rule& rule, int code);

/// For how long (milliseconds) it must have been empty before it may go by this verdict.
std::int64_t waitMs(const Context& context, const Rule& rule, const Verdict& verdict,
                    const JournalEntry& entry);

/// True if a cgroup that was only seen empty, not released, may go by this verdict (cgprune.conf(5), sweep).
bool sweepMayRemove(const Rule& rule, const Verdict& verdict);

}  // namespace prune

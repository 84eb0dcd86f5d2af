// SPDX-License-Identifier: MIT
/// Who made the cgroups of one watched hierarchy, as far as the kernel tells, and of which it cannot have
/// told. Since 1.0. One thread per context.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/fd.h"
#include "base/result.h"
#include "prune/context.h"

namespace prune {

/// Of a cgroup that was made while news were lost its maker may be alive, and nobody knows: a walk over all
/// that is there marks those as observeLostMaker() does. Which they are is told by their ids, which rise, and
/// by what was told since there was last nothing to tell.
class Makers {
public:
    explicit Makers(Context& context) : context_(context) {}

    /// The kernel tells who made a cgroup. Errors: its id cannot be read, so that it is as if it were lost.
    Status told(const Subject& subject, const Fd& maker);
    /// The kernel has nothing more to tell just now.
    void heardAll();
    /// Some of what it had to tell is lost. A walk over all that is there has to follow.
    void lost();
    /// A walk came by, or it is to be released. Where its maker can have been lost it is marked. Errors: its
    /// id cannot be read.
    Status passed(const Subject& subject);
    /// It is gone.
    void removed(std::uint64_t id) { unrecorded_.erase(id); }
    /// The first walk is done: all that it passed was there before.
    void passedStart();
    /// A walk that began after the last loss came by all that is there.
    void passedAll() { lostAbove_.reset(); }

private:
    /// From a loss until a walk came by all: makers can be unknown that are alive.
    bool isInDoubt() const { return lostAbove_.has_value(); }

    Context& context_;
    /// Told since there was last nothing to tell, and theirs do not count.
    std::set<std::uint64_t> unrecorded_;
    std::uint64_t newest_ = 0;   ///< of all that were told or passed
    std::uint64_t settled_ = 0;  ///< newest_, when there was last nothing to tell
    std::optional<std::uint64_t> lostAbove_;
    bool knowsStart_ = false;
};

}  // namespace prune

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
/// that is there marks those as observeLostMaker() does. Which they are is told by their ids, which rise.
class Makers {
public:
    explicit Makers(Context& context) : context_(context) {}

    /// The kernel tells who made a cgroup. Errors: its id cannot be read, so that it is as if it were lost.
    Status told(const Subject& subject, const Fd& maker);
    /// The kernel has no more to tell just now.
    void heardAll();
    /// Some of what it had to tell is lost. A walk over all that is there has to follow.
    void lost();
    /// A walk came by. Errors: its id cannot be read.
    Status passed(const Subject& subject);
    /// A walk that began after the last loss came by all that is there.
    void passedAll();

private:
    Context& context_;
    /// Told, and theirs do not count: until the kernel has no more to tell.
    std::set<std::uint64_t> unrecorded_;
    std::uint64_t newest_ = 0;  ///< of those that were there at the start, or were told since
    std::optional<std::uint64_t> lostAbove_;
    bool knowsStart_ = false;  ///< one walk came by all that was there
};

}  // namespace prune

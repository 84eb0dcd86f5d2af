// SPDX-License-Identifier: MIT
/// Removing a cgroup and all below it that is empty, because somebody asks for it. Since 1.0.
/// One thread per context.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "prune/context.h"

namespace prune {

/// What else would hold a cgroup back, and shall not. What is populated, or above one that stays, stays.
struct SubtreeForce {
    bool kept = false;       ///< keep marks
    bool creator = false;    ///< registered creators that live, or may live
    bool lock = false;       ///< a lock that somebody holds
    bool delegated = false;  ///< what was handed to somebody else, and all below it
};

/// Which cgroups of the subtree are meant, and how.
struct SubtreeOptions {
    /// Only those whose path in the hierarchy fits this pattern (pathFits()); "" = all.
    std::string match;
    /// Only those that are known to have been there for so long: see knownAgeMs().
    std::int64_t olderThanMs = 0;
    /// Wall clock (sys/wall_clock.h) that ages are counted to; 0: directories' times count for nothing.
    std::int64_t wallNowNs = 0;
    SubtreeForce force;
    CgroupListener* listener = nullptr;
};

struct SubtreeResult {
    std::uint64_t removed = 0;
    std::uint64_t kept = 0;    ///< each for a reason that the listener heard
    std::uint64_t failed = 0;  ///< could not be looked at, or removed
};

/// Children first, as by policy = always and without linger, whatever notify_on_release says. Kept are: what
/// is populated, marked to be kept, or locked; what has a registered creator that lives or may live; what was
/// handed to somebody else, with all below it (`top` itself aside); what is not meant by the options; and
/// what is above one that is kept.
/// A cgroup that was made anew at the path of `top` meanwhile is left alone.
/// Errors: ECANCELED: the listener ended it; those of listing.
Result<SubtreeResult> removeSubtree(Context& context, const Subject& top, const SubtreeOptions& options);

}  // namespace prune

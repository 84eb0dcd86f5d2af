// SPDX-License-Identifier: MIT
/// Removing a cgroup and all below it that is empty, because somebody asks for it. Since 0.1.
/// One thread per context.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "prune/context.h"

namespace prune {

struct SubtreeResult {
    std::uint64_t removed = 0;
    std::uint64_t kept = 0;    ///< each for a reason that the listener heard
    std::uint64_t failed = 0;  ///< could not be looked at, or removed
};

/// Children first, as by policy = always and without linger, whatever notify_on_release says. Kept are: what
/// is populated, marked to be kept, or locked; what has a registered creator that lives or may live; what was
/// handed to somebody else, with all below it (`top` itself aside); and what is above one that is kept.
/// A cgroup that was made anew at the path of `top` meanwhile is left alone.
/// Errors: ECANCELED: the listener ended it; those of listing.
Result<SubtreeResult> removeSubtree(Context& context, const Subject& top, CgroupListener* listener);

}  // namespace prune

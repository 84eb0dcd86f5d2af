// SPDX-License-Identifier: MIT
/// Why a cgroup of a subtree stays, though somebody asks that all of it goes. Since 1.0.
/// One thread per context.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "cgroup/state.h"
#include "prune/context.h"
#include "prune/settle.h"
#include "prune/subtree.h"

namespace prune {

/// What whyLeft() looks at.
struct SubtreeLook {
    const Subject& subject;
    const CgroupState& state;
    Lock lock = Lock::busy;
    bool goneBelow = false;  ///< its children only seem to be there: this is a dry run
    std::int64_t ageMs = 0;  ///< what was known of its age before its children went
};

/// The first reason that holds, or nothing: it may go.
std::optional<Reason> whyLeft(Context& context, const SubtreeOptions& options, const SubtreeLook& look);

/// True if it was handed to somebody else: a registered or seen delegation, root's mark, or its owner.
/// Errors: a look failed.
Result<bool> isHandedToAnother(Context& context, const Subject& subject);

/// For how long the cgroup is known to have been there, in milliseconds: it may be older. Its journal entry
/// says since when it has been empty; its directory's mtime when the kernel loaded or last changed the inode,
/// which is never before it was made, but can be long after. Nothing tells when it was made, or since when
/// it has been empty.
std::int64_t knownAgeMs(Context& context, const Subject& subject, const CgroupState& state,
                        std::int64_t wallNowNs);

}  // namespace prune

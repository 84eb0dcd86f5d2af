// SPDX-License-Identifier: MIT
/// The sweep: looks for empty cgroups whose release was never heard. Since 1.0. One thread per context.
/// It removes nothing at first sight, since a cgroup just made and not yet entered looks the same: it
/// journals the id as first seen empty, and retryDue() removes it after sweep-linger, if it may
/// (cgprune.conf(5), sweep).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "prune/context.h"

namespace prune {

struct SweepOptions {
    /// CLOCK_BOOTTIME. Where there is one, the walk does not always begin at the same cgroups.
    std::int64_t deadlineMs = INT64_MAX;
    CgroupListener* listener = nullptr;  ///< hears of all but populated ones and parents
};

struct SweepResult {
    std::uint64_t looked = 0;   ///< cgroups looked at
    std::uint64_t noted = 0;    ///< newly journaled as seen empty
    std::uint64_t waiting = 0;  ///< empty and in the journal already
    std::uint64_t kept = 0;     ///< empty and kept by verdict
    std::uint64_t failed = 0;   ///< could not be looked at or journaled; each was logged
    bool hasMissed = false;     ///< some, for what may pass: a sweep is needed again
};

/// Walks the whole hierarchy. With errors in the conf nothing is noted. Errors: the root cannot be listed;
/// ECANCELED: the listener ended it; ETIME: the deadline has passed.
Result<SweepResult> sweepHierarchy(Context& context, const OpenHierarchy& hierarchy,
                                   const SweepOptions& options);

/// What sweep-needed asks for: clears it, sweeps, and drops facts whose cgroups are gone. Where the sweep
/// fails, or has missed some, it is needed still. In a dry run only the sweep's look is taken. Errors: those
/// of sweepHierarchy().
Result<SweepResult> sweepNow(Context& context, const OpenHierarchy& hierarchy, const SweepOptions& options);

/// Notes one cgroup as a sweep does; for the parent of a removed cgroup on v2, where no event tells of it.
/// `path` may be "/", which is never noted.
Outcome noteSeenEmpty(Context& context, const OpenHierarchy& hierarchy, std::string_view path);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What the agent does when the kernel says that a cgroup became empty: design of release-agent(8). Since
/// 0.1. One thread per context.
#pragma once

#include <string_view>

#include "prune/context.h"

namespace prune {

/// Kernels cut a longer path to this many bytes without a word (kernel.md "The call"): a path of just this
/// length may be another cgroup's and is never acted on.
constexpr std::size_t kCutPathBytes = 4'095;

/// What a release came to; several hierarchies can be meant by one agent path.
struct Released {
    bool failed = false;    ///< something could not be done; it was logged
    bool deferred = false;  ///< an entry was written, or a sweep asked for: the drainer has work
};

/// Decides on the cgroup `path` (as the kernel gave it) of the hierarchy whose release_agent is `agent`
/// (argv[0]), and removes, keeps or journals it. Faults are logged. Preconditions: `path` is a valid
/// CgroupPath.
Released release(Context& context, std::string_view agent, std::string_view path);

/// The same for one known hierarchy; the release of `agent` ("" where no agent was called) is certain.
Outcome releaseIn(Context& context, const OpenHierarchy& hierarchy, std::string_view agent, CgroupPath path,
                  bool ambiguous);

/// The same for a cgroup held open, whoever says that it is empty, by the conf that the context holds.
Outcome releaseCgroup(Context& context, const Subject& subject, std::string_view agent);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// A walk over the cgroups of a hierarchy, relative to its root's descriptor: no link is followed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"
#include "cgroup/state.h"

namespace prune {

struct WalkResult {
    std::uint64_t looked = 0;
    std::uint64_t failed = 0;  ///< could not be looked at, and so neither what is below
};

using CgroupVisit =
    std::function<void(const std::string& path, const OpenCgroup& cgroup, const CgroupState& state)>;

/// Calls `visit` for each cgroup below `top` ("/" or a cgroup path; not for `top` itself), parents first.
/// What is made or removed meanwhile may be seen or not. Errors: `top` cannot be listed.
Result<WalkResult> walkBelow(System& system, const OpenHierarchy& hierarchy, const std::string& top,
                             const CgroupVisit& visit);

}  // namespace prune

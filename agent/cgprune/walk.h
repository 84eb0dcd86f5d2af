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

/// Hears of a cgroup that could not be looked at, or not listed, and why.
using FailedLook = std::function<void(const std::string& path, const Error& why)>;

/// Calls `visit` for each cgroup below `top` ("/" or a cgroup path; not for `top` itself): parents first,
/// then what is below them, siblings in order of name. What is made or removed meanwhile may be seen or not.
/// Errors: `top` cannot be listed.
Result<WalkResult> walkBelow(System& system, const OpenHierarchy& hierarchy, const std::string& top,
                             const CgroupVisit& visit, const FailedLook& onFailed = {});

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Finding a cgroup again by its identity, wherever it is now. Since 1.0. One thread per System.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cgroup/directory.h"
#include "cgroup/hierarchy.h"

namespace prune {

/// A cgroup that was found again, and where.
struct LocatedCgroup {
    OpenCgroup cgroup;
    std::string path;
};

/// Opens the cgroup `id`: by file handle, which follows a rename and never finds a namesake; where handles
/// are not to be had, at `lastPath`, if that has this id. Nothing: it is gone, or no longer to be found.
/// Errors: it is there and cannot be reached now.
Result<std::optional<LocatedCgroup>> locateCgroup(System& system, const OpenHierarchy& hierarchy,
                                                  std::uint64_t id, std::string_view lastPath);

/// True if the kernel says that no cgroup has this id any more; false also where it does not tell.
bool isGone(System& system, const OpenHierarchy& hierarchy, std::uint64_t id);

}  // namespace prune

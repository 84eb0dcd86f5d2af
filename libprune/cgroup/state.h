// SPDX-License-Identifier: MIT
/// What the kernel says of an open cgroup. Since 1.0. One thread per System.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// The keep marks: extended attributes, so that they follow a rename and die with the cgroup.
constexpr const char* kKeepByRoot = "trusted.cgprune.keep";  ///< only root can set or remove it
constexpr const char* kKeepByOwner = "user.cgprune.keep";    ///< whoever owns the directory can

/// Who made it, where the registry could not take that: a creator's lines, or kMakerLost where not even that
/// could be looked at. An attribute, too, so that it takes no room that another could have filled; only root
/// can set or remove it.
constexpr const char* kMaker = "trusted.cgprune.maker";
constexpr std::string_view kMakerLost = "lost";

/// The kernel's facts about a cgroup, as they were a moment ago.
struct CgroupState {
    std::uint64_t id = 0;  ///< st_ino: 64 bits, counted per hierarchy, not used twice
    std::uint32_t owner = 0;
    bool populated = false;  ///< v1: a task is in it; v2: in it or below it
    bool hasChildren = false;
    bool notifyOnRelease = false;  ///< v1 only
    bool keptByRoot = false;
    bool keptByOwner = false;
};

/// Reads all of it. Nothing: the cgroup was removed meanwhile.
/// Errors: any other failure of a look; then nothing is known.
Result<std::optional<CgroupState>> readState(System& system, int directoryFd, bool unified);

/// Just the identity of an open cgroup. Errors: those of fstat.
Result<std::uint64_t> cgroupId(System& system, int directoryFd);

}  // namespace prune

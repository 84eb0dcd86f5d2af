// SPDX-License-Identifier: MIT
/// Cgroups that were removed, and that the kernel cannot free yet. Since 0.1. One thread per System.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// How many such there are below an open cgroup: nr_dying_descendants of cgroup.stat, which only v2 has.
/// Errors: those of reading it (ENOENT, ENODEV: the cgroup was removed); EBADMSG: the file does not say.
Result<std::uint64_t> dyingDescendants(System& system, int directoryFd);

}  // namespace prune

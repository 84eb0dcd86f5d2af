// SPDX-License-Identifier: MIT
/// The kernel's files of numbers: cpu.stat, cgroup.stat. Since 1.0. One thread per System.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// The number behind `key` in a file of an open cgroup. Errors: those of reading it (ENOENT, ENODEV: the
/// cgroup was removed); EBADMSG: the file does not say.
Result<std::uint64_t> readStat(System& system, int directoryFd, const char* file, std::string_view key);

/// How many cgroups below an open one were removed and cannot be freed yet; only v2 tells. Errors: as above.
Result<std::uint64_t> dyingDescendants(System& system, int directoryFd);

}  // namespace prune

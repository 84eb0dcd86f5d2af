// SPDX-License-Identifier: MIT
/// Numbers of the kernel's interface that the headers of Debian 12 do not have. Since 0.1.
#pragma once

#include <cstdint>

namespace prune {

/// Type and size of a cgroup's file handle (FILEID_KERNFS): the bytes are the cgroup id.
inline constexpr std::int32_t kKernfsHandleType = 0xfe;
inline constexpr std::uint32_t kKernfsHandleSize = 8;

/// st_ino of the root directory of each cgroup hierarchy.
inline constexpr std::uint64_t kCgroupRootId = 1;

}  // namespace prune

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

/// Places for openHandle() that need no mount: FD_PIDFS_ROOT (6.17; 6.14 to 6.16 take any pidfd in its
/// place) and FD_NSFS_ROOT (6.18).
inline constexpr int kPidfsRoot = -10002;
inline constexpr int kNsfsRoot = -10003;

/// Types and sizes of their handles.
inline constexpr std::int32_t kPidfsHandleType = 0xfe;
inline constexpr std::uint32_t kPidfsHandleSize = 8;
inline constexpr std::int32_t kNsfsHandleType = 0xf1;
inline constexpr std::uint32_t kNsfsHandleSize = 16;

/// f_type of a pidfd whose st_ino is its process's alone (6.9+).
inline constexpr std::uint64_t kPidfsMagic = 0x50494446;

/// Numbers of the initial pid, user and time namespaces, on every kernel.
inline constexpr std::uint64_t kInitialPidNamespace = 0xEFFFFFFC;
inline constexpr std::uint64_t kInitialUserNamespace = 0xEFFFFFFD;
inline constexpr std::uint64_t kInitialTimeNamespace = 0xEFFFFFFA;

}  // namespace prune

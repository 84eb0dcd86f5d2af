// SPDX-License-Identifier: MIT
/// Numbers of the kernel's interface that the headers of Debian 12 do not have. Since 1.0.
#pragma once

#include <cstdint>

namespace prune {

/// Type and size of a cgroup's file handle (FILEID_KERNFS): the bytes are the cgroup id.
inline constexpr std::int32_t kKernfsHandleType = 0xfe;
inline constexpr std::uint32_t kKernfsHandleSize = 8;

/// st_ino of the root directory of each cgroup hierarchy.
inline constexpr std::uint64_t kCgroupRootId = 1;

/// st_nlink of a directory without subdirectories, on cgroup file systems and on tmpfs; each adds one.
inline constexpr std::uint32_t kLinksWithoutChild = 2;

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

/// Requests of ioctl for a namespace: NS_GET_MNTNS_ID (6.11), NS_GET_PID_FROM_PIDNS (6.11), NS_GET_ID (6.18):
/// _IOR(0xb7, n, T), which is 2 << 30 | sizeof(T) << 16 | 0xb7 << 8 | n.
inline constexpr unsigned long kNsGetMountNamespaceId = 0x8008B705;
inline constexpr unsigned long kNsGetPidFromNamespace = 0x8004B706;
inline constexpr unsigned long kNsGetId = 0x8008B70D;

/// Option of getsockopt: SO_PEERPIDFD (6.5).
inline constexpr int kPeerPidfd = 77;

/// The system call listmount (6.8), and its struct mnt_id_req.
inline constexpr long kListmount = 458;
struct MountIdRequest {
    std::uint32_t size;
    std::uint32_t spare;
    std::uint64_t mountId;
    std::uint64_t parameter;
    std::uint64_t namespaceId;
};
inline constexpr std::uint64_t kRootMount = ~std::uint64_t{0};

}  // namespace prune

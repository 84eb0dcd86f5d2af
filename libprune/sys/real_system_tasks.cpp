// SPDX-License-Identifier: MIT
/// RealSystem: other processes, and namespaces.
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/errno_result.h"
#include "sys/real_system.h"

namespace prune {

namespace {

// Not in the headers of Debian 12.
constexpr unsigned long kGetMountNamespaceId = _IOR(0xb7, 5, std::uint64_t);
constexpr unsigned long kGetPidFromNamespace = _IOR(0xb7, 6, int);
constexpr unsigned long kGetId = _IOR(0xb7, 13, std::uint64_t);
constexpr int kPeerPidfd = 77;
constexpr long kListmount = 458;

/// struct mnt_id_req of linux/mount.h.
struct MountIdRequest {
    std::uint32_t size;
    std::uint32_t spare;
    std::uint64_t mountId;
    std::uint64_t parameter;
    std::uint64_t namespaceId;
};
constexpr std::uint64_t kRootMount = ~std::uint64_t{0};

}  // namespace

int RealSystem::openPidfd(int pid) { return static_cast<int>(orErrno(::syscall(SYS_pidfd_open, pid, 0U))); }

int RealSystem::pidFromNamespace(int namespaceFd, int pid) {
    return orErrno(::ioctl(namespaceFd, kGetPidFromNamespace, static_cast<unsigned long>(pid)));
}

int RealSystem::namespaceId(int namespaceFd, std::uint64_t& out) {
    const int result = orErrno(::ioctl(namespaceFd, kGetId, &out));
    if (result != -ENOTTY) return result;
    return orErrno(::ioctl(namespaceFd, kGetMountNamespaceId, &out));
}

int RealSystem::findMountNamespace(std::uint64_t id) {
    const MountIdRequest request{sizeof request, 0, kRootMount, 0, id};
    std::uint64_t mount = 0;
    const long result = orErrno(::syscall(kListmount, &request, &mount, 1, 0));
    return result < 0 ? static_cast<int>(result) : 0;
}

int RealSystem::peerPidfd(int socket) {
    int fd = -1;
    socklen_t size = sizeof fd;
    const int result = orErrno(::getsockopt(socket, SOL_SOCKET, kPeerPidfd, &fd, &size));
    return result < 0 ? result : fd;
}

int RealSystem::peerPid(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const int result = orErrno(::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size));
    return result < 0 ? result : peer.pid;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// RealSystem: other processes, and namespaces.
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/constants.h"
#include "sys/errno_result.h"
#include "sys/real_system.h"

namespace prune {

namespace {

/// ioctl, whose request is an int to some C libraries and too small for these.
template <class Argument>
int askNamespace(int fd, unsigned long request, Argument argument) {
    return static_cast<int>(orErrno(::syscall(SYS_ioctl, fd, request, argument)));
}

}  // namespace

int RealSystem::openPidfd(int pid) { return static_cast<int>(orErrno(::syscall(SYS_pidfd_open, pid, 0U))); }

int RealSystem::pidFromNamespace(int namespaceFd, int pid) {
    return askNamespace(namespaceFd, kNsGetPidFromNamespace, static_cast<unsigned long>(pid));
}

int RealSystem::namespaceId(int namespaceFd, std::uint64_t& out) {
    const int result = askNamespace(namespaceFd, kNsGetId, &out);
    if (result != -ENOTTY) return result;
    return askNamespace(namespaceFd, kNsGetMountNamespaceId, &out);
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

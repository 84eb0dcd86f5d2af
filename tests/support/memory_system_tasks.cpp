// SPDX-License-Identifier: MIT
/// MemorySystem: other processes and namespaces, as a kernel before 6.9 shows them: a process is its
/// /proc/PID/stat, and nothing more is told than that it is there.
#include <cerrno>

#include "base/text.h"
#include "support/memory_system.h"

namespace prune {

int MemorySystem::openPidfd(int pid) {
    begin("openPidfd");
    if (!exists("/proc/" + decimal(pid) + "/stat")) return -ESRCH;
    return descriptors_.add(std::make_shared<memory::Description>(tree_, memory::Place{}, 0));
}

int MemorySystem::pidFromNamespace(int namespaceFd, int) {
    begin("pidFromNamespace");
    return descriptors_.find(namespaceFd) == nullptr ? -EBADF : -ENOTTY;
}

int MemorySystem::namespaceId(int namespaceFd, std::uint64_t&) {
    begin("namespaceId");
    return descriptors_.find(namespaceFd) == nullptr ? -EBADF : -ENOTTY;
}

int MemorySystem::findMountNamespace(std::uint64_t) {
    begin("findMountNamespace");
    return -ENOSYS;
}

int MemorySystem::peerPidfd(int socket) {
    begin("peerPidfd");
    return descriptors_.find(socket) == nullptr ? -EBADF : -ENOPROTOOPT;
}

int MemorySystem::peerPid(int socket) {
    begin("peerPid");
    return descriptors_.find(socket) == nullptr ? -EBADF : -ENOTCONN;
}

}  // namespace prune

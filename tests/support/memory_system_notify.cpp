// SPDX-License-Identifier: MIT
/// MemorySystem: the calls of inotify and fanotify.
#include <fcntl.h>
#include <sys/inotify.h>

#include <cerrno>

#include "support/memory_system.h"

namespace prune {

using memory::Description;
using memory::Place;

int MemorySystem::inotifyOpen() {
    begin("inotifyOpen");
    if (!hasInotify) return -EMFILE;
    auto description = std::make_shared<Description>(tree_, Place{}, O_RDONLY);
    description->inotify = tree_.watchers.open();
    return descriptors_.add(std::move(description));
}

int MemorySystem::inotifyAdd(int fd, const char* path, std::uint32_t mask) {
    begin("inotifyAdd");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr) return -EBADF;
    if (!description->inotify) return -EINVAL;
    const auto found = walk(AT_FDCWD, path, {});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    if ((mask & IN_ONLYDIR) != 0 && !found.place.node->isDirectory()) return -ENOTDIR;
    if (!tree_.mayAccess(*found.place.node, 4)) return -EACCES;
    return description->inotify->watch(*found.place.node, mask);
}

int MemorySystem::inotifyRemove(int fd, int watch) {
    begin("inotifyRemove");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr) return -EBADF;
    if (!description->inotify || !description->inotify->unwatch(watch)) return -EINVAL;
    return 0;
}

int MemorySystem::fanotifyOpen() {
    begin("fanotifyOpen");
    if (!hasFanotify) return -ENOSYS;
    auto description = std::make_shared<Description>(tree_, Place{}, O_RDONLY);
    description->fanotify =
        tree_.watchers.openFanotify([this](int pid) { return openMaker ? openMaker(pid) : openPidfd(pid); });
    return descriptors_.add(std::move(description));
}

int MemorySystem::fanotifyMark(int fd, int directory, std::uint64_t mask) {
    begin("fanotifyMark");
    const auto* description = descriptors_.find(fd);
    const auto* marked = descriptors_.find(directory);
    if (description == nullptr || marked == nullptr || marked->node() == nullptr) return -EBADF;
    if (!description->fanotify) return -EINVAL;
    description->fanotify->mark(*marked->node()->filesystem, mask);
    return 0;
}

}  // namespace prune

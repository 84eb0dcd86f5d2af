// SPDX-License-Identifier: MIT
#include "cgroup/delegation.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"

namespace prune {

namespace {

Result<bool> isMarked(System& system, int fd) {
    for (const char* name : {"trusted.delegate", "user.delegate"}) {
        const auto size = system.getXattr(fd, name, nullptr, 0);
        if (size >= 0) return true;
        if (size != -ENODATA && size != -EOPNOTSUPP)
            return Error{std::string("read the attribute ") + name, static_cast<int>(-size)};
    }
    return false;
}

/// Whether the open cgroup is a boundary to its parent, which `ownerAbove` owns. Sets its own owner there.
Result<bool> isBoundary(System& system, int fd, std::uint32_t& ownerAbove) {
    FileStat directory;
    FileStat tasks;
    if (const int failed = system.statFd(fd, directory); failed < 0)
        return Error{"look at a cgroup", -failed};
    const bool handedOver = directory.owner != ownerAbove;
    ownerAbove = directory.owner;
    if (handedOver) {
        if (const int failed = system.statAt(fd, "cgroup.procs", AT_SYMLINK_NOFOLLOW, tasks); failed < 0)
            return Error{"look at cgroup.procs", -failed};
        if (tasks.owner == directory.owner) return true;
    }
    return isMarked(system, fd);
}

}  // namespace

Result<bool> isInsideDelegation(System& system, int rootFd, CgroupPath path) {
    FileStat root;
    if (const int failed = system.statFd(rootFd, root); failed < 0)
        return Error{"look at a hierarchy's root", -failed};
    auto owner = root.owner;
    Fd held;
    for (auto rest = path.parentBelowRoot(); !rest.empty();) {
        const std::string name(cutField(rest, '/'));
        const int from = held.valid() ? held.get() : rootFd;
        Fd next(system, system.openAt(from, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        if (next.get() == -ENOENT || next.get() == -ENODEV) return false;
        if (!next.valid()) return Error{"open a cgroup above " + escapeForPeople(path.text()), -next.get()};
        auto boundary = isBoundary(system, next.get(), owner);
        if (!boundary.ok() || boundary.value()) return boundary;
        held = std::move(next);
    }
    return false;
}

}  // namespace prune

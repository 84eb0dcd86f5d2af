// SPDX-License-Identifier: MIT
#include "cgroup/delegation.h"

#include <fcntl.h>

#include <cerrno>
#include <span>
#include <string>

#include "base/text.h"
#include "sys/files.h"

namespace prune {

namespace {

/// Whether the open cgroup, which `owner` owns, was handed over: another owns its parent, and `owner` the
/// file of its tasks, too. Root's own in a user's tree is nobody's delegation.
Result<bool> isHandedOver(System& system, int fd, std::uint32_t owner, std::uint32_t ownerAbove) {
    if (owner == ownerAbove || owner == 0) return false;
    FileStat tasks;
    if (const int failed = system.statAt(fd, "cgroup.procs", AT_SYMLINK_NOFOLLOW, tasks); failed < 0)
        return Error{"look at cgroup.procs", -failed};
    return tasks.owner == owner;
}

/// Whether the open cgroup is a boundary to its parent.
Result<bool> isBoundary(System& system, int fd, std::uint32_t owner, std::uint32_t ownerAbove) {
    auto found = isHandedOver(system, fd, owner, ownerAbove);
    for (const char* name : {kDelegateByRoot, kDelegateByOwner})
        if (found.ok() && !found.value()) found = hasXattr(system, fd, name);
    return found;
}

}  // namespace

Result<DelegationSigns> readDelegation(System& system, const OpenCgroup& cgroup, std::uint32_t owner) {
    FileStat parent;
    if (const int failed = system.statFd(cgroup.parent.get(), parent); failed < 0)
        return Error{"look at the parent of a cgroup", -failed};
    const int fd = cgroup.directory.get();
    const auto byOwnership = isHandedOver(system, fd, owner, parent.owner);
    if (!byOwnership.ok()) return byOwnership.error();
    const auto byRoot = hasXattr(system, fd, kDelegateByRoot);
    if (!byRoot.ok()) return byRoot.error();
    const auto byOwner = hasXattr(system, fd, kDelegateByOwner);
    if (!byOwner.ok()) return byOwner.error();
    return DelegationSigns{byRoot.value(), byOwner.value(), byOwnership.value()};
}

Status handOver(System& system, const OpenCgroup& cgroup, bool unified, std::uint32_t user,
                std::uint32_t group) {
    constexpr const char* kFilesOfV1[] = {"cgroup.procs", "tasks", "."};
    constexpr const char* kFilesOfV2[] = {"cgroup.procs", "cgroup.threads", "cgroup.subtree_control", "."};
    const std::span<const char* const> files =
        unified ? std::span<const char* const>(kFilesOfV2) : std::span<const char* const>(kFilesOfV1);
    for (const char* file : files)
        if (const int failed = system.changeOwnerAt(cgroup.directory.get(), file, user, group); failed < 0)
            return Error{
                std::string("change the owner of ") + file + " in cgroup " + escapeForPeople(cgroup.name),
                -failed};
    return {};
}

Result<bool> isInsideDelegation(System& system, int rootFd, CgroupPath path) {
    FileStat root;
    if (const int failed = system.statFd(rootFd, root); failed < 0)
        return Error{"look at a hierarchy's root", -failed};
    auto ownerAbove = root.owner;
    Fd held;
    for (auto rest = path.parentBelowRoot(); !rest.empty();) {
        const std::string name(cutField(rest, '/'));
        const int from = held.valid() ? held.get() : rootFd;
        Fd next(system, system.openAt(from, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
        if (next.get() == -ENOENT || next.get() == -ENODEV) return false;
        if (!next.valid()) return Error{"open a cgroup above " + escapeForPeople(path.text()), -next.get()};
        FileStat stat;
        if (const int failed = system.statFd(next.get(), stat); failed < 0)
            return Error{"look at a cgroup", -failed};
        auto boundary = isBoundary(system, next.get(), stat.owner, ownerAbove);
        if (!boundary.ok() || boundary.value()) return boundary;
        ownerAbove = stat.owner;
        held = std::move(next);
    }
    return false;
}

}  // namespace prune

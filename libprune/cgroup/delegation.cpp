// SPDX-License-Identifier: MIT
#include "cgroup/delegation.h"

#include <fcntl.h>

#include <cerrno>
#include <span>
#include <string>

#include "base/text.h"

namespace prune {

namespace {

Result<bool> hasAttribute(System& system, int fd, const char* name) {
    const auto size = system.getXattr(fd, name, nullptr, 0);
    if (size >= 0) return true;
    if (size != -ENODATA && size != -EOPNOTSUPP)
        return Error{std::string("read the attribute ") + name, static_cast<int>(-size)};
    return false;
}

/// Whether the open cgroup was handed over: it has another owner than its parent, and its tasks' file too.
/// Sets its own owner in `ownerAbove`.
Result<bool> isHandedOver(System& system, int fd, std::uint32_t& ownerAbove) {
    FileStat directory;
    FileStat tasks;
    if (const int failed = system.statFd(fd, directory); failed < 0)
        return Error{"look at a cgroup", -failed};
    const bool differs = directory.owner != ownerAbove;
    ownerAbove = directory.owner;
    if (!differs || directory.owner == 0) return false;  // root's own in a user's tree is nobody's delegation
    if (const int failed = system.statAt(fd, "cgroup.procs", AT_SYMLINK_NOFOLLOW, tasks); failed < 0)
        return Error{"look at cgroup.procs", -failed};
    return tasks.owner == directory.owner;
}

/// Whether the open cgroup is a boundary to its parent, which `ownerAbove` owns. Sets its own owner there.
Result<bool> isBoundary(System& system, int fd, std::uint32_t& ownerAbove) {
    auto found = isHandedOver(system, fd, ownerAbove);
    for (const char* name : {kDelegateByRoot, kDelegateByOwner})
        if (found.ok() && !found.value()) found = hasAttribute(system, fd, name);
    return found;
}

}  // namespace

Result<DelegationSigns> readDelegation(System& system, const OpenCgroup& cgroup) {
    FileStat parent;
    if (const int failed = system.statFd(cgroup.parent.get(), parent); failed < 0)
        return Error{"look at the parent of a cgroup", -failed};
    auto owner = parent.owner;
    const int fd = cgroup.directory.get();
    const auto byOwnership = isHandedOver(system, fd, owner);
    if (!byOwnership.ok()) return byOwnership.error();
    const auto byRoot = hasAttribute(system, fd, kDelegateByRoot);
    if (!byRoot.ok()) return byRoot.error();
    const auto byOwner = hasAttribute(system, fd, kDelegateByOwner);
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

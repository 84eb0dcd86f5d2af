// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <linux/magic.h>

#include "base/text.h"
#include "cgroup/fd_path.h"
#include "cgroup/hierarchy.h"
#include "cgroup/mount_list.h"

namespace prune {

namespace {

/// `mount`'s root with the part of `path` below its mount point behind it.
std::string pathInHierarchy(const CgroupMount& mount, std::string_view mountPoint, std::string_view path) {
    std::string inside = mount.root == "/" ? std::string() : unescapeMount(mount.root);
    inside += mountPoint == "/" ? path : path.substr(mountPoint.size());
    return inside.empty() ? "/" : inside;
}

Result<bool> isOfCgroups(System& system, int fd, const char* directory) {
    std::uint64_t type = 0;
    if (const int failed = system.filesystemType(fd, type); failed < 0)
        return Error{"look at the file system of " + escapeForPeople(directory), -failed};
    return type == CGROUP_SUPER_MAGIC || type == CGROUP2_SUPER_MAGIC;
}

/// What is mounted on a cgroup hides it, and keeps it from being removed.
bool liesOnCgroup(System& system, int fd, const char* directory) {
    const Fd above(system, system.openAt(fd, "..", O_PATH | O_DIRECTORY));
    if (!above.valid()) return false;
    const auto ofCgroups = isOfCgroups(system, above.get(), directory);
    return ofCgroups.ok() && ofCgroups.value();
}

}  // namespace

Result<PlacedDirectory> placeDirectory(System& system, const char* directory) {
    Fd fd(system, system.openAt(AT_FDCWD, directory, O_PATH | O_DIRECTORY));
    if (!fd.valid()) return Error{"open directory " + escapeForPeople(directory), -fd.get()};
    const Error notCgroup{escapeForPeople(directory) +
                              " is not below a cgroup mount; name a directory below one, or "
                              "use --hierarchy with a cgroup path",
                          0};
    const auto ofCgroups = isOfCgroups(system, fd.get(), directory);
    if (!ofCgroups.ok()) return ofCgroups.error();
    if (!ofCgroups.value() && liesOnCgroup(system, fd.get(), directory))
        return Error{
            "something is mounted on the cgroup " + escapeForPeople(directory) + "; unmount that first", 0};
    if (!ofCgroups.value()) return notCgroup;
    FileStat stat;
    if (const int failed = system.statFd(fd.get(), stat); failed < 0)
        return Error{"look at " + escapeForPeople(directory), -failed};
    const auto path = pathOfFd(system, fd.get());
    if (!path.ok()) return path.error();

    std::optional<PlacedDirectory> best;
    const auto status = forEachCgroupMount(system, [&](const CgroupMount& mount) {
        if (mount.device != stat.device) return;  // covered by another mount
        const auto mountPoint = unescapeMount(mount.mountPoint);
        if (!isAtOrBelow(path.value(), mountPoint)) return;
        if (best && best->hierarchy.mountPoint.size() > mountPoint.size()) return;
        best =
            PlacedDirectory{{hierarchyName(mount), mountPoint, mount.unified, mount.readOnly, mount.device},
                            pathInHierarchy(mount, mountPoint, path.value()),
                            mount.root == "/"};
    });
    if (!status.ok()) return status.error();
    if (!best) return notCgroup;
    return std::move(*best);
}

}  // namespace prune

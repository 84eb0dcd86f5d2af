// SPDX-License-Identifier: MIT
#include "cgroup/locate.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cgroup/fd_path.h"
#include "cgroup/state.h"
#include "sys/constants.h"

namespace prune {

namespace {

using Located = std::optional<LocatedCgroup>;

/// A cgroup's handle is its id: type 0xfe, 8 bytes (kernel.md "Identity": opens on v1 and v2, 6.1 to 6.18).
FileHandle handleOfId(std::uint64_t id) {
    FileHandle handle;
    handle.type = kKernfsHandleType;
    handle.size = kKernfsHandleSize;
    std::memcpy(handle.bytes, &id, sizeof id);
    return handle;
}

/// No capability, no support, or a filter of system calls: the last known path is the best there is.
bool givesNoHandles(int failed) { return failed == -EPERM || failed == -EOPNOTSUPP || failed == -ENOSYS; }

/// The cgroup at `path`, if it has this id.
Result<Located> atPath(System& system, int rootFd, std::string_view path, std::uint64_t id) {
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return Located();
    auto opened = openCgroup(system, rootFd, parsed.value());
    if (!opened.ok()) return opened.takeError();
    if (!opened.value()) return Located();
    const auto found = cgroupId(system, opened.value()->directory.get());
    if (!found.ok()) return found.error();
    if (found.value() != id) return Located();
    return Located(LocatedCgroup{std::move(*opened.value()), std::string(path)});
}

/// What is left of a cgroup with something mounted on it: its parent by path, itself by handle.
Result<Located> belowMount(System& system, int rootFd, const std::string& path, Fd directory) {
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return parsed.error();
    auto parent = openParentOf(system, rootFd, parsed.value());
    if (!parent.ok()) return parent.takeError();
    OpenCgroup cgroup{std::move(parent.value()), std::move(directory), std::string(parsed.value().name())};
    return Located(LocatedCgroup{std::move(cgroup), path});
}

Result<Located> byHandle(System& system, const OpenHierarchy& hierarchy, std::uint64_t id, Fd directory) {
    const auto path = pathInHierarchy(system, hierarchy, directory.get());
    int code = path.ok() ? EAGAIN : path.error().code;  // EAGAIN: it was renamed meanwhile
    if (path.ok()) {
        auto found = atPath(system, hierarchy.root.get(), path.value(), id);
        if (found.ok() && found.value()) return found;
        if (!found.ok() && found.error().code == EXDEV)
            return belowMount(system, hierarchy.root.get(), path.value(), std::move(directory));
        if (!found.ok()) code = found.error().code;
    }
    if (hasDied(system, directory.get())) return Located();
    return Error{"find the path of cgroup id " + decimalUnsigned(id) + " in " + hierarchy.about.name, code};
}

}  // namespace

Result<Located> locateCgroup(System& system, const OpenHierarchy& hierarchy, std::uint64_t id,
                             std::string_view lastPath) {
    Fd directory(system, system.openHandle(hierarchy.root.get(), handleOfId(id), O_RDONLY | O_DIRECTORY));
    if (directory.valid()) return byHandle(system, hierarchy, id, std::move(directory));
    if (directory.get() == -ESTALE) return Located();
    if (givesNoHandles(directory.get())) return atPath(system, hierarchy.root.get(), lastPath, id);
    return Error{"open cgroup id " + decimalUnsigned(id) + " in " + hierarchy.about.name, -directory.get()};
}

bool isGone(System& system, const OpenHierarchy& hierarchy, std::uint64_t id) {
    const Fd directory(system,
                       system.openHandle(hierarchy.root.get(), handleOfId(id), O_RDONLY | O_DIRECTORY));
    return directory.get() == -ESTALE;
}

}  // namespace prune

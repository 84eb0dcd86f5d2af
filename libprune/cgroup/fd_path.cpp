// SPDX-License-Identifier: MIT
#include "cgroup/fd_path.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "cgroup/path.h"
#include "sys/directory.h"

namespace prune {

namespace {

/// The name under which the directory `inode` stands in `parentFd`.
Result<std::string> nameInParent(System& system, int parentFd, std::uint64_t inode) {
    DirectoryReader reader(system, parentFd);
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return Error{"look for a cgroup in its parent", ENOENT};
        if (entry.inode == inode) return std::string(entry.name);
    }
}

/// Climbs by ".." to the root: for paths that are longer than a link can show.
Result<std::string> climb(System& system, int rootFd, int directoryFd) {
    FileStat root;
    FileStat here;
    if (const int failed = system.statFd(rootFd, root); failed < 0) return Error{"look at the root", -failed};
    if (const int failed = system.statFd(directoryFd, here); failed < 0)
        return Error{"look at a cgroup", -failed};
    std::string path;
    Fd held;
    while (here.inode != root.inode && path.size() <= CgroupPath::kMaxBytes) {
        const int from = held.valid() ? held.get() : directoryFd;
        Fd parent(system, system.openAt(from, "..", O_RDONLY | O_DIRECTORY));
        if (!parent.valid()) return Error{"open a cgroup's parent", -parent.get()};
        const auto name = nameInParent(system, parent.get(), here.inode);
        if (!name.ok()) return name.error();
        path.insert(0, "/" + name.value());
        if (const int failed = system.statFd(parent.get(), here); failed < 0)
            return Error{"look at a cgroup's parent", -failed};
        held = std::move(parent);
    }
    return path.empty() ? "/" : path;
}

}  // namespace

Result<std::string> pathOfFd(System& system, int fd) {
    const std::string link = "/proc/self/fd/" + decimal(fd);
    std::string target(4096, '\0');
    const auto length = system.readLinkAt(AT_FDCWD, link.c_str(), target.data(), target.size());
    if (length < 0) return Error{"read the link " + link, static_cast<int>(-length)};
    if (static_cast<std::size_t>(length) == target.size())  // it may go on
        return Error{"read the link " + link, ENAMETOOLONG};
    target.resize(static_cast<std::size_t>(length));
    return target;
}

Result<std::string> pathInHierarchy(System& system, const OpenHierarchy& hierarchy, int directoryFd) {
    const auto absolute = pathOfFd(system, directoryFd);
    const auto& top = hierarchy.about.mountPoint;
    if (!absolute.ok() || !isAtOrBelow(absolute.value(), top))
        return climb(system, hierarchy.root.get(), directoryFd);
    auto inside = absolute.value().substr(top == "/" ? 0 : top.size());
    return inside.empty() ? "/" : inside;
}

}  // namespace prune

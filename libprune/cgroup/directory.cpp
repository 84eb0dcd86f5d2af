// SPDX-License-Identifier: MIT
#include "cgroup/directory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "sys/directory.h"

namespace prune {

namespace {

constexpr int kThrough = O_PATH | O_DIRECTORY;
constexpr int kHold = O_RDONLY | O_DIRECTORY;

/// Opens one component without following a link or crossing into another file system.
int openComponent(System& system, int directory, const std::string& name, int flags) {
    const int opened = system.openBeneath(directory, name.c_str(), flags);
    if (opened != -ENOSYS) return opened;
    FileStat above;
    FileStat here;
    if (const int failed = system.statFd(directory, above); failed < 0) return failed;
    Fd fd(system, system.openAt(directory, name.c_str(), flags | O_NOFOLLOW));
    if (!fd.valid()) return fd.get();
    if (const int failed = system.statFd(fd.get(), here); failed < 0) return failed;
    return here.device == above.device ? fd.release() : -EXDEV;
}

/// openat2 in steps: for kernels without it, and for paths longer than PATH_MAX.
int walk(System& system, int directory, std::string_view path, int flags) {
    Fd held;
    while (true) {
        const std::string name(cutField(path, '/'));
        const bool last = path.empty();
        const int from = held.valid() ? held.get() : directory;
        Fd next(system, openComponent(system, from, name, last ? flags : kThrough));
        if (!next.valid() || last) return next.valid() ? next.release() : next.get();
        held = std::move(next);
    }
}

int openBelow(System& system, int directory, std::string_view path, int flags) {
    const std::string text(path);
    int opened = 0;
    do opened = system.openBeneath(directory, text.c_str(), flags);
    while (opened == -EAGAIN || opened == -EINTR);  // EAGAIN: a rename ran beside it (openat2(2))
    if (opened != -ENOSYS && opened != -ENAMETOOLONG) return opened;
    return walk(system, directory, path, flags);
}

/// 0 if the cgroup lives, else why its files cannot be opened.
int probe(System& system, int directoryFd) {
    const Fd file(system, system.openAt(directoryFd, "cgroup.procs", O_PATH));
    return std::min(file.get(), 0);
}

/// 0 if the name still leads to the cgroup with this id, else what rmdir would say of ours: without this look
/// it would take another that somebody put in its place since ours was opened.
int lookAtName(System& system, const OpenCgroup& cgroup, std::uint64_t id) {
    FileStat named;
    const int failed = system.statAt(cgroup.parent.get(), cgroup.name.c_str(), AT_SYMLINK_NOFOLLOW, named);
    if (failed < 0) return failed;
    if (named.inode == id) return 0;
    FileStat ours;
    const bool isCovered = system.statFd(cgroup.directory.get(), ours) == 0 && ours.device != named.device;
    return isCovered ? -EBUSY : -ENOENT;  // what is mounted on it has a number of its own
}

Removal notRemoved(int failed) {
    if (failed == -ENOENT || failed == -ENODEV) return {Removal::Outcome::gone, -failed, false};
    if (failed == -EBUSY) return {Removal::Outcome::busy, EBUSY, false};
    return {Removal::Outcome::failed, -failed, false};
}

Error cannotOpen(CgroupPath path, int code) { return {"open cgroup " + escapeForPeople(path.text()), code}; }

int openParent(System& system, int rootFd, CgroupPath path) {
    const auto parent = path.parentBelowRoot();
    return parent.empty() ? system.openAt(rootFd, ".", kThrough)
                          : openBelow(system, rootFd, parent, kThrough);
}

}  // namespace

Result<std::optional<OpenCgroup>> openCgroup(System& system, int rootFd, CgroupPath path) {
    OpenCgroup cgroup;
    cgroup.parent = Fd(system, openParent(system, rootFd, path));
    if (cgroup.parent.valid())
        cgroup.directory = Fd(system, openBelow(system, cgroup.parent.get(), path.name(), kHold));
    const int failed = cgroup.parent.valid() ? cgroup.directory.get() : cgroup.parent.get();
    if (failed == -ENOENT || failed == -ENODEV) return std::optional<OpenCgroup>();
    if (failed < 0) return cannotOpen(path, -failed);
    cgroup.name = path.name();
    return std::optional<OpenCgroup>(std::move(cgroup));
}

Result<OpenCgroup> openAgain(System& system, const OpenCgroup& cgroup) {
    OpenCgroup again;
    again.name = cgroup.name;
    again.parent = Fd(system, system.openAt(cgroup.parent.get(), ".", O_PATH | O_DIRECTORY));
    again.directory = Fd(system, system.openAt(cgroup.directory.get(), ".", O_RDONLY | O_DIRECTORY));
    for (const auto* fd : {&again.parent, &again.directory})
        if (!fd->valid()) return Error{"open cgroup " + escapeForPeople(cgroup.name), -fd->get()};
    return again;
}

Result<Fd> openParentOf(System& system, int rootFd, CgroupPath path) {
    Fd parent(system, openParent(system, rootFd, path));
    if (!parent.valid()) return cannotOpen(path, -parent.get());
    return parent;
}

Result<std::optional<std::uint64_t>> idBelowMount(System& system, int rootFd, CgroupPath path) {
    Fd parent(system, openParent(system, rootFd, path));
    if (parent.get() == -ENOENT) return std::optional<std::uint64_t>();
    if (!parent.valid()) return cannotOpen(path, -parent.get());
    Fd listing(system, system.openAt(parent.get(), ".", kHold));
    if (!listing.valid()) return cannotOpen(path, -listing.get());
    DirectoryReader reader(system, listing.get());
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return std::optional<std::uint64_t>();
        if (entry.name == path.name()) return std::optional<std::uint64_t>(entry.inode);
    }
}

Result<bool> tryLock(System& system, const OpenCgroup& cgroup) {
    const int locked = system.lockFd(cgroup.directory.get(), LOCK_EX | LOCK_NB);
    if (locked == -EWOULDBLOCK) return false;
    if (locked < 0) return Error{"lock cgroup " + escapeForPeople(cgroup.name), -locked};
    return true;
}

bool hasDied(System& system, int directoryFd) {
    const int failed = probe(system, directoryFd);
    return failed == -ENOENT || failed == -ENODEV;
}

bool mayLiveOn(System& system, const OpenCgroup& cgroup, const Removal& removal) {
    if (removal.removedAnother) return true;
    return removal.outcome == Removal::Outcome::gone && !hasDied(system, cgroup.directory.get());
}

Removal removeCgroup(System& system, const OpenCgroup& cgroup, std::uint64_t id) {
    if (const int problem = lookAtName(system, cgroup, id); problem < 0) return notRemoved(problem);
    const int failed = system.unlinkAt(cgroup.parent.get(), cgroup.name.c_str(), AT_REMOVEDIR);
    if (failed < 0) return notRemoved(failed);
    const bool another = probe(system, cgroup.directory.get()) == 0;
    return {Removal::Outcome::removed, 0, another};
}

}  // namespace prune

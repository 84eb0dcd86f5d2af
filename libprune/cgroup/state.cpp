// SPDX-License-Identifier: MIT
#include "cgroup/state.h"

#include <fcntl.h>

#include <cerrno>
#include <string_view>

#include "base/text.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

bool meansGone(int code) { return code == ENODEV || code == ENOENT; }

/// Whether v2's cgroup.events holds the line "populated 0".
bool eventsSayEmpty(std::string_view events) {
    while (!events.empty())
        if (cutField(events, '\n') == "populated 0") return true;
    return false;
}

Status readPopulated(System& system, int fd, bool unified, CgroupState& state) {
    char buffer[256];
    if (unified) {
        const auto events = readSmall(system, fd, "cgroup.events", buffer);
        if (!events.ok()) return events.error();
        state.populated = !eventsSayEmpty(events.value());
        return {};
    }
    const Fd tasks(system, system.openAt(fd, "cgroup.procs", O_RDONLY));
    if (!tasks.valid()) return Error{"open cgroup.procs", -tasks.get()};
    ssize_t got = 0;
    do got = system.readFd(tasks.get(), buffer, 1);
    while (got == -EINTR);
    if (got < 0) return Error{"read cgroup.procs", static_cast<int>(-got)};
    state.populated = got > 0;
    return {};
}

Status readFlag(System& system, int fd, CgroupState& state) {
    char buffer[16];
    const auto flag = readSmall(system, fd, "notify_on_release", buffer);
    if (!flag.ok()) return flag.error();
    state.notifyOnRelease = !flag.value().starts_with('0');
    return {};
}

Status readMarks(System& system, int fd, CgroupState& state) {
    const auto root = hasXattr(system, fd, kKeepByRoot);
    if (!root.ok()) return root.error();
    const auto owner = hasXattr(system, fd, kKeepByOwner);
    if (!owner.ok()) return owner.error();
    state.keptByRoot = root.value();
    state.keptByOwner = owner.value();
    return {};
}

Status readInto(System& system, int fd, bool unified, CgroupState& state) {
    FileStat stat;
    if (const int failed = system.statFd(fd, stat); failed < 0) return Error{"look at a cgroup", -failed};
    state.id = stat.inode;
    state.owner = stat.owner;
    state.hasChildren = stat.links > kLinksWithoutChild;
    if (auto status = readPopulated(system, fd, unified, state); !status.ok()) return status;
    if (!unified)
        if (auto status = readFlag(system, fd, state); !status.ok()) return status;
    return readMarks(system, fd, state);
}

}  // namespace

Result<std::optional<CgroupState>> readState(System& system, int directoryFd, bool unified) {
    CgroupState state;
    auto status = readInto(system, directoryFd, unified, state);
    if (status.ok()) return std::optional<CgroupState>(state);
    if (meansGone(status.error().code)) return std::optional<CgroupState>();
    return status.takeError();
}

Result<std::uint64_t> cgroupId(System& system, int directoryFd) {
    FileStat stat;
    if (const int failed = system.statFd(directoryFd, stat); failed < 0)
        return Error{"look at a cgroup", -failed};
    return stat.inode;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// The rungs for a task.
#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "creator/life.h"
#include "creator/own_view.h"
#include "creator/proc_stat.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

Life goneIf(bool seesAll) { return seesAll ? Life::gone : Life::unknown; }

/// A pidfd is readable when its process has ended, reaped or not.
Life lifeByPidfd(System& system, int pidfd) {
    const int ended = system.waitReadable(pidfd, 0);
    if (ended < 0) return Life::unknown;
    return ended > 0 ? Life::gone : Life::alive;
}

/// What openPidfd says of a number that no process has: a thread may have it.
bool isNoProcess(int failed) { return failed == -ESRCH || failed == -EINVAL || failed == -ENOENT; }

Fd openByHandle(System& system, const FileHandle& handle) {
    Fd opened(system, system.openHandle(kPidfsRoot, handle, O_RDONLY));
    if (opened.get() != -EBADF) return opened;
    const Fd own(system, system.openPidfd(system.processId()));  // 6.14 to 6.16 know no kPidfsRoot
    return {system, system.openHandle(own.get(), handle, O_RDONLY)};
}

/// /proc shows no such process: it may be hidden from us (hidepid).
Life lifeWithoutStat(System& system, const Task& task) {
    const Fd pidfd(system, system.openPidfd(task.pid));
    if (pidfd.get() == -ENOSYS) return goneIf(seesAllNamespaces(system));  // only the host's root sees all
    return goneIf(isNoProcess(pidfd.get()) && seesAllProcesses(system));
}

}  // namespace

std::optional<Life> lifeByPidfdHandle(System& system, const Task& task) {
    if (!task.pidfdHandle) return std::nullopt;
    const auto opened = openByHandle(system, *task.pidfdHandle);
    if (opened.valid()) return lifeByPidfd(system, opened.get());
    if (opened.get() != -ESTALE) return std::nullopt;
    return goneIf(seesAllProcesses(system));
}

std::optional<Life> lifeByPidfdInode(System& system, const Task& task) {
    if (task.pidfdInode == 0) return std::nullopt;
    const Fd pidfd(system, system.openPidfd(task.pid));
    if (isNoProcess(pidfd.get())) return goneIf(seesAllProcesses(system));
    FileStat stat;
    if (!pidfd.valid() || system.statFd(pidfd.get(), stat) < 0) return std::nullopt;
    if (stat.inode != task.pidfdInode) return goneIf(seesAllProcesses(system));
    return lifeByPidfd(system, pidfd.get());
}

Life lifeByStartTime(System& system, const Task& task) {
    char buffer[4096];
    const auto path = "/proc/" + decimal(task.pid) + "/stat";
    const auto text = readSmall(system, AT_FDCWD, path.c_str(), buffer);
    if (!text.ok() && (text.error().code == ENOENT || text.error().code == ESRCH))
        return lifeWithoutStat(system, task);
    const auto stat = text.ok() ? parseProcStat(text.value()) : std::nullopt;
    if (!stat) return Life::unknown;
    if (stat->startTicks != task.startTicks)
        return goneIf(seesAllProcesses(system) && seesStartTimes(system));
    return stat->hasEnded() ? goneIf(seesAllProcesses(system)) : Life::alive;
}

}  // namespace prune

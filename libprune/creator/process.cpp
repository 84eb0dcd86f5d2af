// SPDX-License-Identifier: MIT
#include "creator/process.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "creator/status_field.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

Error processError(int pid, const char* doing, int code) {
    return {std::string(doing) + " process " + decimal(pid), code};
}

Result<ProcStat> readStat(System& system, int folder, int pid) {
    char buffer[4096];
    const auto text = readSmall(system, folder, "stat", buffer);
    if (!text.ok())
        return processError(pid, "look at", text.error().code == ENOENT ? ESRCH : text.error().code);
    auto stat = parseProcStat(text.value());
    if (!stat) return processError(pid, "understand /proc's stat of", EBADMSG);
    return std::move(*stat);
}

/// For kernels without pidfds, which say it themselves.
bool isOnlyThread(System& system, int folder, int pid) {
    const auto text = readWhole(system, folder, "status", kMaxStatusBytes);
    return text.ok() && statusField(text.value(), "Tgid") != decimal(pid);
}

std::string namespaceLink(NamespaceType type) { return std::string("ns/") + word(type); }

}  // namespace

Result<Process> Process::open(System& system, int pid, Zombie zombie) {
    Process process(system, pid);
    const auto path = "/proc/" + decimal(pid);
    process.folder_ = Fd(system, system.openAt(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY));
    if (!process.folder_.valid()) {
        const int code = -process.folder_.get();
        return processError(pid, "find", code == ENOENT ? ESRCH : code);
    }
    process.pidfd_ = Fd(system, system.openPidfd(pid));
    const int failed = process.pidfd_.valid() ? 0 : process.pidfd_.get();
    // The folder was there: the number is a thread's.
    if (failed == -ENOENT) return processError(pid, "open", EINVAL);
    if (failed < 0 && failed != -ENOSYS) return processError(pid, "open", -failed);
    if (failed == -ENOSYS && isOnlyThread(system, process.folder_.get(), pid))
        return processError(pid, "open", EINVAL);
    // The folder answers still, so its process had the number when the pidfd was opened.
    auto stat = readStat(system, process.folder_.get(), pid);
    if (!stat.ok()) return stat.takeError();
    process.stat_ = std::move(stat.value());
    if (process.stat_.hasEnded() && zombie == Zombie::isGone) return processError(pid, "find living", ESRCH);
    return process;
}

Result<std::uint64_t> Process::namespaceInode(NamespaceType type) const {
    FileStat stat;
    const int failed = system_->statAt(folder_.get(), namespaceLink(type).c_str(), 0, stat);
    if (failed < 0) return processError(pid_, "look at the namespaces of", -failed);
    return stat.inode;
}

Result<Fd> Process::openNamespace(NamespaceType type) const {
    Fd opened(*system_, system_->openAt(folder_.get(), namespaceLink(type).c_str(), O_RDONLY));
    if (!opened.valid()) return processError(pid_, "open a namespace of", -opened.get());
    return opened;
}

Task Process::identity() const {
    Task task{pid_, stat_.startTicks, 0, std::nullopt};
    if (!pidfd_.valid()) return task;
    std::uint64_t type = 0;
    FileStat stat;
    FileHandle handle;
    // Before 6.9 all pidfds are one inode.
    if (system_->filesystemType(pidfd_.get(), type) == 0 && type == kPidfsMagic &&
        system_->statFd(pidfd_.get(), stat) == 0)
        task.pidfdInode = stat.inode;
    if (system_->handleOf(pidfd_.get(), handle) == 0 && handle.type == kPidfsHandleType &&
        handle.size == kPidfsHandleSize && task.pidfdInode != 0)
        task.pidfdHandle = handle;
    return task;
}

Error endedMeanwhile(int pid) { return {"process " + decimal(pid) + " ended while it was looked at", ESRCH}; }

Status Process::stillLives() const {
    const auto ended = endedMeanwhile(pid_);
    if (pidfd_.valid() && system_->waitReadable(pidfd_.get(), 0) > 0) return ended;
    const auto now = readStat(*system_, folder_.get(), pid_);
    if (!now.ok()) return now.error().code == ESRCH ? ended : now.error();
    if (now.value().startTicks != stat_.startTicks || now.value().hasEnded()) return ended;
    return {};
}

}  // namespace prune

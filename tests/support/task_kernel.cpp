// SPDX-License-Identifier: MIT
// TaskKernel: what the system calls say of processes and namespaces.
#include "support/task_kernel.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "sys/constants.h"

namespace prune {

namespace {

constexpr unsigned kCapSysAdmin = 21;
constexpr std::uint64_t kAnonymousInodeMagic = 0x09041934;

template <class... Numbers>
FileHandle makeHandle(std::int32_t type, Numbers... numbers) {
    FileHandle handle;
    handle.type = type;
    ((std::memcpy(handle.bytes + handle.size, &numbers, sizeof numbers),
      handle.size += static_cast<std::uint32_t>(sizeof numbers)),
     ...);
    return handle;
}

FileHandle handleOfSpace(const TaskKernel::Space& space) {
    return makeHandle(kNsfsHandleType, space.id, static_cast<std::uint32_t>(space.type),
                      static_cast<std::uint32_t>(space.inode));
}

}  // namespace

void TaskKernel::closeFd(int fd) {
    opened_.erase(fd);
    memory_.closeFd(fd);
}

int TaskKernel::openAt(int directory, const char* path, int flags, unsigned mode) {
    const auto found = find(directory, path);
    if (!found) return memory_.openAt(directory, path, flags, mode);
    if (!found->proc) return -ENOENT;
    if (found->file.empty()) return add({Kind::folder, found->proc, {}, {}, {}});
    if (!found->file.starts_with("ns/")) return add({Kind::text, found->proc, {}, found->file, {}});
    SpacePtr space;
    const int problem = spaceOf(*found, space);
    return problem < 0 ? problem : add({Kind::space, {}, space, {}, {}});
}

ssize_t TaskKernel::readFd(int fd, char* buffer, std::size_t size) {
    auto* file = opened(fd, Kind::text);
    if (file == nullptr) return memory_.readFd(fd, buffer, size);
    if (file->offset == 0)
        if (const int problem = textOf(*file, file->text); problem < 0) return problem;
    const auto count = file->text.copy(buffer, size, file->offset);
    file->offset += count;
    return static_cast<ssize_t>(count);
}

int TaskKernel::statFd(int fd, FileStat& out) {
    if (const auto* pidfd = opened(fd, Kind::pidfd)) {
        out.inode = pidfd->proc->pidfdInode;
        return 0;
    }
    const auto* space = opened(fd, Kind::space);
    if (space == nullptr) return memory_.statFd(fd, out);
    out.inode = space->space->inode;
    return 0;
}

int TaskKernel::statAt(int directory, const char* path, int flags, FileStat& out) {
    const auto found = find(directory, path);
    if (!found || !found->file.starts_with("ns/")) return memory_.statAt(directory, path, flags, out);
    SpacePtr space;
    const int problem = spaceOf(*found, space);
    if (problem == 0) out.inode = space->inode;
    return problem;
}

int TaskKernel::filesystemType(int fd, std::uint64_t& out) {
    if (opened(fd, Kind::pidfd) == nullptr) return memory_.filesystemType(fd, out);
    out = isAtLeast(KernelAge::v6_9) ? kPidfsMagic : kAnonymousInodeMagic;
    return 0;
}

int TaskKernel::handleOf(int fd, FileHandle& out) {
    if (const auto* pidfd = opened(fd, Kind::pidfd)) {
        if (!isAtLeast(KernelAge::v6_14)) return -EOPNOTSUPP;
        out = makeHandle(kPidfsHandleType, pidfd->proc->pidfdInode);
        return 0;
    }
    const auto* space = opened(fd, Kind::space);
    if (space == nullptr) return memory_.handleOf(fd, out);
    if (!isAtLeast(KernelAge::v6_18)) return -EOPNOTSUPP;
    out = handleOfSpace(*space->space);
    return 0;
}

int TaskKernel::openHandle(int mountFd, const FileHandle& handle, int flags) {
    const bool roots = isAtLeast(KernelAge::v6_18);
    if (mountFd == kNsfsRoot && roots) {
        if (!seesAllSpaces()) return -ESTALE;
        for (const auto& one : spaces_)
            if (auto space = one.lock(); space && handleOfSpace(*space) == handle)
                return add({Kind::space, {}, space, {}, {}});
        return -ESTALE;
    }
    const bool anyPidfd = opened(mountFd, Kind::pidfd) != nullptr && isAtLeast(KernelAge::v6_14);
    if (!anyPidfd && (mountFd != kPidfsRoot || !roots)) return memory_.openHandle(mountFd, handle, flags);
    for (const auto& proc : procs_)
        if (numberHere(*proc) != 0 && makeHandle(kPidfsHandleType, proc->pidfdInode) == handle)
            return openPidfdOf(proc);
    return -ESTALE;
}

int TaskKernel::waitReadable(int fd, int timeoutMs) {
    const auto* pidfd = opened(fd, Kind::pidfd);
    if (pidfd == nullptr) return memory_.waitReadable(fd, timeoutMs);
    return pidfd->proc->zombie || pidfd->proc->reaped ? 1 : 0;
}

int TaskKernel::openPidfd(int pid) {
    if (!isAtLeast(KernelAge::v6_1)) return -ENOSYS;
    const auto proc = byNumber(pid);
    if (!proc) return -ESRCH;
    if (proc->isThread) return isAtLeast(KernelAge::v6_18) ? -ENOENT : -EINVAL;
    return openPidfdOf(proc);
}

int TaskKernel::pidFromNamespace(int namespaceFd, int pid) {
    const auto* held = opened(namespaceFd, Kind::space);
    if (held == nullptr) return -EBADF;
    if (!isAtLeast(KernelAge::v6_12)) return -ENOTTY;
    if (held->space->type != NamespaceType::pid) return -EINVAL;
    for (const auto& proc : procs_)
        if (numberHere(*proc) != 0 && proc->space(NamespaceType::pid) == held->space &&
            proc->numberInside == pid)
            return numberHere(*proc);
    return -ESRCH;
}

int TaskKernel::namespaceId(int namespaceFd, std::uint64_t& out) {
    const auto* held = opened(namespaceFd, Kind::space);
    if (held == nullptr) return -EBADF;
    const bool ofMounts = held->space->type == NamespaceType::mnt && isAtLeast(KernelAge::v6_12);
    if (!ofMounts && !isAtLeast(KernelAge::v6_18)) return -ENOTTY;
    out = held->space->id;
    return 0;
}

int TaskKernel::findMountNamespace(std::uint64_t id) {
    if (!isAtLeast(KernelAge::v6_9)) return -ENOSYS;
    if (!isAtLeast(KernelAge::v6_12)) return -E2BIG;
    if (id == 0) return 0;  // our own
    const auto isIt = [id](const std::weak_ptr<Space>& one) {
        const auto space = one.lock();
        return space && space->type == NamespaceType::mnt && space->id == id;
    };
    return seesAllSpaces() && std::any_of(spaces_.begin(), spaces_.end(), isIt) ? 0 : -ENOENT;
}

int TaskKernel::peerPidfd(int socket) {
    const auto* connection = opened(socket, Kind::socket);
    if (connection == nullptr) return -ENOTSOCK;
    if (!isAtLeast(KernelAge::v6_9)) return -ENOPROTOOPT;
    if (connection->proc->reaped && !isAtLeast(KernelAge::v6_18)) return -ESRCH;
    return openPidfdOf(connection->proc);
}

int TaskKernel::peerPid(int socket) {
    const auto* connection = opened(socket, Kind::socket);
    return connection == nullptr ? -ENOTSOCK : connection->proc->pid;
}

bool TaskKernel::inInitial(NamespaceType type) const {
    return self_->space(type) == initial_[static_cast<std::size_t>(type)];
}

bool TaskKernel::seesAllSpaces() const {
    return inInitial(NamespaceType::pid) && inInitial(NamespaceType::user) &&
           (self_->capabilities >> kCapSysAdmin & 1) != 0;
}

int TaskKernel::numberHere(const Proc& proc) const {
    if (proc.reaped) return 0;
    if (inInitial(NamespaceType::pid)) return proc.pid;
    const auto pidSpace = static_cast<std::size_t>(NamespaceType::pid);
    return proc.spaces[pidSpace] == self_->spaces[pidSpace] ? proc.numberInside : 0;
}

TaskKernel::ProcPtr TaskKernel::byNumber(int pid) const {
    for (const auto& proc : procs_)
        if (pid > 0 && numberHere(*proc) == pid) return proc;
    return nullptr;
}

TaskKernel::Opened* TaskKernel::opened(int fd, Kind kind) {
    const auto found = opened_.find(fd);
    return found == opened_.end() || found->second.kind != kind ? nullptr : &found->second;
}

int TaskKernel::add(Opened what) {
    const int fd = memory_.openAt(AT_FDCWD, "/dev/null", O_RDONLY);
    if (fd >= 0) opened_.insert_or_assign(fd, std::move(what));
    return fd;
}

int TaskKernel::openPidfdOf(const ProcPtr& proc) { return add({Kind::pidfd, proc, {}, {}, {}}); }

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "creator/capture.h"

#include <fcntl.h>

#include <cerrno>
#include <climits>

#include "base/text.h"
#include "creator/own_view.h"
#include "creator/process.h"
#include "creator/status_field.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kMaxFdinfoBytes = 4'096;

Result<std::uint32_t> userOf(System& system, const Process& process) {
    const auto text = readWhole(system, process.folder().get(), "status", kMaxStatusBytes);
    if (!text.ok()) return text.error();
    auto field = statusField(text.value(), "Uid");
    const auto user = parseUnsigned(cutField(field, '\t'));
    if (!user || *user > UINT32_MAX)
        return Error{"understand the status of process " + decimal(process.pid()), EBADMSG};
    return static_cast<std::uint32_t>(*user);
}

/// Inode numbers; what a kernel has not, or does not tell, stays 0.
void addNamespaces(const Process& process, Creator& creator) {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) {
        const auto inode = process.namespaceInode(static_cast<NamespaceType>(i));
        if (inode.ok()) creator.namespaces[i] = inode.value();
    }
}

Status addInit(System& system, const Process& process, Creator& creator) {
    const auto pidNamespace = process.namespaceInode(NamespaceType::pid);
    if (!pidNamespace.ok()) return pidNamespace.error();
    if (pidNamespace.value() == kInitialPidNamespace) return {};
    auto init = openInitOf(system, process);
    if (!init.ok()) return init.takeError();
    creator.init = init.value().identity();
    creator.decides = Decides::init;
    return init.value().stillLives();
}

Status addSession(System& system, const Process& process, Creator& creator) {
    const auto number = process.stat().session;
    if (number <= 0 || number > INT_MAX)
        return Error{"process " + decimal(process.pid()) + " has no session leader here", ESRCH};
    auto leader = Process::open(system, static_cast<int>(number));
    if (!leader.ok()) return leader.takeError();
    creator.session = leader.value().identity();
    creator.decides = Decides::session;
    if (leader.value().stat().session != number)
        return Error{"process " + decimal(process.pid()) + " has no session leader here", ESRCH};
    return leader.value().stillLives();
}

/// False too where the first process does not show its namespaces.
bool isOfFirstProcess(System& system, NamespaceType type, std::uint64_t inode) {
    FileStat stat;
    const auto link = std::string("/proc/1/ns/") + word(type);
    return system.statAt(AT_FDCWD, link.c_str(), 0, stat) == 0 && stat.inode == inode;
}

Status addNamespace(System& system, const Process& process, NamespaceType type, Creator& creator) {
    auto opened = process.openNamespace(type);
    if (!opened.ok() && opened.error().code == ENOENT)
        return Error{"find the " + std::string(word(type)) + " namespace of process " +
                         decimal(process.pid()) + ": this kernel has none",
                     EOPNOTSUPP};
    if (!opened.ok()) return opened.takeError();
    FileStat stat;
    if (const int failed = system.statFd(opened.value().get(), stat); failed < 0)
        return Error{"look at a namespace of process " + decimal(process.pid()), -failed};
    if (isOfFirstProcess(system, type, stat.inode))
        return Error{"the " + std::string(word(type)) + " namespace of process " + decimal(process.pid()) +
                         " is the host's own, which never ends; name another type, or register it without",
                     0};
    Namespace held{type, stat.inode, 0, std::nullopt};
    if (system.namespaceId(opened.value().get(), held.id) < 0) held.id = 0;
    FileHandle handle;
    if (system.handleOf(opened.value().get(), handle) == 0 && handle.type == kNsfsHandleType &&
        handle.size == kNsfsHandleSize)
        held.handle = handle;
    creator.held = held;
    creator.decides = Decides::nameSpace;
    return {};
}

Status addWhatDecides(System& system, const Process& process, const CaptureOptions& options,
                      Creator& creator) {
    if (auto status = addInit(system, process, creator); !status.ok()) return status;
    if (options.byNamespace) return addNamespace(system, process, *options.byNamespace, creator);
    if (options.bySession) return addSession(system, process, creator);
    return {};
}

Status mayCapture(System& system) {
    const auto sees = seesHostTasks(system);
    if (!sees.ok()) return sees.error();
    if (sees.value()) return {};
    return Error{"a creator is recorded in the host's pid and time namespaces only; run this on the host", 0};
}

/// The number of a pidfd's process: -ESRCH where it has ended or is none of ours.
int pidOf(System& system, int pidfd) {
    const auto path = "/proc/self/fdinfo/" + decimal(pidfd);
    const auto text = readWhole(system, AT_FDCWD, path.c_str(), kMaxFdinfoBytes);
    if (!text.ok()) return text.error().code == ENOENT ? -EBADF : -text.error().code;
    const auto field = statusField(text.value(), "Pid");
    if (field.empty()) return -EBADF;
    const auto pid = parseUnsigned(field);
    return pid && *pid > 0 && *pid <= INT_MAX ? static_cast<int>(*pid) : -ESRCH;
}

Result<Creator> capture(System& system, const Process& process, const CaptureOptions& options) {
    Creator creator;
    creator.name = process.stat().name;
    creator.task = process.identity();
    const auto user = userOf(system, process);
    if (!user.ok()) return user.error();
    creator.user = user.value();
    addNamespaces(process, creator);
    if (auto status = addWhatDecides(system, process, options, creator); !status.ok())
        return status.takeError();
    const bool isEnough = options.mayHaveEnded && creator.decides == Decides::init;
    if (isEnough) return creator;
    if (auto lives = process.stillLives(); !lives.ok()) return lives.takeError();
    return creator;
}

/// Kernels say in several ways that a socket is of another kind, or has nobody at its other end.
Error noPeer(int failed) {
    const bool isAlone = failed == -ENODATA || failed == -EINVAL || failed == -EOPNOTSUPP;
    const int code = failed == 0 ? ESRCH : -failed;
    return {"find the process at the other end of a socket", isAlone ? ENOTCONN : code};
}

}  // namespace

Result<Creator> captureByPid(System& system, int pid, const CaptureOptions& options) {
    if (auto status = mayCapture(system); !status.ok()) return status.takeError();
    auto process = Process::open(system, pid);
    if (!process.ok()) return process.takeError();
    return capture(system, process.value(), options);
}

Result<Creator> captureByPidfd(System& system, int pidfd, const CaptureOptions& options) {
    if (auto status = mayCapture(system); !status.ok()) return status.takeError();
    const int pid = pidOf(system, pidfd);
    if (pid < 0) return Error{"find the process of a pidfd", -pid};
    const auto zombie = options.mayHaveEnded ? Process::Zombie::isTaken : Process::Zombie::isGone;
    auto process = Process::open(system, pid, zombie);
    if (!process.ok()) return process.takeError();
    auto creator = capture(system, process.value(), options);
    // It has the number still, so no other had it meanwhile.
    if (pidOf(system, pidfd) != pid) return endedMeanwhile(pid);
    return creator;
}

Result<Creator> captureBySocket(System& system, int socket, const CaptureOptions& options) {
    const Fd pidfd(system, system.peerPidfd(socket));
    if (pidfd.valid()) return captureByPidfd(system, pidfd.get(), options);
    if (pidfd.get() != -ENOPROTOOPT) return noPeer(pidfd.get());
    const int pid = system.peerPid(socket);
    if (pid <= 0) return noPeer(pid);
    return captureByPid(system, pid, options);
}

}  // namespace prune

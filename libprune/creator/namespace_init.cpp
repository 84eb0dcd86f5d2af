// SPDX-License-Identifier: MIT
// Who is process 1 of a pid namespace.
#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "creator/process.h"
#include "creator/status_field.h"
#include "sys/files.h"
#include "sys/process_numbers.h"

namespace prune {

namespace {

/// "NSpid: 4711 12 1": the last number is the one in its own namespace.
bool isFirst(System& system, const std::string& process) {
    const auto text = readWhole(system, AT_FDCWD, (process + "/status").c_str(), kMaxStatusBytes);
    if (!text.ok()) return false;
    const auto numbers = statusField(text.value(), "NSpid");
    return numbers.substr(numbers.find_last_of(" \t") + 1) == "1";
}

/// For kernels before 6.11: looks through all processes. -ESRCH where none is it.
int findInit(System& system, std::uint64_t pidNamespace) {
    ProcessNumbers processes(system);
    int pid = 0;
    while (true) {
        const auto more = processes.next(pid);
        if (!more.ok()) return -more.error().code;
        if (!more.value()) return -ESRCH;
        const auto process = "/proc/" + decimal(pid);
        FileStat stat;
        if (system.statAt(AT_FDCWD, (process + "/ns/pid").c_str(), 0, stat) == 0 &&
            stat.inode == pidNamespace && isFirst(system, process))
            return pid;
    }
}

}  // namespace

Result<Process> openInitOf(System& system, const Process& of) {
    // Held until the end, so that no other namespace gets its number meanwhile.
    auto held = of.openNamespace(NamespaceType::pid);
    if (!held.ok()) return held.takeError();
    auto inode = of.namespaceInode(NamespaceType::pid);
    if (!inode.ok()) return inode.takeError();
    int pid = system.pidFromNamespace(held.value().get(), 1);
    if (pid == -ENOTTY || pid == -EINVAL) pid = findInit(system, inode.value());
    if (pid < 0)
        return Error{"find the first process of the pid namespace of process " + decimal(of.pid()), -pid};
    auto init = Process::open(system, pid);
    if (!init.ok()) return init;
    auto found = init.value().namespaceInode(NamespaceType::pid);
    if (!found.ok()) return found.takeError();
    if (found.value() != inode.value())
        return Error{"find the first process of the pid namespace of process " + decimal(of.pid()), ESRCH};
    return init;
}

}  // namespace prune

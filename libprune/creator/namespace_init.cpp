// SPDX-License-Identifier: MIT
// Who is process 1 of a pid namespace.
#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "creator/process.h"
#include "creator/status_field.h"
#include "sys/directory.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr std::size_t kMaxStatusBytes = 65'536;

/// "NSpid: 4711 12 1": the last number is the one in its own namespace.
bool isFirst(System& system, const std::string& process) {
    const auto text = readWhole(system, AT_FDCWD, (process + "/status").c_str(), kMaxStatusBytes);
    if (!text.ok()) return false;
    const auto numbers = statusField(text.value(), "NSpid");
    return numbers.substr(numbers.find_last_of(" \t") + 1) == "1";
}

/// For kernels before 6.11: looks through all processes. -ESRCH where none is it.
int findInit(System& system, std::uint64_t pidNamespace) {
    const Fd processes(system, system.openAt(AT_FDCWD, "/proc", O_RDONLY | O_DIRECTORY));
    if (!processes.valid()) return processes.get();
    DirectoryReader reader(system, processes.get());
    DirectoryReader::Entry entry;
    while (true) {
        const auto more = reader.next(entry);
        if (!more.ok()) return -more.error().code;
        if (!more.value()) return -ESRCH;
        const auto pid = parseUnsigned(entry.name);
        const auto process = "/proc/" + std::string(entry.name);
        FileStat stat;
        if (!pid || system.statAt(AT_FDCWD, (process + "/ns/pid").c_str(), 0, stat) < 0) continue;
        if (stat.inode == pidNamespace && isFirst(system, process)) return static_cast<int>(*pid);
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

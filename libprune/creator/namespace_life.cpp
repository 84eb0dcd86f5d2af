// SPDX-License-Identifier: MIT
// The rungs for a namespace.
#include <fcntl.h>

#include <cerrno>
#include <string>

#include "base/text.h"
#include "creator/life.h"
#include "creator/own_view.h"
#include "sys/constants.h"
#include "sys/process_numbers.h"

namespace prune {

namespace {

/// Whether the namespace that now has the inode number is the one: ids do not come again, where there are
/// any.
bool isSame(System& system, const std::string& link, const Namespace& held) {
    FileStat stat;
    if (system.statAt(AT_FDCWD, link.c_str(), 0, stat) < 0 || stat.inode != held.inode) return false;
    if (held.id == 0) return true;
    const Fd opened(system, system.openAt(AT_FDCWD, link.c_str(), O_RDONLY));
    std::uint64_t id = 0;
    if (!opened.valid() || system.namespaceId(opened.get(), id) < 0) return true;
    return id == held.id;
}

}  // namespace

std::optional<Life> lifeByNamespaceHandle(System& system, const Namespace& held) {
    if (!held.handle) return std::nullopt;
    // Closed at once: the descriptor holds the namespace.
    const Fd opened(system, system.openHandle(kNsfsRoot, *held.handle, O_RDONLY));
    if (opened.valid()) return Life::alive;
    if (opened.get() != -ESTALE) return std::nullopt;
    return seesAllNamespaces(system) ? Life::gone : Life::unknown;
}

std::optional<Life> lifeByMountNamespaceId(System& system, const Namespace& held) {
    if (held.type != NamespaceType::mnt || held.id == 0) return std::nullopt;
    const int found = system.findMountNamespace(held.id);
    if (found == 0) return Life::alive;
    if (found != -ENOENT) return std::nullopt;
    return seesAllNamespaces(system) ? Life::gone : Life::unknown;
}

Life lifeByScan(System& system, const Namespace& held) {
    ProcessNumbers processes(system);
    int pid = 0;
    while (true) {
        const auto more = processes.next(pid);
        if (!more.ok() || !more.value()) return Life::unknown;
        if (isSame(system, "/proc/" + decimal(pid) + "/ns/" + word(held.type), held)) return Life::alive;
    }
}

}  // namespace prune

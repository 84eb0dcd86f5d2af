// SPDX-License-Identifier: MIT
#include "creator/own_view.h"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "creator/status_field.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr unsigned kCapSysAdmin = 21;

bool isOurs(System& system, const char* link, std::uint64_t inode) {
    FileStat stat;
    return system.statAt(AT_FDCWD, link, 0, stat) == 0 && stat.inode == inode;
}

bool hasCapSysAdmin(System& system) {
    const auto text = readWhole(system, AT_FDCWD, "/proc/self/status", kMaxStatusBytes);
    if (!text.ok()) return false;
    const auto field = statusField(text.value(), "CapEff");
    std::uint64_t bits = 0;
    const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), bits, 16);
    return problem == std::errc() && end == field.data() + field.size() && (bits >> kCapSysAdmin & 1) != 0;
}

}  // namespace

bool seesAllProcesses(System& system) { return isOurs(system, "/proc/self/ns/pid", kInitialPidNamespace); }

bool seesStartTimes(System& system) {
    FileStat stat;
    const int failed = system.statAt(AT_FDCWD, "/proc/self/ns/time", 0, stat);
    return failed == -ENOENT || (failed == 0 && stat.inode == kInitialTimeNamespace);
}

Result<bool> seesHostTasks(System& system) {
    bool sees = true;
    for (const auto& [link, inode] : {std::pair("/proc/self/ns/pid", kInitialPidNamespace),
                                      std::pair("/proc/self/ns/time", kInitialTimeNamespace)}) {
        FileStat stat;
        const int failed = system.statAt(AT_FDCWD, link, 0, stat);
        if (failed < 0 && failed != -ENOENT) return Error{std::string("look at ") + link, -failed};
        // There are kernels without time namespaces.
        sees = sees && (failed == 0 ? stat.inode == inode : inode == kInitialTimeNamespace);
    }
    return sees;
}

bool seesAllNamespaces(System& system) {
    return seesAllProcesses(system) && isOurs(system, "/proc/self/ns/user", kInitialUserNamespace) &&
           hasCapSysAdmin(system);
}

}  // namespace prune

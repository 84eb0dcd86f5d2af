// SPDX-License-Identifier: MIT
#include "creator/own_view.h"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <string>

#include "creator/status_field.h"
#include "sys/constants.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr unsigned kCapSysAdmin = 21;

/// Whether this process is in the host's first namespace of a kind. An error: it cannot be told.
Result<bool> isInitial(System& system, const char* link, std::uint64_t inode) {
    FileStat stat;
    const int failed = system.statAt(AT_FDCWD, link, 0, stat);
    if (failed < 0) return Error{std::string("look at ") + link, -failed};
    return stat.inode == inode;
}

Result<bool> hasHostsPids(System& system) {
    return isInitial(system, "/proc/self/ns/pid", kInitialPidNamespace);
}

Result<bool> hasHostsTimes(System& system) {
    auto is = isInitial(system, "/proc/self/ns/time", kInitialTimeNamespace);
    if (!is.ok() && is.error().code == ENOENT) return true;  // a kernel without time namespaces
    return is;
}

bool isSure(const Result<bool>& is) { return is.ok() && is.value(); }

bool hasCapSysAdmin(System& system) {
    const auto text = readWhole(system, AT_FDCWD, "/proc/self/status", kMaxStatusBytes);
    if (!text.ok()) return false;
    const auto field = statusField(text.value(), "CapEff");
    std::uint64_t bits = 0;
    const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), bits, 16);
    return problem == std::errc() && end == field.data() + field.size() && (bits >> kCapSysAdmin & 1) != 0;
}

}  // namespace

bool seesAllProcesses(System& system) { return isSure(hasHostsPids(system)); }

bool seesStartTimes(System& system) { return isSure(hasHostsTimes(system)); }

Result<bool> seesHostTasks(System& system) {
    const auto pids = hasHostsPids(system);
    if (!pids.ok() && pids.error().code != ENOENT) return pids.error();
    const auto times = hasHostsTimes(system);
    if (!times.ok()) return times.error();
    return isSure(pids) && times.value();
}

bool seesAllNamespaces(System& system) {
    return seesAllProcesses(system) &&
           isSure(isInitial(system, "/proc/self/ns/user", kInitialUserNamespace)) && hasCapSysAdmin(system);
}

}  // namespace prune

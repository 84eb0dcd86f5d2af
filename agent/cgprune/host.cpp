// SPDX-License-Identifier: MIT
#include "cgprune/host.h"

#include <fcntl.h>

#include <cerrno>

#include "cgprune/agent_text.h"

namespace prune {

namespace {

constexpr const char* kHostRoot = "/proc/1/root";

/// The initial namespaces have these numbers on every kernel (kernel.md "Namespaces and tasks").
struct InitialNamespace {
    const char* type;
    const char* link;
};
constexpr InitialNamespace kInitial[] = {
    {"cgroup", "cgroup:[4026531835]"}, {"pid", "pid:[4026531836]"}, {"user", "user:[4026531837]"}};

bool looksAlike(System& system, const std::string& ours, const std::string& theirs, bool whenUnknown) {
    FileStat here;
    FileStat there;
    if (system.statAt(AT_FDCWD, ours.c_str(), 0, here) < 0) return whenUnknown;
    const int failed = system.statAt(AT_FDCWD, theirs.c_str(), 0, there);
    if (failed == -ENOENT) return false;
    if (failed < 0) return whenUnknown;
    return here.device == there.device && here.inode == there.inode;
}

}  // namespace

std::optional<std::string> whyContainer(System& system) {
    for (const auto& initial : kInitial) {
        const std::string path = std::string("/proc/self/ns/") + initial.type;
        const auto link = linkText(system, path);
        if (link && *link != initial.link)
            return "its " + std::string(initial.type) + " namespace is not the host's";
    }
    if (!looksAlike(system, "/", std::string(kHostRoot) + "/", true))
        return "its root folder is not the host's";
    return std::nullopt;
}

bool isHiddenFromHost(System& system, const std::string& path) {
    FileStat root;
    const bool canTell = system.statAt(AT_FDCWD, (std::string(kHostRoot) + "/").c_str(), 0, root) == 0;
    return canTell && !looksAlike(system, path, kHostRoot + path, true);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Control files of the cgroups of MemorySystem.
#include <cerrno>

#include "base/text.h"
#include "support/memory_system_cgroups.h"

namespace prune::memory {

namespace {

std::string_view stripped(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\n\v\f\r";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string taskLines(const Cgroup& cgroup) {
    std::string lines;
    for (const int pid : cgroup.tasks) lines += decimal(pid) + "\n";
    return lines;
}

std::string eventLines(const Cgroup& cgroup) {
    return std::string("populated ") + (cgroup.populated() ? "1" : "0") + "\nfrozen 0\n";
}

std::string usageLines(const Cgroup& cgroup) {
    return "usage_usec " + decimalUnsigned(cgroup.usageUsec) + "\nuser_usec 0\nsystem_usec 0\n";
}

int acceptNotify(Cgroup& cgroup, std::string_view text) {
    const auto number = parseUnsigned(stripped(text));
    if (!number) return -EINVAL;
    cgroup.notify = *number != 0;
    return 0;
}

}  // namespace

void Cgroups::addControlFiles(Cgroup& cgroup) {
    const bool isRoot = &cgroup == cgroup.hierarchyRoot();
    auto& hierarchy = *cgroup.hierarchy;
    const auto tasks = [&cgroup] { return taskLines(cgroup); };
    const auto move = [this, &cgroup](std::string_view text) { return acceptTask(cgroup, text); };
    addFile(cgroup, "cgroup.procs", tasks, move);
    if (hierarchy.unified) {
        addFile(cgroup, "cpu.stat", [&cgroup] { return usageLines(cgroup); }, {});
        if (!isRoot) addFile(cgroup, "cgroup.events", [&cgroup] { return eventLines(cgroup); }, {});
        return;
    }
    addFile(cgroup, "tasks", tasks, move);
    addFile(
        cgroup, "notify_on_release", [&cgroup] { return std::string(cgroup.notify ? "1\n" : "0\n"); },
        [&cgroup](std::string_view text) { return acceptNotify(cgroup, text); });
    if (!isRoot) return;
    addFile(
        cgroup, "release_agent", [&hierarchy] { return hierarchy.agent + "\n"; },
        [this, &hierarchy](std::string_view text) { return acceptAgent(hierarchy, text); });
}

void Cgroups::addFile(Cgroup& cgroup, std::string_view name, std::function<std::string()> generate,
                      std::function<int(std::string_view)> accept) {
    Node& file = tree_.addNode(*cgroup.hierarchy->filesystem, NodeType::file, accept ? 0644 : 0444);
    file.cgroup = &cgroup;
    file.generate = std::move(generate);
    file.accept = std::move(accept);
    file.parent = cgroup.directory;
    file.name = name;
    cgroup.directory->children[file.name] = &file;
}

int Cgroups::acceptAgent(Hierarchy& hierarchy, std::string_view text) const {
    if (self_.user != 0) return -EPERM;
    hierarchy.agent = stripped(text);
    return 0;
}

int Cgroups::acceptTask(Cgroup& cgroup, std::string_view text) {
    const auto number = parseUnsigned(stripped(text));
    if (!number || *number > INT32_MAX) return -EINVAL;
    enter(cgroup, *number == 0 ? self_.pid : static_cast<int>(*number));
    return 0;
}

}  // namespace prune::memory

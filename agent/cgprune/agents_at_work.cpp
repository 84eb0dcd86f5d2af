// SPDX-License-Identifier: MIT
#include "cgprune/agents_at_work.h"

#include <fcntl.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "sys/directory.h"
#include "sys/process_numbers.h"

namespace prune {

namespace {

constexpr int kAgentsPatienceMs = 5'000;
constexpr int kAgentsStepMs = 20;
constexpr std::string_view kDeleted = " (deleted)";  // what /proc shows of a program that was replaced

bool isAgent(std::string_view program, const std::string& binary) {
    if (program.ends_with(kDeleted)) program.remove_suffix(kDeleted.size());
    return program == binary || program.ends_with("/release-agent") || program.ends_with("/cgprune");
}

/// What cannot be looked at has ended meanwhile, or is not root's and so no agent.
bool holdsAny(System& system, const std::string& fdFolder, std::uint64_t device) {
    const Fd folder(system, system.openAt(AT_FDCWD, fdFolder.c_str(), O_RDONLY | O_DIRECTORY));
    if (!folder.valid()) return false;
    DirectoryReader reader(system, folder.get());
    DirectoryReader::Entry entry;
    while (true) {
        const auto more = reader.next(entry);
        if (!more.ok() || !more.value()) return false;
        FileStat stat;
        if (system.statAt(folder.get(), entry.name.data(), 0, stat) == 0 && stat.device == device)
            return true;
    }
}

}  // namespace

Result<std::vector<int>> agentsAtWork(System& system, const std::string& binary, std::uint64_t device) {
    std::vector<int> found;
    ProcessNumbers processes(system);
    int pid = 0;
    while (true) {
        auto more = processes.next(pid);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return found;
        if (pid == system.processId()) continue;
        const std::string process = "/proc/" + decimal(pid);
        const auto program = linkText(system, process + "/exe");
        if (program && isAgent(*program, binary) && holdsAny(system, process + "/fd", device))
            found.push_back(pid);
    }
}

Result<std::vector<int>> waitForAgents(System& system, const std::string& binary, std::uint64_t device) {
    const auto until = system.bootTimeMs() + kAgentsPatienceMs;
    auto left = agentsAtWork(system, binary, device);
    while (left.ok() && !left.value().empty() && system.bootTimeMs() < until) {
        system.sleepFor(kAgentsStepMs);
        left = agentsAtWork(system, binary, device);
    }
    return left;
}

}  // namespace prune

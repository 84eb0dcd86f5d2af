// SPDX-License-Identifier: MIT
// The guest is a test's alone: what is neither the kernel's nor init's nor waits for this program is a
// leftover.
#include "tool.h"

#include <dirent.h>
#include <unistd.h>
#include <algorithm>
#include <cctype>
#include <csignal>
#include <fstream>
#include <limits>
#include <memory>

namespace tool {
namespace {
pid_t parentOf(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string word;
    pid_t parent = 0;
    while (status >> word && word != "PPid:")
        status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    status >> parent;
    return parent;
}

// This process and those that wait for it, up to PID 1; and those whose pids are in the file.
std::vector<pid_t> spared(const std::string& file) {
    std::vector<pid_t> result;
    for (pid_t pid = getpid(); pid > 0; pid = parentOf(pid)) result.push_back(pid);
    std::ifstream pids(file);
    for (pid_t pid = 0; pids >> pid;) result.push_back(pid);
    return result;
}

// The kernel's threads have no program, and neither have zombies.
bool hasProgram(const std::string& pid) { return access(("/proc/" + pid + "/exe").c_str(), F_OK) == 0; }

bool killAllBut(const std::vector<pid_t>& mine) {
    bool found = false;
    const std::unique_ptr<DIR, int (*)(DIR*)> processes(opendir("/proc"), closedir);
    if (!processes) fail("open", "/proc");
    while (const dirent* entry = readdir(processes.get())) {
        const std::string name = entry->d_name;
        if (std::isdigit(static_cast<unsigned char>(name[0])) == 0 || !hasProgram(name)) continue;
        const auto pid = static_cast<pid_t>(number(name));
        if (std::ranges::find(mine, pid) == mine.end()) found |= kill(pid, SIGKILL) == 0;
    }
    return found;
}
}  // namespace

int runKillLeftovers(const Arguments& arguments) {
    return killAllBut(spared(std::string(arguments[0]))) ? 1 : 0;
}
}  // namespace tool

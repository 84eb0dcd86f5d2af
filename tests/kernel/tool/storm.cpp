// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

namespace tool {
namespace {
// What is in each of the cgroups is a thread of one process: they end at once, and leave little to tidy up
// while the agents run.
struct Member {
    int parent;
    std::string name;
    int ready;
};

[[noreturn]] void* beMember(void* data) {
    const auto* member = static_cast<const Member*>(data);
    if (!writeFile(member->parent, (member->name + "/tasks").c_str(), "0")) fail("attach");
    if (write(member->ready, "!", 1) != 1) fail("pipe");
    sleepForEver();
}

[[noreturn]] void beAllMembers(int parent, std::uint64_t count, int ready) {
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, static_cast<std::size_t>(PTHREAD_STACK_MIN));
    for (std::uint64_t i = 1; i <= count; ++i) {
        auto* member = new Member{parent, "s" + std::to_string(i), ready};
        makeFlagged(parent, member->name);
        pthread_t thread{};
        if ((errno = pthread_create(&thread, &small, beMember, member)) != 0) fail("thread");
    }
    sleepForEver();
}

pid_t startMembers(int parent, std::uint64_t count) {
    int ready[2];
    if (pipe(ready) != 0) fail("pipe");
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) beAllMembers(parent, count, ready[1]);
    close(ready[1]);
    char byte = 0;
    for (std::uint64_t i = 0; i < count; ++i)
        if (read(ready[0], &byte, 1) != 1) std::exit(1);  // the child has said why
    close(ready[0]);
    return child;
}

// The number after `key` in a file of /proc; 0 where there is none.
long numberAfter(const std::string& path, std::string_view key) {
    std::ifstream file(path);
    for (std::string word; file >> word;) {
        long value = 0;
        if (word == key && file >> value) return value;
    }
    return 0;
}

// All tasks there are, the kernel's too: "0.00 0.01 0.05 1/84 4711".
long tasks() {
    std::ifstream file("/proc/loadavg");
    std::string word;
    for (int i = 0; i < 4; ++i) file >> word;
    return std::stol(word.substr(word.find('/') + 1));
}

struct Peaks {
    long tasks = 0;
    long memory = 0;
};

class Watch {
public:
    void look(pid_t members) {
        const long ending = numberAfter("/proc/" + std::to_string(members) + "/status", "Threads:");
        peaks_.tasks = std::max(peaks_.tasks, tasks() - ending - before_.tasks);
        peaks_.memory = std::max(peaks_.memory, before_.memory - freeMemory());
    }
    const Peaks& peaks() const { return peaks_; }

private:
    static long freeMemory() { return numberAfter("/proc/meminfo", "MemFree:"); }

    Peaks before_{tasks(), freeMemory()};
    Peaks peaks_{};
};

bool hasChildren(const Fd& folder) {
    struct stat status {};
    if (fstat(folder.get(), &status) != 0) fail("stat");
    return status.st_nlink > 2;
}

double nowMs() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}
}  // namespace

int runStorm(const Arguments& arguments) {
    constexpr double kMostMs = 600'000;
    const Fd parent = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!parent.ok()) fail("open", arguments[0]);
    const std::uint64_t count = number(arguments[1]);
    Watch watch;
    const pid_t members = startMembers(parent.get(), count);
    const double begin = nowMs();
    if (kill(members, SIGKILL) != 0) fail("kill");
    while (hasChildren(parent) && nowMs() < begin + kMostMs) {
        watch.look(members);
        sleepMicroseconds(5000);
    }
    const double end = nowMs();
    waitpid(members, nullptr, 0);
    if (hasChildren(parent)) return std::fputs("some are still there\n", stderr), 1;
    std::printf("%.0f %ld %ld\n", end - begin, watch.peaks().tasks, watch.peaks().memory);
    return 0;
}
}  // namespace tool

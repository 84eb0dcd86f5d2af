// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>

namespace tool {
namespace {
std::int64_t nowUs() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000LL + now.tv_nsec / 1000;
}

struct Times {
    std::int64_t told;  // until cgroup.events was reported
    std::int64_t gone;  // until the directory was gone
};

// Two descriptors that tell by themselves when they were readable would be exact; a look every 50 us is
// enough.
Times removalOf(const std::string& cgroup, pid_t member) {
    const Fd events(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (inotify_add_watch(events.get(), (cgroup + "/cgroup.events").c_str(), IN_MODIFY) < 0) fail("watch");
    char buffer[4096];
    kill(member, SIGKILL);
    if (waitpid(member, nullptr, 0) != member) fail("wait");
    const auto emptied = nowUs();
    Times times{-1, -1};
    while (times.gone < 0) {
        if (times.told < 0 && read(events.get(), buffer, sizeof buffer) > 0) times.told = nowUs() - emptied;
        if (access(cgroup.c_str(), F_OK) != 0) times.gone = nowUs() - emptied;
        if (nowUs() - emptied > 60'000'000) fail("not removed in a minute", cgroup);
        sleepMicroseconds(50);
    }
    return times;
}

void print(const char* what, std::vector<std::int64_t> all) {
    std::sort(all.begin(), all.end());
    std::printf("%s: median %jd us, p99 %jd us, most %jd us\n", what,
                static_cast<intmax_t>(all[all.size() / 2]), static_cast<intmax_t>(all[all.size() * 99 / 100]),
                static_cast<intmax_t>(all.back()));
}
}  // namespace

int runLatency(const Arguments& arguments) {
    const std::string parent(arguments[0]);
    std::vector<std::int64_t> told;
    std::vector<std::int64_t> gone;
    for (std::uint64_t i = 0; i < number(arguments[1]); ++i) {
        const auto cgroup = parent + "/latency" + std::to_string(i);
        if (mkdir(cgroup.c_str(), 0755) != 0) fail("mkdir", cgroup);
        const pid_t member = fork();
        if (member < 0) fail("fork");
        if (member == 0) sleepForEver();
        const Fd folder = openFolder(AT_FDCWD, cgroup);
        if (!writeFile(folder.get(), "cgroup.procs", std::to_string(member))) fail("attach");
        sleepMicroseconds(20'000);  // so that the kernel is not in the pause that follows an event
        const auto times = removalOf(cgroup, member);
        gone.push_back(times.gone);
        if (times.told >= 0) told.push_back(times.told);
    }
    if (gone.empty()) fail("none measured");
    if (!told.empty()) print("emptied to reported", told);
    print("emptied to removed", gone);
    return 0;
}
}  // namespace tool

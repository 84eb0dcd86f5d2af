// SPDX-License-Identifier: MIT
#include "tool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>

namespace tool {
namespace {
// All in one process group, so that one kill ends them all.
pid_t startMember(int cgroup, pid_t group) {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        setpgid(0, group);
        sleepForEver();
    }
    setpgid(child, group);
    if (!writeFile(cgroup, "cgroup.procs", std::to_string(child))) fail("attach");
    return child;
}
}  // namespace

Fd makeFlagged(int parent, const std::string& name) {
    if (mkdirat(parent, name.c_str(), 0755) != 0) fail("mkdir", name);
    Fd cgroup = openFolder(parent, name);
    if (!cgroup.ok()) fail("open", name);
    // v2 has no flag.
    if (!writeFile(cgroup.get(), "notify_on_release", "1") && errno != ENOENT) fail("flag", name);
    return cgroup;
}

int runBurst(const Arguments& arguments) {
    const Fd parent = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!parent.ok()) fail("open", arguments[0]);
    const std::uint64_t count = number(arguments[1]);
    const std::uint64_t hold = arguments.size() > 2 ? number(arguments[2]) : 0;
    if (count == 0) {
        errno = EINVAL;
        fail("a burst of none");
    }
    pid_t group = 0;
    for (std::uint64_t i = 1; i <= count; ++i) {
        const Fd cgroup = makeFlagged(parent.get(), "b" + std::to_string(i));
        const pid_t member = startMember(cgroup.get(), group);
        group = group == 0 ? member : group;
    }
    sleepMicroseconds(hold * 1000);
    if (kill(-group, SIGKILL) != 0) fail("kill");
    std::uint64_t ended = 0;
    while (wait(nullptr) > 0) ++ended;
    std::printf("made=%ju ended=%ju\n", static_cast<uintmax_t>(count), static_cast<uintmax_t>(ended));
    return ended == count ? 0 : 1;
}
}  // namespace tool

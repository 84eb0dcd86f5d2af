// SPDX-License-Identifier: MIT
// What a service manager does when a service ends and is started again at once: its cgroup became empty, so a
// release agent is under way; mkdir -p finds the cgroup or makes it; a moment later the new process attaches.
// If the agent removed the cgroup in between, the attach fails.
#include "tool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <random>

namespace tool {
namespace {
void ensureFlagged(const std::string& cgroup) {
    if (mkdir(cgroup.c_str(), 0755) != 0) {
        if (errno != EEXIST) fail("mkdir", cgroup);
        return;
    }
    // An agent that is late can take this new one too; then the attach will tell.
    if (!writeFile(AT_FDCWD, (cgroup + "/notify_on_release").c_str(), "1") && errno != ENOENT &&
        errno != ENODEV)
        fail("flag", cgroup);
}

// The service: it attaches itself and ends at once.
bool runTask(const std::string& cgroup) {
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) _exit(writeFile(AT_FDCWD, (cgroup + "/cgroup.procs").c_str(), "0") ? 0 : errno);
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) fail("wait");
    errno = WEXITSTATUS(status);
    if (errno != 0 && errno != ENOENT && errno != ENODEV) fail("attach", cgroup);
    return errno == 0;
}

// The cgroup, made and held so that an agent that asks for the lock leaves it alone.
Fd makeLocked(const std::string& cgroup) {
    for (;;) {
        ensureFlagged(cgroup);
        Fd folder = openFolder(AT_FDCWD, cgroup);
        if (!folder.ok() && errno == ENOENT) continue;
        if (!folder.ok() || flock(folder.get(), LOCK_SH) != 0) fail("lock", cgroup);
        const Fd alive(openat(folder.get(), "cgroup.procs", O_RDONLY | O_CLOEXEC));
        if (alive.ok()) return folder;
    }
}

void makeEmptied(const std::string& cgroup) {
    do {
        ensureFlagged(cgroup);
    } while (!runTask(cgroup));
}

bool restart(const std::string& cgroup, std::uint64_t pause, bool locked) {
    Fd lock;
    if (locked)
        lock = makeLocked(cgroup);
    else
        ensureFlagged(cgroup);
    sleepMicroseconds(pause);
    return runTask(cgroup);
}
}  // namespace

int runRestartRace(const Arguments& arguments) {
    const std::string cgroup(arguments[0]);
    const std::uint64_t rounds = number(arguments[1]);
    const std::uint64_t mostMicroseconds = number(arguments[2]) * 1000;
    const bool locked = arguments.size() > 3 && arguments[3] == "lock";
    if (rounds == 0 || (arguments.size() > 3 && !locked)) {
        errno = EINVAL;
        fail("restart-race: rounds, or the word after them");
    }
    std::minstd_rand random;  // the same pauses each time
    std::uniform_int_distribution<std::uint64_t> pauses(0, mostMicroseconds);
    std::uint64_t failed = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        makeEmptied(cgroup);
        if (!restart(cgroup, pauses(random), locked)) ++failed;
    }
    std::printf("rounds=%ju failed=%ju\n", static_cast<uintmax_t>(rounds), static_cast<uintmax_t>(failed));
    return 0;
}
}  // namespace tool

// SPDX-License-Identifier: MIT
// What users can do to make an agent remove another cgroup than the one it looked at: a cgroup is emptied, so
// that an agent is on its way, and at some moment of that agent's work it goes or gets another name, and one
// is made anew under its name, whose flag is 0, so that no look at it would ever have it removed. Nobody but
// this tool and an agent removes here: what the tool does not find again, an agent took.
#include "tool.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <random>

namespace tool {
namespace {
constexpr std::uint64_t kVictimLives = 1'500;  // microseconds: longer than an agent needs after its last look

enum class Swap { remove, rename };

struct NamesakeCounts {
    std::uint64_t victims = 0;
    std::uint64_t taken = 0;
    std::uint64_t late = 0;  // the agent was there first, and took what it was called for
};

// Whose the emptied one is, and whose the one that is made anew.
struct Users {
    uid_t attacker = geteuid();
    uid_t victim = geteuid();
};

std::uint64_t microsecondsNow() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1'000;
}

// A sleep would be longer than an agent's work.
void spin(std::uint64_t microseconds) {
    const auto end = microsecondsNow() + microseconds;
    while (microsecondsNow() < end) {
    }
}

void become(uid_t user) {
    if (geteuid() != user && (seteuid(0) != 0 || seteuid(user) != 0)) fail("become another user");
}

// True: it was there; false: an agent was first.
bool removeMine(int folder, const char* name) {
    if (unlinkat(folder, name, AT_REMOVEDIR) == 0) return true;
    if (errno != ENOENT) fail("rmdir", name);
    return false;
}

int enterAndEnd(int cgroup, uid_t user) {
    if (getuid() != user && (seteuid(0) != 0 || setresuid(user, user, user) != 0)) return 1;
    return writeFile(cgroup, "cgroup.procs", "0") ? 0 : 1;
}

// False: an agent that was late took it.
bool makeEmptied(int folder, uid_t user) {
    if (mkdirat(folder, "bait", 0755) != 0) fail("mkdir bait");
    const Fd bait = openFolder(folder, "bait");
    if (!bait.ok() && errno == ENOENT) return false;
    if (!bait.ok() ||
        (!writeFile(bait.get(), "notify_on_release", "1") && errno != ENODEV && errno != ENOENT))
        fail("flag bait");
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) _exit(enterAndEnd(bait.get(), user));
    int status = 0;
    if (waitpid(child, &status, 0) != child) fail("wait");
    return status == 0;
}

void swapFor(int folder, Swap how, const Users& users, NamesakeCounts& counts) {
    const bool moved = how == Swap::rename && renameat(folder, "bait", folder, "moved") == 0;
    if (how == Swap::rename && !moved && errno != ENOENT) fail("rename bait");
    if (how == Swap::rename ? !moved : !removeMine(folder, "bait")) ++counts.late;
    become(users.victim);
    if (mkdirat(folder, "bait", 0755) != 0) fail("make bait anew");
    ++counts.victims;
    spin(kVictimLives);
    if (!removeMine(folder, "bait")) ++counts.taken;
    become(users.attacker);
    if (moved) removeMine(folder, "moved");
}

Swap swapNamed(std::string_view name) {
    if (name == "rename") return Swap::rename;
    if (name == "remove") return Swap::remove;
    errno = EINVAL;
    fail("neither rename nor remove:", name);
}
}  // namespace

int runNamesakeRace(const Arguments& arguments) {
    const Fd folder = openFolder(AT_FDCWD, std::string(arguments[0]));
    if (!folder.ok()) fail("open", arguments[0]);
    const std::uint64_t rounds = number(arguments[1]);
    const Swap how = swapNamed(arguments[3]);
    Users users;
    if (arguments.size() == 6)
        users = {static_cast<uid_t>(number(arguments[4])), static_cast<uid_t>(number(arguments[5]))};
    become(users.attacker);
    std::minstd_rand random;  // the same pauses each time
    std::uniform_int_distribution<std::uint64_t> pauses(0, number(arguments[2]));
    NamesakeCounts counts;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        while (!makeEmptied(folder.get(), users.attacker)) ++counts.late;
        spin(pauses(random));
        swapFor(folder.get(), how, users, counts);
    }
    std::printf("victims=%ju taken=%ju late=%ju\n", static_cast<uintmax_t>(counts.victims),
                static_cast<uintmax_t>(counts.taken), static_cast<uintmax_t>(counts.late));
    return 0;
}
}  // namespace tool

// SPDX-License-Identifier: MIT
#include "tool.h"

#include <cstdio>

namespace {
struct Command {
    std::string_view name;
    std::size_t least;  // arguments
    std::size_t most;
    const char* usage;
    int (*run)(const tool::Arguments&);
};

constexpr std::size_t kAny = ~std::size_t{0};

constexpr Command kCommands[] = {
    {"syslog", 2, 2, "SOCKET FILE: take datagrams, write each as one escaped line; prints the receiver's pid",
     tool::runSyslog},
    {"hold-lock", 3, 3, "DIR sh|ex SECONDS: hold a flock on it; prints the holder's pid", tool::runHoldLock},
    {"run-in", 1, kAny, "CGROUP [COMMAND...]: start a task in it (a sleeping one); prints its pid",
     tool::runRunIn},
    {"as", 2, kAny, "UID COMMAND...: run with this uid and gid, no groups, no capabilities", tool::runAs},
    {"burst", 2, 3,
     "DIR N [HOLD-MS]: make N flagged cgroups b1... with a task each, then end all tasks at once",
     tool::runBurst},
    {"storm", 2, 2,
     "DIR N: empty N flagged cgroups at once; how long until all are gone, and the peaks of tasks and memory",
     tool::runStorm},
    {"latency", 2, 2, "DIR N: how long N cgroups, one after the other, are there after they were emptied",
     tool::runLatency},
    {"deep", 3, 4,
     "make|flag0|flag1|run|exists|id DIR BYTES [COMPONENT]: the cgroup whose path below DIR, with its "
     "slashes, has "
     "BYTES bytes, in components of COMPONENT (200)",
     tool::runDeep},
    {"remove-tree", 1, kAny, "DIR...: thaw and remove all cgroups below, whatever their names and depth",
     tool::runRemoveTree},
    {"ids", 1, 1, "DIR: the ids of all cgroups below, whatever their names and depth", tool::runIds},
    {"restart-race", 3, 4,
     "CGROUP ROUNDS MAXMS [lock]: restart a service ROUNDS times, count attaches that failed",
     tool::runRestartRace},
    {"namesake-race", 4, 6,
     "DIR ROUNDS MAXUS rename|remove [UID UID]: empty DIR/bait ROUNDS times, each time put another in its "
     "place (of another user) within MAXUS microseconds, and count how often an agent took that",
     tool::runNamesakeRace},
    {"handle", 1, 1, "CGROUP: the id in its file handle", tool::runHandle},
    {"tsc-khz", 0, 0, ": how fast this machine's time stamp counter runs", tool::runTscKhz},
    {"xattr", 2, 4, "set FILE NAME VALUE | get FILE NAME | remove FILE NAME | list FILE", tool::runXattr},
    {"container", 1, 2,
     "UID [CGROUP]: start a first process, in CGROUP, and a member, in new namespaces whose uid 0 is UID; "
     "prints both pids",
     tool::runContainer},
    {"inside", 2, kAny, "PID COMMAND...: run in the namespaces of PID, as their root", tool::runInside},
    {"make", 1, 1, "CGROUP: make it, and live on; prints its pid", tool::runMake},
    {"holdns", 2, 2, "PID TYPE: hold that namespace of PID by a descriptor alone; prints the holder's pid",
     tool::runHoldNamespace},
    {"with-pid", 1, 1, "PID: start a sleeping task that has this pid; prints it", tool::runWithPid},
    {"kill-leftovers", 1, 1,
     "FILE: kill all but the kernel's, what waits for this, and what FILE lists; 1 if it killed any",
     tool::runKillLeftovers},
    {"leaderless", 0, 0, ": start a process whose first thread has ended and another sleeps; prints its pid",
     tool::runLeaderless},
};

int usage() {
    std::fputs("usage: guest-tool COMMAND ...\n", stderr);
    for (const Command& command : kCommands)
        std::fprintf(stderr, "  %s %s\n", command.name.data(), command.usage);
    return 2;
}
}  // namespace

int main(int argc, char** argv) {
    const tool::Arguments all(argv, argv + argc);
    if (all.size() < 2) return usage();
    const tool::Arguments arguments(all.begin() + 2, all.end());
    for (const Command& command : kCommands)
        if (command.name == all[1] && arguments.size() >= command.least && arguments.size() <= command.most)
            return command.run(arguments);
    return usage();
}

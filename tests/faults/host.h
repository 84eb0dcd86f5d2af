// SPDX-License-Identifier: MIT
/// The host that jobs are tried on: in memory, with one cgroup of each kind.
///
/// In the v1 hierarchy freezer, which is enabled, each with its flag on: /litter, of which nothing is known;
/// /ended, whose creator has ended; /living, whose creator lives; /kept, which is marked; /given, handed to
/// user 1000; /full, with a task; /tree and /tree/leaf. In the unified one /w/litter and /w/living.
#pragma once

#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cgroup/hierarchy.h"
#include "prune/context.h"
#include "support/task_kernel.h"

namespace prune::faults {

inline const std::string kFreezer = "freezer";
inline const std::string kUnified = "unified";
inline const std::string kAlias = "/run/cgprune/agents/freezer";
inline const std::string kPlainAgent = "/usr/libexec/cgprune/release-agent";

class Host {
public:
    Host();

    TaskKernel tasks{KernelAge::v6_12};
    MemorySystem& kernel = tasks.memory();

    static constexpr int kLiving = 700;  ///< the creator that lives
    static constexpr int kEnded = 701;

    /// The creator of all that is called living ends.
    void endCreator() { tasks.end(kLiving); }
    /// A task comes and goes, where the cgroup is there.
    void visit(const std::string& hierarchy, const std::string& path);
    /// As the kernel does, when the last child of /tree has gone: nobody else tells of it.
    void callAgents();

private:
    void makeAll();
    void rememberAll();

    bool isTreeCalled_ = false;
};

/// Does `act` with a cgroup opened; the error, if it cannot be.
template <class Act>
Status withCgroup(System& system, const std::string& hierarchy, const std::string& path, Act act) {
    auto open = openHierarchyByName(system, hierarchy);
    if (!open.ok()) return open.takeError();
    if (!open.value()) return Error{"find the hierarchy " + hierarchy, ENOENT};
    const auto parsed = CgroupPath::parse(path);
    auto cgroup = openCgroup(system, open.value()->root.get(), parsed.value());
    if (!cgroup.ok()) return cgroup.takeError();
    if (!cgroup.value()) return Error{"find the cgroup " + path, ENOENT};
    auto done = act(Subject{*open.value(), *cgroup.value(), path});
    if (!done.ok()) return done.takeError();
    return {};
}

/// What is there: each cgroup with its id, each mark, each fact with what it says, each journal entry, each
/// sweep that is asked for or under way, which agents are set. Not when.
using Snapshot = std::map<std::string, std::string>;
Snapshot snapshotOf(Host& host);
/// The hierarchies that sweeps are asked for, or under way, in.
std::set<std::string> sweepsIn(const Snapshot& there);

/// What an agent does that had to leave a hierarchy to a sweep.
void askForSweeps(Host& host, const std::set<std::string>& hierarchies);

/// Half-written files, wherever they lie in the state folder.
std::vector<std::string> temporaries(Host& host);

/// What went wrong by the log: messages that are warnings or worse.
std::vector<std::string> complaints(const Host& host);

}  // namespace prune::faults

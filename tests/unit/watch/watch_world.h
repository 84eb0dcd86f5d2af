// SPDX-License-Identifier: MIT
/// A host in memory with cgroup v2 and one v1 hierarchy, "freezer", for tests of watching. Processes are
/// TaskKernel's.
#pragma once

#include <string>
#include <vector>

#include "policy/loader.h"
#include "prune/context.h"
#include "store/journal.h"
#include "store/registry.h"
#include "support/catch.h"
#include "support/recording_system.h"
#include "support/task_kernel.h"

namespace prune::test {

inline const std::string kUnified = "unified";
inline const std::string kFreezer = "freezer";

/// Reaches what is below /w of v2, and removes it as soon as it is empty.
inline const std::string kWatchConf =
    "[default]\nlinger = 0\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\n";

struct WatchWorld {
    TaskKernel tasks;
    MemorySystem& kernel = tasks.memory();
    RecordingSystem system{tasks};
    Log log{system, "cgprune"};
    Context context{system, log, {}};

    explicit WatchWorld(KernelAge age = KernelAge::v6_12);

    /// Writes the conf and takes it.
    void conf(const std::string& text);
    OpenHierarchy open(const std::string& hierarchy = kUnified);
    /// Does `act` with a cgroup opened.
    template <class Act>
    auto with(const std::string& hierarchy, const std::string& path, Act act) {
        const auto opened = open(hierarchy);
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        auto cgroup = openCgroup(system, opened.root.get(), parsed.value());
        REQUIRE(cgroup.ok());
        REQUIRE(cgroup.value());
        return act(Subject{opened, *cgroup.value(), path});
    }

    std::uint64_t make(const std::string& path) { return kernel.makeCgroup(kUnified, path); }
    bool has(const std::string& path) { return kernel.hasCgroup(kUnified, path); }
    void enter(int task, const std::string& path) { kernel.enter(task, kUnified, path); }
    /// A task comes and goes, in too short a time for two events.
    void visit(const std::string& path);

    std::vector<JournalKey> entries(const std::string& hierarchy = kUnified);
    /// The entry of that cgroup; fails the test where there is none.
    JournalEntry entry(std::uint64_t id, const std::string& hierarchy = kUnified);
    std::optional<Fact> fact(const FactKey& key);
    /// Log lines that hold `text`.
    std::vector<std::string> logged(const std::string& text) const;
    /// What a process is recorded as, in the registry, as somebody who asked for the cgroup.
    void registerCreatorOf(const std::string& hierarchy, const std::string& path, int pid);
};

}  // namespace prune::test

// SPDX-License-Identifier: MIT
/// A host in memory with one enabled hierarchy, for tests of what the library does to cgroups.
#pragma once

#include <string>
#include <vector>

#include "policy/loader.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "store/counters.h"
#include "store/journal.h"
#include "support/catch.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

namespace prune::test {

struct World {
    MemorySystem kernel;
    RecordingSystem system{kernel};
    Log log{system, "release-agent"};
    Context context{system, log, {}, false};

    World();

    /// A second hierarchy, mounted below /sys/fs/cgroup, enabled by its own alias.
    void enable(const std::string& hierarchy);
    void conf(const std::string& text);
    /// mkdir -p with notify_on_release set, in "freezer".
    std::uint64_t make(const std::string& path);
    /// What the kernel does: runs the agent by the alias of "freezer".
    Released release(const std::string& path);
    /// The same with another argv[0].
    Released releaseAs(const std::string& agent, const std::string& path);
    /// One pass over the journal.
    RetryResult retry();
    /// Passes until nothing is due within `ms` from now.
    void retryFor(std::int64_t ms);

    bool has(const std::string& path) { return kernel.hasCgroup("freezer", path); }
    std::vector<JournalKey> entries(const std::string& hierarchy = "freezer");
    /// The entry of the only key; fails the test where there is not just one.
    JournalEntry entry();
    /// Log lines that hold `text`.
    std::vector<std::string> logged(const std::string& text) const;
    std::uint64_t counted(Counter counter);
    /// Directories removed since the last clear() of `system`.
    std::size_t rmdirs() const;
};

inline const std::string kAlias = "/run/cgprune/agents/freezer";
inline const std::string kRegistry = "/run/cgprune/registry/freezer";
constexpr const char* kNoLinger = "[default]\nlinger = 0\n";

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// The whole agent over a host in memory. An input is blocks, parted by NULs; the first byte says what one is:
//   C D text      cgprune.conf, a drop-in
//   A B text      argv[0], release_agent of the hierarchy freezer
//   H text        another hierarchy, where cgroups are made from now on, with this release_agent
//   m path        a cgroup, flagged; the next blocks are about it:
//   f letters     its marks; n: its new name
//   c r g d j e   its state files: creator, delegation and entry, with all their lines or without the first
//   K N O R       no /dev/log, no O_TMPFILE, no openat2, cgroups are read-only
//   L text        something is wrong with the state folder
//   P path        a release
//   T byte        time passes, then a retry
//   W             a sweep
#include <string>

#include "cgroup/hierarchy.h"
#include "cgroup/path.h"
#include "common/agent_promises.h"
#include "common/agent_world.h"
#include "common/fenced_system.h"
#include "common/input.h"
#include "common/target.h"
#include "prune/drainer.h"
#include "prune/release.h"
#include "prune/retry.h"
#include "prune/sweep.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

/// A process that does one thing and ends.
class Agent {
public:
    explicit Agent(AgentWorld& world) : world_(world), system_(world.kernel) {}

    /// As main() of release-agent does it.
    void release(const std::string& path) {
        if (!CgroupPath::parse(path).ok()) return;
        AgentPromises promises(world_, {Act::Kind::release, path});
        if (prune::release(context_, world_.agent, path).deferred) startDrainer(context_);
        promises.check();
    }

    void retry() {
        AgentPromises promises(world_, {Act::Kind::retry, {}});
        readConf(context_);
        retryDue(context_, {});
        promises.check();
    }

    void sweep() {
        AgentPromises promises(world_, {Act::Kind::sweep, {}});
        readConf(context_);
        if (auto open = openHierarchyByName(system_, "freezer"); open.ok() && open.value())
            static_cast<void>(sweepHierarchy(context_, *open.value(), {}));
        promises.check();
    }

private:
    AgentWorld& world_;
    FencedSystem system_;
    Log log_{system_, "release-agent"};
    Context context_{system_, log_, {}, false};
};

void act(AgentWorld& world, char letter, std::string_view text) {
    constexpr std::size_t kStretch = 1'000;
    if (letter == 'P') Agent(world).release(stretched(text, kStretch));
    if (letter == 'W') Agent(world).sweep();
    if (letter != 'T') return;
    const std::int64_t hundreds = text.empty() ? 30 : static_cast<unsigned char>(text.front());
    world.kernel.advance(hundreds * hundreds * 100);
    Agent(world).retry();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    AgentWorld world;
    while (!input.empty()) {
        const auto block = input.block();
        if (block.empty()) continue;
        if (!world.make(block.front(), block.substr(1))) act(world, block.front(), block.substr(1));
    }
    return 0;
}

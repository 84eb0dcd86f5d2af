// SPDX-License-Identifier: MIT
/// What the agent must not do, whatever the world: said before an act, and looked at after it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/agent_world.h"
#include "creator/creator.h"
#include "store/registry.h"

namespace prune::fuzz {

/// What the agent is about to do.
struct Act {
    enum class Kind { release, retry, sweep };
    Kind kind = Kind::release;
    std::string path;  ///< argv[1] of a release
};

class AgentPromises {
public:
    /// Before the act.
    AgentPromises(AgentWorld& world, const Act& act);
    /// After it: whoever must stay is there, nothing outside has changed, nothing is open, each message is a
    /// line.
    void check();

private:
    /// What the registry's facts come to, that are of this boot and hierarchy.
    struct Said {
        bool broken = false;  ///< one is there, and not understood
        bool delegated = false;
        std::optional<Creator> creator;
    };

    bool mayGo(const MadeCgroup& cgroup, const Act& act);
    bool isMeant(const MadeCgroup& cgroup, const Act& act);
    Said saidOf(const MadeCgroup& cgroup);
    bool isOfNow(const Fact& fact, const MadeCgroup& cgroup);
    bool isLeftByDefault(const MadeCgroup& cgroup, const Act& act);
    std::string outside();
    void checkLog() const;

    AgentWorld& world_;
    bool confIsGood_;
    std::vector<MadeCgroup> staying_;
    std::string outside_;
};

}  // namespace prune::fuzz

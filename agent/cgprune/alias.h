// SPDX-License-Identifier: MIT
/// What enable leaves in /run/cgprune/agents for a hierarchy: the alias, the link to the mount, the former
/// agent.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cgroup/hierarchy.h"
#include "sys/system.h"

namespace prune {

/// What enable found, for disable to give back.
struct Former {
    std::string agent;
    bool rootFlag = false;
};

/// Why a hierarchy of this name can have no alias; "" if it can.
std::string whyNoAlias(const std::string& hierarchy);

/// Makes or renews both links. Whoever follows one sees the old or the new target, never none.
Status makeAlias(System& system, const Hierarchy& hierarchy, const std::string& binary);

/// Removes the links and the former agent's file. What is not there is no error.
Status removeAlias(System& system, const std::string& hierarchy);

/// Nothing: this hierarchy was not enabled.
Result<std::optional<Former>> readFormer(System& system, const std::string& hierarchy);
Status writeFormer(System& system, const std::string& hierarchy, const Former& former);

}  // namespace prune

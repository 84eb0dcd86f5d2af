// SPDX-License-Identifier: MIT
/// Whose program a hierarchy's release_agent is, and where ours lies.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cgprune/output.h"
#include "cgroup/hierarchy.h"
#include "sys/system.h"

namespace prune {

/// "/run/cgprune/agents/freezer".
std::string aliasOf(const std::string& hierarchy);

enum class AgentKind { none, ours, other };

/// "none", "ours", "other".
std::string_view word(AgentKind kind);

struct AgentText {
    std::string text;  ///< as release_agent holds it
    AgentKind kind = AgentKind::none;
    bool isAlias = false;  ///< just the alias that enable writes for this hierarchy
};

/// The text of a release agent, escaped; null where there is none.
Json agentJson(const std::string& text);

/// What release_agent says; kind none on v2. A path that leads to our binary is ours, too.
Result<AgentText> agentOf(System& system, const OpenHierarchy& hierarchy);

/// The release-agent beside this program, where there is one (a build tree), else the installed one.
std::string defaultAgent(System& system);

/// A release-agent to run for this hierarchy: what its alias leads to, else the default one.
std::string runnableAgent(System& system, const std::string& hierarchy);

/// What a symlink says, or nothing.
std::optional<std::string> linkText(System& system, const std::string& path);

}  // namespace prune

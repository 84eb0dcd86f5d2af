// SPDX-License-Identifier: MIT
/// What status tells of a hierarchy and of the host.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cgprune/agent_text.h"
#include "cgprune/verb.h"
#include "cgroup/hierarchy.h"
#include "policy/conf.h"
#include "store/counters.h"

namespace prune {

struct HierarchyStatus {
    Hierarchy about;
    AgentText agent;
    std::optional<bool> rootFlag;  ///< v1 only
    std::uint64_t cgroups = 0;     ///< without the root
    std::uint64_t empty = 0;
    std::uint64_t kept = 0;
    std::uint64_t flagged = 0;
    std::uint64_t unreadable = 0;
    std::optional<std::uint64_t> deferred;  ///< nothing: the journal cannot be read
    std::optional<std::uint64_t> stuck;
    bool isLastKnown = false;                  ///< whether `removedAgoMs` could be read
    std::optional<std::int64_t> removedAgoMs;  ///< since the last removal
    std::optional<std::uint64_t> dying;        ///< removed, and not freed by the kernel; v2 only
    bool watched = false;                      ///< a cgprune watch runs
    std::string stateFault;                    ///< why something of the state folder cannot be read
};

/// Errors: the hierarchy cannot be read.
Result<HierarchyStatus> readStatus(System& system, const Hierarchy& about);

struct HostStatus {
    Conf conf;
    std::vector<std::string> confFiles;
    std::optional<std::vector<std::string>> sweepsNeeded;  ///< nothing: they cannot be read
    std::optional<std::array<std::uint64_t, kCounters>> counters;
    bool drains = false;
    std::string stateFault;  ///< why one of these cannot be read
};

HostStatus readHost(Session& session);

}  // namespace prune

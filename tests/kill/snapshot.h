// SPDX-License-Identifier: MIT
/// All that there is to see of the cgroups and of the state folder, with paths in place of ids.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "world.h"

namespace prune::stepping {

using Complaints = std::vector<std::string>;

struct Snapshot {
    std::map<std::string, std::string> cgroups;  ///< by path: flag, owners, marks
    std::string agent;                           ///< release_agent
    std::string rootFlag;
    std::map<std::string, std::string> facts;    ///< by "/path.creator": times are left out
    std::map<std::string, std::string> entries;  ///< of the journal, by path: times and looks are left out
    std::map<std::string, std::string> agents;  ///< what is in the folder agents: links, and the former agent
    std::set<std::string> sweeps;               ///< hierarchies that need one
    std::set<std::string> temporaries;          ///< the folders that have some, each file once
    std::set<std::string> others;               ///< all other names
    std::string raw;                            ///< whatever may decide later: texts with their times
    Complaints broken;                          ///< what cannot be read as it should

    bool has(const std::string& path) const { return cgroups.contains(path); }
    bool hasEntry(const std::string& path) const { return entries.contains(path); }
    bool hasFact(const std::string& name) const { return facts.contains(name); }

    /// What two states differ in that are not to be told apart by their times and numbers alone.
    std::string everything() const;
    /// What an operation is there for; without what litter there is.
    std::string lasting() const;
    /// The same, without what the entries say: a sweep's says another thing than a release's.
    std::string outline() const;
};

Snapshot look(World& world);

}  // namespace prune::stepping

// SPDX-License-Identifier: MIT
/// The cgroups of a hierarchy, with all that is known of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cgprune/verb.h"
#include "cgroup/hierarchy.h"
#include "prune/facts.h"
#include "store/journal.h"

namespace prune {

/// One cgroup. There can be a hundred thousand.
struct TreeNode {
    std::string name;       ///< the last component of its path; "" for the root
    std::size_t depth = 0;  ///< 0: directly below the top
    CgroupState state;
    DelegationSigns signs;
    std::unique_ptr<Known> known;           ///< where the registry holds anything of it
    std::unique_ptr<JournalEntry> waiting;  ///< what the journal holds of it
    std::optional<std::uint64_t> dying;     ///< descendants; v2 only
    std::string fault;                      ///< why not all of it could be looked at
    bool isKept = false;                    ///< by a mark that counts

    /// False: only its name is known.
    bool isKnown() const { return state.id != 0; }
    bool isEmpty() const { return isKnown() && !state.populated && !state.hasChildren; }
};

struct Tree {
    Hierarchy hierarchy;
    std::string path;  ///< of the top: "/" or a cgroup path
    TreeNode top;      ///< of the root only what is dying below it is known
    std::vector<TreeNode> nodes;
};

/// All cgroups at and below `path`. Changes nothing. Errors: what is there cannot be listed, or the state
/// folder cannot be read.
Result<Tree> readTree(Session& session, const OpenHierarchy& hierarchy, const std::string& path);

}  // namespace prune

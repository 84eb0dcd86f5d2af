// SPDX-License-Identifier: MIT
/// The lines of a tree, drawn as systemd-cgls draws them. Pure. A tree is the list of its nodes' depths, each
/// node in front of what is below it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace prune {

using Depths = std::vector<std::size_t>;

/// For each node whether it is the last child of its parent.
std::vector<bool> lastChildren(const Depths& depths);

/// The wanted nodes, and all that are above one.
std::vector<bool> withAncestors(const Depths& depths, const std::vector<bool>& wanted);

/// What stands before each node's name, one node after the other.
class TreeLines {
public:
    explicit TreeLines(bool utf8) : utf8_(utf8) {}

    /// "│ ├─" or "| |-". Valid until the next call.
    const std::string& next(std::size_t depth, bool last);

private:
    bool utf8_;
    std::string line_;                 ///< of the last node
    std::vector<std::size_t> begins_;  ///< where the part of each depth begins
    std::vector<bool> lasts_;
};

}  // namespace prune

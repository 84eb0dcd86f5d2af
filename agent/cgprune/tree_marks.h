// SPDX-License-Identifier: MIT
/// What the tree says of a cgroup: plain words with a colour, or JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cgprune/output.h"
#include "cgprune/tree.h"

namespace prune {

enum class Colour { plain, grey, red, green, yellow, magenta, cyan };

struct Mark {
    std::string text;
    Colour colour = Colour::plain;
};

/// `text` between the sequences that begin and end a colour.
std::string coloured(const std::string& text, Colour colour);

/// "populated", "kept", "delegated to uid 1000", ... `nowMs`: CLOCK_BOOTTIME.
std::vector<Mark> marksOf(const TreeNode& node, bool unified, std::int64_t nowMs);

/// `path`: as it is, not escaped.
Json treeJson(const TreeNode& node, const Hierarchy& hierarchy, const std::string& path, std::int64_t nowMs);

}  // namespace prune

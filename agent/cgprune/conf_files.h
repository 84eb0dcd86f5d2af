// SPDX-License-Identifier: MIT
/// Which conf files there are.
#pragma once

#include <string>
#include <vector>

namespace prune {

/// The conf files in force below `root`, in the order in which their rules are tried: the drop-ins by name,
/// each from the highest folder that has it, then cgprune.conf. Paths without `root`.
std::vector<std::string> confFiles(const std::string& root);

}  // namespace prune

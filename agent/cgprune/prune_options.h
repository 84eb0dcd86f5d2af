// SPDX-License-Identifier: MIT
/// What cgprune prune is told: which cgroups of a subtree, and what may be overruled.
#pragma once

#include <string>

#include "base/result.h"
#include "cgprune/verb.h"
#include "policy/verdict.h"
#include "prune/subtree.h"

namespace prune {

inline constexpr Option kOlderThanOption = {"older-than", "AGE", "only what is known to be so old: 90s, 2h"};
inline constexpr Option kMatchOption = {"match", "GLOB",
                                        "only what it fits: from PATH on, or whole if it begins with /"};
inline constexpr Option kForceOption = {"force", "WHICH",
                                        "remove in spite of kept,creator,lock,delegated (any of)"};

/// Error (code 0): what is wrong with an option.
Result<SubtreeOptions> readPruneOptions(const Arguments& arguments);

/// Then, when the cgroup is known that the verb is about: has a --match that is not whole begin there.
void placeMatch(SubtreeOptions& options, const Arguments& arguments, std::string_view top);

/// The word of --force that overrules `reason`, or "".
std::string_view forceWordFor(Reason reason);

}  // namespace prune

// SPDX-License-Identifier: MIT
/// What holds of each text of a state file.
#pragma once

#include <algorithm>
#include <string_view>

#include "common/reference.h"
#include "common/target.h"

namespace prune::fuzz {

/// Whoever reads it with cat sees nothing but lines of printable ASCII.
inline void requireReadable(std::string_view text) {
    const auto lines = split(text, '\n');
    require(lines.back().empty(), "a state file ends with a newline", text);
    require(std::all_of(lines.begin(), lines.end(), isOneLine), "a state file is printable", text);
}

}  // namespace prune::fuzz

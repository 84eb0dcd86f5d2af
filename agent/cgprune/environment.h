// SPDX-License-Identifier: MIT
/// What the process was told by its environment.
#pragma once

#include <cstdlib>
#include <string_view>

namespace prune {

/// "" where it is not set.
inline std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Lines of /proc/PID/status. Pure. Since 1.0.
#pragma once

#include <cstddef>
#include <string_view>

namespace prune {

/// More than any /proc/PID/status has.
constexpr std::size_t kMaxStatusBytes = 65'536;

/// The value of the line "KEY:\tvalue", without the blanks around it; "" where there is none.
std::string_view statusField(std::string_view text, std::string_view key);

}  // namespace prune

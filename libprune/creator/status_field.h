// SPDX-License-Identifier: MIT
/// Lines of /proc/PID/status. Pure. Since 0.1.
#pragma once

#include <string_view>

namespace prune {

/// The value of the line "KEY:\tvalue", without the blanks around it; "" where there is none.
std::string_view statusField(std::string_view text, std::string_view key);

}  // namespace prune

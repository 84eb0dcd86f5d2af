// SPDX-License-Identifier: MIT
/// What may be written to stdout besides plain text.
#pragma once

#include <string_view>

namespace prune {

/// The encoding of a locale by the variables that choose it, "" where one is not set. As systemd has it: with
/// none set everything can take UTF-8.
bool isUtf8(std::string_view lcAll, std::string_view lcCtype, std::string_view lang);

/// For this process.
bool isUtf8Locale();

/// stdout is a terminal that knows colours, and NO_COLOR is not set (no-color.org).
bool takesColour();

}  // namespace prune

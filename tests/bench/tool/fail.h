// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace bench {
/// Says what could not be done, with errno's text, and ends the program: half a measurement is none.
[[noreturn]] void fail(std::string_view what, std::string_view about = {});

/// The same where errno has nothing to say.
[[noreturn]] void misuse(std::string_view what, std::string_view about = {});
}  // namespace bench

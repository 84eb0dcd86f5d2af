// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {
using Arguments = std::vector<std::string>;

// The subcommands: each takes what follows its name, and returns the exit status.
int runTurns(const Arguments& arguments);
int runOnce(const Arguments& arguments);
int runTrace(const Arguments& arguments);
int runFill(const Arguments& arguments);
int runMounts(const Arguments& arguments);
int runLiveness(const Arguments& arguments);

/// A whole number, or the program ends.
std::size_t numberOf(const std::string& text);
}  // namespace bench

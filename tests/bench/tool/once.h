// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "process.h"

namespace bench {
/// In a child: becomes that program, as the kernel starts an agent: descriptors 0 to 2 closed.
[[noreturn]] void executeAsAgent(const std::string& file, const std::vector<std::string>& words,
                                 const std::vector<std::string>& environment);

/// Makes what the case needs, calls `run` with the words, and ends the program where that says false or the
/// cgroup is not as the case says.
void runOnStage(const Case& about, const std::function<bool(const std::vector<std::string>&)>& run);
}  // namespace bench

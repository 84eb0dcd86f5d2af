// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <vector>

#include "plan.h"

namespace bench {
/// What a whole process cost, from before it was made until it was reaped.
struct Cost {
    std::int64_t ns = 0;
    std::int64_t cpuNs = 0;  ///< of its own and its children's: what others do in between is not in it
    long faults = 0;         ///< minor page faults
    bool succeeded = false;
};

/// argv or envp over strings that outlive it.
std::vector<char*> pointersTo(const std::vector<std::string>& texts);

/// The environment that the kernel gives an agent, and what the case adds.
std::vector<std::string> environmentOf(const Case& about);

const std::string& fileOf(const Case& about, const std::vector<std::string>& words);

/// Runs it as the kernel does: descriptors 0 to 2 closed.
Cost costOf(const Case& about, const std::vector<std::string>& words);
}  // namespace bench

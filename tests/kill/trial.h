// SPDX-License-Identifier: MIT
/// One operation, killed at each of its system calls in turn.
#pragma once

#include <optional>

#include "operation.h"

namespace prune::stepping {

struct Counts {
    std::uint64_t operations = 0;
    std::uint64_t calls = 0;
    std::uint64_t kills = 0;
    std::uint64_t states = 0;  ///< that kills left, and that differ in more than times and numbers
    std::uint64_t healed = 0;  ///< healings that were tried
    std::uint64_t failed = 0;  ///< kills after which something was not as it should be
};

struct Options {
    bool after =
        true;  ///< kill right after each call, too: it differs from right before the next one in memory only
    bool healAll = false;             ///< heal after each kill, not only of each state that kills leave
    std::optional<KillPoint> only{};  ///< try this one only
};

/// Tells of each failure how to have it again. Throws where the operation does not do unharmed what it
/// should.
Counts tryOperation(World& world, const Operation& operation, const Options& options);

}  // namespace prune::stepping

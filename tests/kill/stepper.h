// SPDX-License-Identifier: MIT
/// Runs a program call by call, and kills it at one of its system calls.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "command.h"

namespace prune::stepping {

enum class When { before, after };

/// The n-th system call that the program makes, the first after its exec being 1.
struct KillPoint {
    std::uint64_t call = 0;
    When when = When::before;
};

/// Whose calls they are.
enum class Who {
    program,
    forked,  ///< those of the process that it forks; the program itself runs unharmed
};

struct Stepped {
    std::uint64_t calls = 0;  ///< how many were begun
    long lastCall = -1;       ///< the number (SYS_...) of the last of them
    bool killed = false;      ///< the kill point was reached
    bool idle = false;        ///< it went to sleep until something happens; then it is killed, too
    int status = 0;           ///< as waitpid tells; of an idle one what the kill left
};

/// A sleep that waits for nothing but time ends at once. Throws where the program cannot be run or traced,
/// and for Who::forked where it forks none.
Stepped step(const Command& command, Who who, std::optional<KillPoint> at);

}  // namespace prune::stepping

// SPDX-License-Identifier: MIT
/// A program with its arguments, and how it is run: with nothing to read, and all that it prints in a file.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace prune::stepping {

struct Command {
    std::string program;
    std::vector<std::string> words{};  ///< argv; none: `program` alone

    std::string text() const;
};

/// What is printed goes here, if nothing else is said.
inline constexpr const char* kSaid = "/run/said-by-program";

/// In a child: becomes the program. Does not return.
[[noreturn]] void become(const Command& command, const std::string& saidTo = kSaid);

/// Runs it to its end: the exit code, or minus the signal that ended it.
int run(const Command& command);

/// What the last program that ran printed there.
std::string said(const std::string& saidTo = kSaid);

/// waitpid, whatever signals come; throws where there is no such child.
int waitFor(pid_t pid, int flags = 0);

/// Throws std::system_error with the errno of now.
[[noreturn]] void fail(const std::string& doing);

}  // namespace prune::stepping

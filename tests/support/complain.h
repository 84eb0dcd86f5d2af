// SPDX-License-Identifier: MIT
/// For the hooks of MemorySystem: a test that asks for what cannot be is wrong, and ends.
#pragma once

#include <stdexcept>
#include <string>

namespace prune::memory {

[[noreturn]] inline void complain(const std::string& what, const std::string& about) {
    throw std::logic_error("MemorySystem: " + what + ": " + about);
}

}  // namespace prune::memory

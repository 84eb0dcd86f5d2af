// SPDX-License-Identifier: MIT
/// For the hooks of MemorySystem: the user is root while one of these lives.
#pragma once

#include "support/memory_system_node.h"

namespace prune::memory {

class AsRoot {
public:
    explicit AsRoot(Self& self) : self_(self), user_(self.user) { self_.user = 0; }
    AsRoot(const AsRoot&) = delete;
    AsRoot& operator=(const AsRoot&) = delete;
    ~AsRoot() { self_.user = user_; }

private:
    Self& self_;
    std::uint32_t user_;
};

}  // namespace prune::memory

// SPDX-License-Identifier: MIT
/// A System that reads and writes one byte a call, as a system may.
#pragma once

#include <algorithm>

#include "support/intercepted_system.h"

namespace prune {

class OneByteSystem final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    ssize_t readFd(int fd, char* buffer, std::size_t size) override {
        return InterceptedSystem::readFd(fd, buffer, std::min<std::size_t>(size, 1));
    }
    ssize_t writeFd(int fd, std::string_view bytes) override {
        return InterceptedSystem::writeFd(fd, bytes.substr(0, 1));
    }

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

}  // namespace prune

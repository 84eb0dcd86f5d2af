// SPDX-License-Identifier: MIT
/// A MemorySystem whose /proc/self/mountinfo holds a given text, and whose reads can be made short.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "support/intercepted_system.h"
#include "support/memory_system.h"

namespace prune {

class MountinfoSystem final : public InterceptedSystem {
public:
    explicit MountinfoSystem(std::string_view text) : InterceptedSystem(memory) { setText(text); }

    void setText(std::string_view text) { memory.writeFile(kFile, text); }

    int openAt(int directory, const char* path, int flags, unsigned mode = 0) override {
        const bool isMountinfo = std::string_view(path) == "/proc/self/mountinfo";
        return InterceptedSystem::openAt(directory, isMountinfo ? kFile : path, flags, mode);
    }
    ssize_t readFd(int fd, char* buffer, std::size_t size) override {
        return InterceptedSystem::readFd(fd, buffer, std::min(size, mostAtOnce));
    }

    MemorySystem memory;
    std::size_t mostAtOnce = SIZE_MAX;  ///< bytes that one read gives

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    static constexpr const char* kFile = "/tmp/mountinfo";
};

}  // namespace prune

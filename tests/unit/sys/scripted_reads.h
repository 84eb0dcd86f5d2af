// SPDX-License-Identifier: MIT
/// For tests of readers: a descriptor whose reads give what a test says.
#pragma once

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string>

#include "support/intercepted_system.h"
#include "support/memory_system.h"

namespace prune::test {

class ScriptedReads final : public InterceptedSystem {
public:
    static constexpr int kFd = 900;

    ScriptedReads() : InterceptedSystem(memory) {}

    void gives(std::string bytes) { reads_.push_back({std::move(bytes), 0}); }
    void fails(int code) { reads_.push_back({"", -code}); }
    int left() const { return static_cast<int>(reads_.size()); }

    /// -EAGAIN where nothing is left.
    ssize_t readFd(int fd, char* buffer, std::size_t size) override {
        if (fd != kFd) return memory.readFd(fd, buffer, size);
        if (reads_.empty()) return -EAGAIN;
        const auto read = std::move(reads_.front());
        reads_.pop_front();
        return read.failure < 0 ? read.failure : static_cast<ssize_t>(read.bytes.copy(buffer, size));
    }

    MemorySystem memory;

private:
    struct Read {
        std::string bytes;
        int failure;
    };

    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    std::deque<Read> reads_;
};

}  // namespace prune::test

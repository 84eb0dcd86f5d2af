// SPDX-License-Identifier: MIT
/// A system whose files all hold the same bytes, given a few at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "support/intercepted_system.h"
#include "support/memory_system.h"

namespace prune::fuzz {

class BytesSystem final : public InterceptedSystem {
public:
    static constexpr int kFd = 900;

    explicit BytesSystem(std::string bytes, std::size_t mostAtOnce = SIZE_MAX)
        : InterceptedSystem(others()),
          bytes_(std::move(bytes)),
          mostAtOnce_(std::max<std::size_t>(mostAtOnce, 1)) {}

    int openAt(int, const char*, int, unsigned) override {
        offset_ = 0;
        return kFd;
    }
    ssize_t readFd(int, char* buffer, std::size_t size) override {
        const auto count = bytes_.copy(buffer, std::min(size, mostAtOnce_), offset_);
        offset_ += count;
        return static_cast<ssize_t>(count);
    }
    void closeFd(int fd) override { ++closed[fd]; }

    std::map<int, int> closed;  ///< how often each descriptor was

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    /// For all calls but those above. One for all inputs: nothing changes it.
    static System& others() {
        static MemorySystem memory;
        return memory;
    }

    std::string bytes_;
    std::size_t mostAtOnce_;
    std::size_t offset_ = 0;
};

}  // namespace prune::fuzz

// SPDX-License-Identifier: MIT
/// A process that writes to the state folder again and again, and tells what it wrote, until it is killed.
#pragma once

#include <fcntl.h>

#include <cstdint>

#include "processes.h"
#include "real_state.h"
#include "support/catch.h"

namespace prune {

/// What a child tells: each number as it was put. Closes its ends itself.
class Reports {
public:
    Reports() { REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0); }
    Reports(const Reports&) = delete;
    Reports& operator=(const Reports&) = delete;
    ~Reports() {
        ::close(ends_[0]);
        closeWriter();
    }

    void write(std::uint64_t number) const {
        if (::write(ends_[1], &number, sizeof number) != sizeof number) ::_exit(3);
    }
    /// Waits for the next number: false at the end.
    bool read(std::uint64_t& number) const {
        return ::read(ends_[0], &number, sizeof number) == sizeof number;
    }
    void closeWriter() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

private:
    int ends_[2] = {-1, -1};
};

/// Calls `write(system, number)` with each number from `first` on, and reports it when it was true.
struct Writer {
    using Write = bool (*)(System&, std::uint64_t number);

    Writer(const TemporaryRoot& root, Write write, std::uint64_t first)
        : child([this, &root, write, first] { return run(root, write, first); }) {
        reports.closeWriter();
    }

    int run(const TemporaryRoot& root, Write write, std::uint64_t first) const {
        RealState system(root);
        for (std::uint64_t number = first;; ++number) {
            if (!write(system, number)) return 2;
            reports.write(number);
        }
    }

    Reports reports;
    Child child;
};

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "tool.h"

#include <x86intrin.h>
#include <cstdio>
#include <ctime>

namespace tool {
namespace {
struct Look {
    std::uint64_t ticks;
    std::uint64_t nanoseconds;
};

std::uint64_t nanoseconds() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_RAW, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
}

// Both clocks at one moment: of many tries the one in which the least time went by.
Look look() {
    Look best{};
    std::uint64_t shortest = ~std::uint64_t{0};
    for (int tries = 0; tries < 100; ++tries) {
        const std::uint64_t before = __rdtsc();
        const std::uint64_t time = nanoseconds();
        const std::uint64_t passed = __rdtsc() - before;
        if (passed < shortest) {
            shortest = passed;
            best = {before + passed / 2, time};
        }
    }
    return best;
}
}  // namespace

int runTscKhz(const Arguments&) {
    const Look first = look();
    sleepMicroseconds(100'000);
    const Look last = look();
    std::printf("%ju\n", static_cast<uintmax_t>((last.ticks - first.ticks) * 1'000'000 /
                                                (last.nanoseconds - first.nanoseconds)));
    return 0;
}
}  // namespace tool

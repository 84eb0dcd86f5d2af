// SPDX-License-Identifier: MIT
#include "sys/wall_clock.h"

#include <ctime>

namespace prune {

std::int64_t wallTimeNs() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * kNsPerSecond + now.tv_nsec;
}

}  // namespace prune

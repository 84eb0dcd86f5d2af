// SPDX-License-Identifier: MIT
/// What the wall clock says. Since 1.0. Any thread. Not part of System: it can be set, and so step, and
/// nothing is timed by it.
#pragma once

#include <cstdint>

namespace prune {

/// CLOCK_REALTIME in nanoseconds: what FileStat::modifiedNs is told in.
std::int64_t wallTimeNs();

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

}  // namespace prune

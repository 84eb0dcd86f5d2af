// SPDX-License-Identifier: MIT
/// Bounds of watching, and what is said where one is reached. Since 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "prune/context.h"

namespace prune {

/// Looks that are done before others get their turn.
constexpr int kLooksAtOnce = 64;
/// Cgroups with a maker that does not count are remembered until the queue is empty: no more of them.
constexpr std::size_t kMaxUnrecorded = 65'536;

/// How long events of one hierarchy are handled before others get their turn.
constexpr std::int64_t kTurnMs = 200;

/// For how long all else waits while there is always more to be heard of makers.
constexpr std::int64_t kHearFirstMs = 10'000;

/// How long is spent at the end on what the kernel has told already.
constexpr std::int64_t kLastTurnMs = 30'000;

/// How often everything is looked at where not all can be watched.
constexpr std::int64_t kBlindLookMs = 30'000;

/// For how long nothing is read of a hierarchy that cannot be opened.
constexpr std::int64_t kDeafMs = 1'000;

constexpr std::int64_t kMinuteMs = 60'000;

constexpr std::string_view kInotifyQueueSetting = "fs.inotify.max_queued_events";

/// The kernel watches no more for this user. Said once an hour.
void sayWatchLimit(Context& context, std::string_view hierarchy);

/// Something could not be looked at, and is looked at with all else, later. Said once a minute.
void sayBlind(Context& context, std::string_view hierarchy, const Error& why);

/// The kernel could not keep all that it had to tell, in a queue whose length `setting` bounds. Said once a
/// minute.
void sayEventsLost(Context& context, std::string_view hierarchy, std::string_view setting);

}  // namespace prune

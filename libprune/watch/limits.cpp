// SPDX-License-Identifier: MIT
#include "watch/limits.h"

#include <string>

#include "store/state_folder.h"

namespace prune {

namespace {

void sayOnce(Context& context, std::string_view message, std::string_view hierarchy, std::int64_t everyMs,
             std::string_view what) {
    const auto about = std::string(message) + ' ' + std::string(hierarchy);
    if (isFirstOf(context.system, about, everyMs))
        context.log.event(LogLevel::warning, message, {{"hierarchy", hierarchy}, {"do", what}});
}

}  // namespace

void sayWatchLimit(Context& context, std::string_view hierarchy) {
    sayOnce(context, "watch-limit", hierarchy, kHourMs,
            "raise fs.inotify.max_user_watches; until then what is not watched is looked at every 30 s");
}

void sayBlind(Context& context, std::string_view hierarchy, const Error& why) {
    const auto about = "watch-blind " + std::string(hierarchy);
    if (isFirstOf(context.system, about, kMinuteMs)) logStateFault(context, why);
}

void sayEventsLost(Context& context, std::string_view hierarchy, std::string_view setting) {
    sayOnce(context, "events-lost", hierarchy, kMinuteMs,
            "raise " + std::string(setting) +
                "; what has become empty meanwhile is found again, who made what is not");
}

}  // namespace prune

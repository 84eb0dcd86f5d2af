// SPDX-License-Identifier: MIT
#include "cgprune/retry_report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/outcome_text.h"

namespace prune {

bool RetryReport::onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) {
    const auto now = session_.system.bootTimeMs();
    const auto hierarchy = escapeForPeople(key.hierarchy);
    const auto path = escapeForPeople(entry.path);
    Json object = {{"hierarchy", hierarchy}, {"id", key.id}, {"cgroup", pathJson(entry)}};
    addOutcome(object, outcome, now);
    session_.out.say(fmt::format("{} of {} (id {}): {}{}", path, hierarchy, key.id,
                                 session_.dryRun ? "would be " : "", outcomeText(outcome, now)),
                     object);
    progress_.at(fmt::format("{} looked at", ++looked_));
    return true;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "cgprune/retry_report.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/words.h"

namespace prune {

void RetryReport::onEntry(const JournalKey& key, const JournalEntry& entry, const Outcome& outcome) {
    const auto now = session_.system.bootTimeMs();
    const bool waits = outcome.done == Done::deferred && outcome.reason != Reason::stuck;
    const auto hierarchy = escapeForPeople(key.hierarchy);
    const auto path = escapeForPeople(entry.path);
    session_.out.say(fmt::format("{} of {} (id {}): {}{} ({}){}", path, hierarchy, key.id,
                                 session_.dryRun ? "would be " : "", word(outcome.done), word(outcome.reason),
                                 waits ? ", looked at again " + dueText(outcome.dueMs, now) : ""),
                     {{"hierarchy", hierarchy},
                      {"id", key.id},
                      {"path", path},
                      {"outcome", word(outcome.done)},
                      {"reason", word(outcome.reason)},
                      {"due-in-ms", waits ? Json(outcome.dueMs - now) : Json()}});
}

}  // namespace prune

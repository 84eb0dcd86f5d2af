// SPDX-License-Identifier: MIT
#include "cgprune/outcome_text.h"
#include "base/text.h"

#include "cgprune/words.h"
#include "prune/causes.h"

namespace prune {

namespace {

bool waits(const Outcome& outcome) {
    return outcome.done == Done::deferred && outcome.reason != Reason::stuck;
}

/// A sweep notes what it finds empty: no release was deferred.
std::string_view doneWord(const Outcome& outcome) {
    return waits(outcome) && outcome.reason == Reason::seenEmpty ? "noted" : word(outcome.done);
}

}  // namespace

std::string outcomeText(const Outcome& outcome, std::int64_t nowMs) {
    std::string text(doneWord(outcome));
    if (outcome.reason) text += " (" + std::string(word(*outcome.reason)) + ')';
    if (waits(outcome)) text += ", looked at again " + dueText(outcome.dueMs, nowMs);
    return text;
}

void addOutcome(Json& object, const Outcome& outcome, std::int64_t nowMs) {
    object["outcome"] = doneWord(outcome);
    object["reason"] = outcome.reason ? Json(word(*outcome.reason)) : Json();
    object["failure"] =
        outcome.done == Done::failed ? Json(failureWord(causeOfFailure(outcome.code))) : Json();
    object["due-in-ms"] = waits(outcome) ? Json(outcome.dueMs - nowMs) : Json();
}

Json pathJson(const JournalEntry& entry) {
    return entry.path.empty() ? Json() : Json(escapeForPeople(entry.path));
}

void addEntry(Json& object, const JournalEntry& entry, std::int64_t nowMs) {
    object["reason"] = escapeForPeople(entry.reason);
    object["empty-for-ms"] = nowMs - entry.emptySinceMs;
    object["due-in-ms"] = entry.stuck ? Json() : Json(entry.dueMs - nowMs);
    object["looks"] = entry.looks;
    object["stuck"] = entry.stuck;
}

}  // namespace prune

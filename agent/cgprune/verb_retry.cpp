// SPDX-License-Identifier: MIT
// cgprune retry: one pass over the journal, as the drainer makes.
#include "prune/drainer.h"
#include "prune/needed_sweeps.h"
#include "prune/retry.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/known_hierarchy.h"
#include "cgprune/retry_report.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "store/state_folder.h"

namespace prune {

namespace {

void printSummary(Session& session, const RetryResult& result) {
    const auto now = session.system.bootTimeMs();
    const auto next = result.pending > 0 ? ", the next due " + dueText(result.nextDueMs, now) : std::string();
    session.out.say(fmt::format("{}removed {}, dropped {}, failed {}, pending {}{}, stuck {}",
                                session.dryRun ? "dry run: " : "", result.removed, result.dropped,
                                result.failed, result.pending, next, result.stuck),
                    {{"dry-run", session.dryRun},
                     {"removed", result.removed},
                     {"dropped", result.dropped},
                     {"failed", result.failed},
                     {"pending", result.pending},
                     {"stuck", result.stuck},
                     {"next-due-in-ms", result.pending > 0 ? Json(result.nextDueMs - now) : Json()}});
}

int runRetry(Session& session, const Arguments& arguments) {
    RetryOptions options;
    if (!arguments.operands.empty()) options.onlyHierarchy = arguments.operands.front();
    if (!isKnownHierarchy(session, options.onlyHierarchy)) return kFailed;
    auto context = contextOf(session);
    if (!context.conf.errors.empty())
        session.out.problem("warning: " + confErrorsText(context.conf) +
                            "; until they are mended nothing is removed");
    RetryReport report(session);
    options.ignoreBackoff = arguments.has("now");
    options.includeStuck = arguments.has("stuck");
    options.listener = &report;
    if (options.onlyHierarchy.empty() && !session.dryRun) sweepAllNeeded(context);
    const auto result = retryDue(context, options);
    // A drainer that looked meanwhile sleeps until something is due that is gone by now: woken, it ends.
    if (!session.dryRun && result.pending == 0 && drainerRuns(session.system))
        static_cast<void>(announceDue(session.system, session.system.bootTimeMs()));
    report.end();
    printSummary(session, result);
    if (result.failed > 0) return kFailed;
    return result.pending + result.stuck > 0 ? kLeft : kDone;
}

}  // namespace

Verb retryVerb() {
    Verb verb;
    verb.name = "retry";
    verb.operands = "[HIERARCHY]";
    verb.most = 1;
    verb.summary = "look again at what was deferred and is due";
    verb.details =
        "Makes one pass over the journal, as the drainer and a timer do. Exit 3 if anything is left in it.";
    verb.options = {{"now", "", "look at each entry now, due or not; lingers are waited out all the same"},
                    {"stuck", "", "try again those that were given up"}};
    verb.changes = true;
    verb.run = runRetry;
    return verb;
}

}  // namespace prune

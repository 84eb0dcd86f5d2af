// SPDX-License-Identifier: MIT
#include "prune/retry_entry.h"

#include "base/text.h"
#include "cgroup/locate.h"
#include "prune/judge.h"
#include "prune/settle.h"

namespace prune {

namespace {

/// True while the release_agent of the hierarchy is the one that called us, or the alias that enable gave it.
bool isStillOurs(const RetryHierarchy& hierarchy, const JournalEntry& entry) {
    if (hierarchy.open.about.unified || entry.agent.empty()) return true;
    return hierarchy.agent == entry.agent ||
           hierarchy.agent == std::string(kAliasFolder) + hierarchy.open.about.name;
}

/// The cgroup is no more, or cannot be found any more.
Outcome dropGone(Context& context, const OpenHierarchy& hierarchy, const JournalKey& key) {
    if (isGone(context.system, hierarchy, key.id))
        forgetCgroup(context, key);
    else
        dropEntry(context, key);
    return {Done::gone, {}, 0};
}

/// Unlink, then look again: a release that came between the look and the unlink wrote an entry that went with
/// ours.
Outcome dropAndLookAgain(Context& context, const Subject& subject, const JournalKey& key,
                         const JournalEntry& entry, const Outcome& outcome) {
    if (context.dryRun) return outcome;
    dropEntry(context, key);
    const auto again = judge(context, subject);
    if (!again.ok()) return putOffFailed(context, key, entry, context.conf.defaults, again.error().code);
    if (!again.value() || again.value()->verdict.action == Action::keep) return outcome;
    const auto& judgement = *again.value();
    JournalEntry anew;
    anew.boot = entry.boot;
    anew.hierarchyId = entry.hierarchyId;
    anew.path = subject.path;
    anew.agent = entry.agent;
    anew.ambiguous = entry.ambiguous;
    anew.swept = entry.swept;
    anew.emptySinceMs = context.system.bootTimeMs();
    anew.dueMs =
        anew.emptySinceMs + waitMs(context, ruleOrDefault(context, judgement), judgement.verdict, anew);
    return putOff(context, {key.hierarchy, judgement.state.owner, key.id}, std::move(anew),
                  Reason::lingering);
}

/// The entry as it is now that we hold the lock: a release that came meanwhile has started its linger anew,
/// and may have where it cannot be read. Else what came of it; another pass has dealt with one that is gone.
std::optional<Outcome> readAgain(Context& context, const JournalKey& key, JournalEntry& entry) {
    Journal journal(context.system, !context.dryRun);
    auto now = journal.find(key);
    if (!now.ok()) {
        entry.emptySinceMs = context.system.bootTimeMs();
        return putOffFailed(context, key, entry, context.conf.defaults, now.error().code);
    }
    if (!now.value()) return Outcome{Done::gone, {}, 0};
    entry = std::move(*now.value());
    return std::nullopt;
}

bool isJournaled(Context& context, const JournalKey& key) {
    const auto known = Journal(context.system, !context.dryRun).find(key);
    return known.ok() && known.value();
}

/// A release after a chown has an entry of its own, which knows better since when the cgroup is empty. A
/// sweep after it only saw the cgroup once more, and does not start the wait anew.
bool isReleasedAnew(Context& context, const JournalKey& key) {
    const auto known = Journal(context.system, !context.dryRun).find(key);
    return known.ok() && known.value() && !known.value()->swept;
}

/// Drops the entry that was read; one that a release has put since stays, and is looked at again.
Outcome dropIfStill(Context& context, const JournalKey& key, const JournalEntry& seen,
                    const Outcome& outcome) {
    if (context.dryRun) return outcome;
    const auto dropped = Journal(context.system).dropIfStill(key, seen);
    if (!dropped.ok()) logStateFault(context, dropped.error());
    if (dropped.ok() && (dropped.value() || !isJournaled(context, key))) return outcome;
    return {Done::deferred, Reason::lingering, context.system.bootTimeMs()};
}

Outcome settleLocated(Context& context, const Subject& subject, const JournalKey& key, JournalEntry entry) {
    const RemovalLock lock(context, subject.cgroup);
    if (const auto ended = readAgain(context, key, entry)) return *ended;
    const auto judgement = judge(context, subject);
    if (!judgement.ok())
        return putOffFailed(context, key, std::move(entry), context.conf.defaults, judgement.error().code);
    if (!judgement.value()) return dropGone(context, subject.hierarchy, key);
    const auto owner = judgement.value()->state.owner;
    if (owner != key.owner && isReleasedAnew(context, {key.hierarchy, owner, key.id})) {
        dropEntry(context, key);
        return {Done::dropped, {}, 0};
    }
    const auto seen = entry;
    entry.path = subject.path;
    const auto outcome = settle(context, subject, *judgement.value(), entry, lock.state());
    if (outcome.done == Done::kept && outcome.reason != Reason::sweepNotAllowed)
        return dropAndLookAgain(context, subject, key, entry, outcome);
    if (outcome.done == Done::kept) return dropIfStill(context, key, seen, outcome);
    if (owner != key.owner && outcome.done != Done::failed) dropEntry(context, key);
    return outcome;
}

}  // namespace

Outcome dropStale(Context& context, const JournalKey& key, const JournalEntry& entry, std::string_view why) {
    const auto outcome = dropIfStill(context, key, entry, {Done::dropped, {}, 0});
    if (context.dryRun || outcome.done != Done::dropped) return outcome;
    context.log.event(LogLevel::info, "dropped",
                      {{"hierarchy", key.hierarchy},
                       {"cgroup", entry.path},
                       {"id", decimalUnsigned(key.id)},
                       {"why", why}});
    return outcome;
}

Outcome retryEntry(Context& context, const RetryHierarchy& hierarchy, const JournalKey& key,
                   const JournalEntry& entry) {
    if (!hierarchy.instance.is(entry.boot, entry.hierarchyId))
        return dropStale(context, key, entry, "of another boot or mount of the hierarchy");
    if (!isStillOurs(hierarchy, entry))
        return dropStale(context, key, entry, "release_agent is no longer ours");

    const auto located = locateCgroup(context.system, hierarchy.open, key.id, entry.path);
    if (!located.ok()) return putOffFailed(context, key, entry, context.conf.defaults, located.error().code);
    if (!located.value()) return dropGone(context, hierarchy.open, key);
    const auto& found = *located.value();
    return settleLocated(context, {hierarchy.open, found.cgroup, found.path}, key, entry);
}

}  // namespace prune

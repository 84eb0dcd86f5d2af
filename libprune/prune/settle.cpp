// SPDX-License-Identifier: MIT
#include "prune/settle.h"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "prune/causes.h"
#include "prune/defer.h"
#include "store/counters.h"
#include "store/state_folder.h"

namespace prune {

namespace {

JournalKey keyOf(const Subject& subject, const CgroupState& state) {
    return {subject.hierarchy.about.name, state.owner, state.id};
}

void logCgroup(Context& context, LogLevel level, std::string_view message, const Subject& subject,
               const CgroupState& state, std::string_view reason) {
    if (!context.log.wants(level)) return;
    context.log.event(level, message,
                      {{"hierarchy", subject.hierarchy.about.name},
                       {"cgroup", subject.path},
                       {"id", decimalUnsigned(state.id)},
                       {"reason", reason}});
}

Outcome keep(Context& context, const Subject& subject, const CgroupState& state, Reason reason) {
    if (!context.dryRun) {
        countCause(context.system, subject.hierarchy.about.name, Counter::kept, causeOf(reason));
        logCgroup(context, LogLevel::debug, "kept", subject, state, word(reason));
    }
    return {Done::kept, reason, 0};
}

Reason waitReason(const JournalEntry& entry) {
    if (entry.swept) return Reason::seenEmpty;
    return entry.ambiguous ? Reason::ambiguous : Reason::lingering;
}

/// The name went, or was gone; ours may live on under another: then a retry finds it by its id.
Outcome removed(Context& context, const Subject& subject, const Judgement& judgement, JournalEntry entry,
                const Removal& removal) {
    const auto& state = judgement.state;
    const auto reason = judgement.verdict.reason;
    const bool gone = removal.outcome == Removal::Outcome::gone;
    tellRemoval(context, subject, state, reason, removal);
    if (mayLiveOn(context.system, subject.cgroup, removal)) {
        entry.dueMs =
            context.system.bootTimeMs() + backoffMs(ruleOrDefault(context, judgement), entry.looks++);
        return putOff(context, keyOf(subject, state), std::move(entry), Reason::lingering);
    }
    // Under our lock nobody wrote a fact since the judgement read that there is none.
    if (judgement.known && !judgement.known->isTold())
        dropEntry(context, keyOf(subject, state));
    else
        forgetCgroup(context, keyOf(subject, state));
    return {gone ? Done::gone : Done::removed, reason, 0};
}

/// EBUSY: somebody came in (then the kernel calls again), or something else holds it.
Outcome busy(Context& context, const Subject& subject, const Judgement& before, JournalEntry entry) {
    auto again = judge(context, subject);
    const auto key = keyOf(subject, before.state);
    const auto& rule = ruleOrDefault(context, before);
    if (!again.ok()) return putOffFailed(context, key, std::move(entry), rule, again.error().code);
    if (!again.value()) {
        forgetCgroup(context, key);
        return {Done::gone, before.verdict.reason, 0};
    }
    const auto& verdict = again.value()->verdict;
    if (verdict.action != Action::keep) return putOffFailed(context, key, std::move(entry), rule, EBUSY);
    countIn(context.system, key.hierarchy, Counter::busy);
    return keep(context, subject, before.state, verdict.reason);
}

Outcome tryRemoval(Context& context, const Subject& subject, const Judgement& judgement, JournalEntry entry) {
    if (context.dryRun) return {Done::removed, judgement.verdict.reason, 0};
    const auto removal = removeCgroup(context.system, subject.cgroup, judgement.state.id);
    switch (removal.outcome) {
        case Removal::Outcome::removed:
        case Removal::Outcome::gone:
            return removed(context, subject, judgement, std::move(entry), removal);
        case Removal::Outcome::busy:
            return busy(context, subject, judgement, std::move(entry));
        case Removal::Outcome::failed:
            break;
    }
    return putOffFailed(context, keyOf(subject, judgement.state), std::move(entry),
                        ruleOrDefault(context, judgement), removal.code);
}

Outcome lingerUntil(Context& context, const JournalKey& key, JournalEntry entry, std::int64_t dueMs) {
    entry.dueMs = dueMs;
    const auto reason = waitReason(entry);
    return putOff(context, key, std::move(entry), reason);
}

Outcome settleRemoval(Context& context, const Subject& subject, const Judgement& judgement,
                      JournalEntry entry, Lock lock) {
    const auto& rule = ruleOrDefault(context, judgement);
    if (entry.swept && !sweepMayRemove(rule, judgement.verdict))
        return keep(context, subject, judgement.state, Reason::sweepNotAllowed);

    const auto key = keyOf(subject, judgement.state);
    const auto now = context.system.bootTimeMs();
    const auto wait = waitMs(context, rule, judgement.verdict, entry);
    const auto ready = entry.emptySinceMs + wait;
    if (now < ready) return lingerUntil(context, key, std::move(entry), ready);
    if (lock == Lock::busy) {
        if (!entry.lockHeldSinceMs) entry.lockHeldSinceMs = static_cast<std::uint64_t>(now);
        const auto until =
            static_cast<std::int64_t>(*entry.lockHeldSinceMs) + context.conf.agent.lockPatienceMs;
        entry.dueMs = until;
        if (now < until) return putOff(context, key, std::move(entry), Reason::lockHeld);
    }
    if (!context.mayRemove) {
        entry.emptySinceMs = now;
        return lingerUntil(context, key, std::move(entry), now + wait);
    }
    return tryRemoval(context, subject, judgement, std::move(entry));
}

}  // namespace

void tellRemoval(Context& context, const Subject& subject, const CgroupState& state, Reason reason,
                 const Removal& removal) {
    const bool gone = removal.outcome == Removal::Outcome::gone;
    const auto& hierarchy = subject.hierarchy.about.name;
    if (gone)
        countIn(context.system, hierarchy, Counter::gone);
    else
        countCause(context.system, hierarchy, Counter::removed, causeOf(reason));
    if (!gone) logCgroup(context, LogLevel::info, "removed", subject, state, word(reason));
    if (!removal.removedAnother) return;
    countIn(context.system, hierarchy, Counter::removedAnother);
    logCgroup(context, LogLevel::warning, "removed-another", subject, state, "made-anew-under-the-same-name");
}

RemovalLock::RemovalLock(Context& context, const OpenCgroup& cgroup)
    : system_(context.system), directory_(cgroup.directory.get()) {
    const auto locked = tryLock(system_, cgroup);
    if (!locked.ok()) context.log.event(LogLevel::warning, "lock-fault", {{"why", locked.error().text()}});
    if (locked.ok() && locked.value()) state_ = Lock::held;
}

RemovalLock::~RemovalLock() {
    if (state_ == Lock::held) system_.lockFd(directory_, LOCK_UN);
}

std::int64_t waitMs(const Context& context, const Rule& rule, const Verdict& verdict,
                    const JournalEntry& entry) {
    std::int64_t wait = verdict.afterLinger ? rule.lingerMs : 0;
    if (entry.ambiguous) wait = std::max(wait, context.conf.agent.ambiguousLingerMs);
    if (entry.swept) wait = std::max(wait, rule.sweepLingerMs);
    return wait;
}

bool sweepMayRemove(const Rule& rule, const Verdict& verdict) {
    return rule.sweep || verdict.reason == Reason::creatorGone || verdict.reason == Reason::delegated ||
           verdict.reason == Reason::delegatedByOwner;
}

Outcome putOffFailed(Context& context, const JournalKey& key, JournalEntry entry, const Rule& rule,
                     int code) {
    const auto now = context.system.bootTimeMs();
    const bool first = !entry.failingSinceMs;
    if (first) entry.failingSinceMs = static_cast<std::uint64_t>(now);
    entry.stuck = now - static_cast<std::int64_t>(*entry.failingSinceMs) >= rule.giveUpMs;
    entry.dueMs = entry.stuck ? kNever : now + backoffMs(rule, entry.looks++);
    if (!context.dryRun && (first || entry.stuck)) {
        countCause(context.system, key.hierarchy, Counter::failed, causeOfFailure(code));
        context.log.event(LogLevel::warning, entry.stuck ? "stuck" : "removal-failed",
                          {{"hierarchy", key.hierarchy},
                           {"cgroup", entry.path},
                           {"id", decimalUnsigned(key.id)},
                           {"why", ::strerror(code)}});
    }
    const auto reason = entry.stuck ? Reason::stuck : Reason::removalFailed;
    return putOff(context, key, std::move(entry), reason);
}

Outcome settle(Context& context, const Subject& subject, const Judgement& judgement, JournalEntry entry,
               Lock lock) {
    const auto& verdict = judgement.verdict;
    if (lock == Lock::held) entry.lockHeldSinceMs.reset();
    if (verdict.action == Action::keep) return keep(context, subject, judgement.state, verdict.reason);
    if (verdict.action == Action::remove)
        return settleRemoval(context, subject, judgement, std::move(entry), lock);

    const auto& rule = ruleOrDefault(context, judgement);
    entry.failingSinceMs.reset();
    entry.dueMs = context.system.bootTimeMs() + backoffMs(rule, entry.looks++);
    return putOff(context, keyOf(subject, judgement.state), std::move(entry), verdict.reason);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/defer.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "prune/causes.h"
#include "store/counters.h"
#include "store/state_folder.h"
#include "sys/files.h"

namespace prune {

namespace {

Result<std::string> bootId(System& system) {
    char buffer[64];
    const auto text = readSmall(system, AT_FDCWD, "/proc/sys/kernel/random/boot_id", buffer);
    if (!text.ok()) return text.error();
    return std::string(text.value().substr(0, text.value().find('\n')));
}

Outcome notJournaled(Context& context, const JournalKey& key, const std::string& why) {
    countIn(context.system, key.hierarchy, Counter::journalFull);
    const auto needed = setSweepNeeded(context.system, key.hierarchy);
    // Not for each owner: a user can be thousands of them.
    const auto about = "journal-full " + key.hierarchy + (key.owner == 0 ? " root" : " users");
    if (isFirstOf(context.system, about, kHourMs))
        context.log.event(LogLevel::warning, "not-journaled",
                          {{"hierarchy", key.hierarchy},
                           {"id", decimalUnsigned(key.id)},
                           {"owner", decimalUnsigned(key.owner)},
                           {"why", why},
                           {"sweep-needed", needed.ok() ? "set" : needed.error().text()}});
    return {Done::failed, Reason::removalFailed, 0, 0, !needed.ok()};
}

Result<Journal::Put> complete(Context& context, const JournalKey& key, JournalEntry& entry,
                              Journal::Replace replace) {
    if (entry.boot.empty()) {
        auto instance = instanceOf(context.system, key.hierarchy);
        if (!instance.ok()) return instance.takeError();
        entry.boot = std::move(instance.value().boot);
        entry.hierarchyId = instance.value().hierarchyId;
    }
    Journal journal(context.system);
    auto put = journal.put(key, entry, replace);
    const int problem = journal.lockProblem();
    if (problem != 0 && problem != EWOULDBLOCK)
        logRepeatedFault(context, "journal-lock", {"lock the journal of " + key.hierarchy, problem});
    return put;
}

/// Nothing: there is an entry already that may not be replaced.
std::optional<Outcome> writeEntry(Context& context, const JournalKey& key, JournalEntry entry, Reason reason,
                                  Journal::Replace replace) {
    entry.reason = word(reason);
    entry.stuck = reason == Reason::stuck;  // what is put off for another reason is no more given up
    if (context.dryRun) return Outcome{Done::deferred, reason, entry.dueMs};
    const auto put = complete(context, key, entry, replace);
    if (!put.ok()) return notJournaled(context, key, put.error().text());
    if (put.value() == Journal::Put::noRoom) return notJournaled(context, key, "too many entries");
    if (put.value() == Journal::Put::thereAlready) return std::nullopt;
    const auto announced = announceDue(context.system, entry.dueMs);
    if (!announced.ok()) logRepeatedFault(context, "next-due", announced.error());
    countCause(context.system, key.hierarchy, Counter::deferred, causeOf(reason));
    context.log.event(LogLevel::debug, "deferred",
                      {{"hierarchy", key.hierarchy},
                       {"cgroup", entry.path},
                       {"id", decimalUnsigned(key.id)},
                       {"reason", entry.reason},
                       {"due-ms", decimal(entry.dueMs)}});
    return Outcome{Done::deferred, reason, entry.dueMs};
}

}  // namespace

Result<Instance> instanceOf(System& system, const std::string& hierarchy) {
    auto boot = bootId(system);
    if (!boot.ok()) return boot.takeError();
    const auto id = hierarchyId(system, hierarchy);
    if (!id.ok()) return id.error();
    return Instance{std::move(boot.value()), id.value()};
}

Outcome putOff(Context& context, const JournalKey& key, JournalEntry entry, Reason reason) {
    const auto outcome = writeEntry(context, key, std::move(entry), reason, Journal::Replace::yes);
    return outcome.value_or(Outcome{Done::deferred, reason, 0});
}

std::optional<Outcome> putOffNew(Context& context, const JournalKey& key, JournalEntry entry, Reason reason) {
    return writeEntry(context, key, std::move(entry), reason, Journal::Replace::no);
}

void dropEntry(Context& context, const JournalKey& key) {
    if (context.dryRun) return;
    const auto dropped = Journal(context.system).drop(key);
    if (!dropped.ok()) logStateFault(context, dropped.error());
}

std::int64_t backoffMs(const Rule& rule, std::uint64_t looks) {
    constexpr std::uint64_t kMaxDoublings = 40;
    const auto doublings = std::min(looks, kMaxDoublings);
    std::int64_t wait = std::max<std::int64_t>(rule.retryFirstMs, 1);
    for (std::uint64_t i = 0; i < doublings && wait < rule.retryMaxMs; ++i) wait *= 2;
    return std::min(wait, rule.retryMaxMs);
}

}  // namespace prune

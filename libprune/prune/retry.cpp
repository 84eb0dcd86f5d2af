// SPDX-License-Identifier: MIT
#include "prune/retry.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/text.h"
#include "prune/defer.h"
#include "prune/retry_entry.h"
#include "prune/sweep.h"
#include "prune/turns.h"
#include "store/state_folder.h"

namespace prune {

namespace {

/// Time for an agent to come from the kernel's call to its journal entry (measured: 4 ms in an idle guest).
constexpr int kReleaseOnItsWayMs = 100;
/// Entries that a pass reads however short its time is, so that short passes come to something.
constexpr std::size_t kReadAtLeast = 16;

/// What is known of a due entry without holding it: thousands with long paths are too much to hold.
struct DueEntry {
    JournalKey key;
    std::int64_t dueMs;
};

void announce(Context& context, RetryResult& result, const Status& status) {
    if (status.ok()) return;
    result.announced = false;
    logStateFault(context, status.error());
}

void addPending(RetryResult& result, std::int64_t dueMs) {
    ++result.pending;
    result.nextDueMs = std::min(result.nextDueMs, dueMs);
}

/// Something that could not be read or written now: it is looked at again.
void addUnfinished(Context& context, RetryResult& result) {
    addPending(result, context.system.bootTimeMs() + context.conf.defaults.retryMaxMs);
}

/// The same for all that is in a folder.
void addUnlisted(Context& context, RetryResult& result, const Error& error) {
    logStateFault(context, error);
    addUnfinished(context, result);
    ++result.unlisted;
}

bool isDue(const Context& context, const JournalEntry& entry, const RetryOptions& options, std::int64_t now) {
    if (entry.stuck) return options.includeStuck;
    if (options.ignoreBackoff || entry.dueMs <= now) return true;
    return entry.reason == word(Reason::confError) && context.conf.errors.empty();
}

/// So that passes whose time is short do not all come to the same entries.
void beginAnywhere(std::vector<JournalKey>& keys, std::uint64_t start) {
    if (keys.empty()) return;
    const auto first = start % keys.size();
    std::rotate(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(first), keys.end());
}

/// The entry as it is now. Nothing: it cannot be read, or another pass has dealt with it.
std::optional<JournalEntry> entryOf(Context& context, const JournalKey& key, RetryResult& result) {
    auto entry = Journal(context.system, !context.dryRun).find(key);
    if (entry.ok()) return std::move(entry.value());
    logStateFault(context, entry.error());
    if (entry.error().code != EBADMSG) addUnfinished(context, result);
    return std::nullopt;
}

/// The entries of a hierarchy that are due; the others are counted in `result`.
std::vector<DueEntry> dueEntries(Context& context, const std::string& hierarchy, const RetryOptions& options,
                                 RetryResult& result) {
    std::vector<DueEntry> due;
    auto keys = Journal(context.system, !context.dryRun).keys(hierarchy);
    if (!keys.ok()) {
        addUnlisted(context, result, keys.error());
        return due;
    }
    const auto now = context.system.bootTimeMs();
    const auto readUntilMs = now + (options.deadlineMs - now) / 2;  // the other half is for acting
    const auto start = static_cast<std::uint64_t>(now);
    beginAnywhere(keys.value(), start);
    takeTurns(keys.value(), start, [](const JournalKey& key) { return key.owner; });
    std::size_t read = 0;
    bool isLate = false;
    for (const auto& key : keys.value()) {
        isLate = isLate || (++read > kReadAtLeast && context.system.bootTimeMs() > readUntilMs);
        if (isLate) {
            addPending(result, now);  // not read: it may be due
            continue;
        }
        const auto entry = entryOf(context, key, result);
        if (!entry) continue;
        if (isDue(context, *entry, options, now))
            due.push_back({key, entry->dueMs});
        else if (entry->stuck)
            ++result.stuck;
        else
            addPending(result, entry->dueMs);
    }
    std::sort(due.begin(), due.end(), [](const DueEntry& a, const DueEntry& b) { return a.dueMs < b.dueMs; });
    takeTurns(due, start, [](const DueEntry& one) { return one.key.owner; });
    return due;
}

void note(Context& context, RetryResult& result, const RetryOptions& options, const JournalKey& key,
          const JournalEntry& entry, const Outcome& outcome) {
    switch (outcome.done) {
        case Done::removed:
            ++result.removed;
            break;
        case Done::gone:
        case Done::kept:
        case Done::dropped:
            ++result.dropped;
            break;
        case Done::failed:
            ++result.failed;
            addUnfinished(context, result);
            break;
        case Done::deferred:
            if (outcome.reason == Reason::stuck)
                ++result.stuck;
            else
                addPending(result, outcome.dueMs);
    }
    if (options.listener != nullptr && !options.listener->onEntry(key, entry, outcome)) result.stopped = true;
}

/// A hierarchy that is not mounted anywhere: its cgroups can't be reached, but they may live on.
Outcome retryUnmounted(Context& context, const JournalKey& key, JournalEntry entry) {
    const auto instance = instanceOf(context.system, key.hierarchy);
    const bool livesOn =
        instance.ok() ? instance.value().is(entry.boot, entry.hierarchyId) : instance.error().code != 0;
    if (!livesOn) return dropStale(context, key, entry, "its hierarchy has ended");
    entry.dueMs = context.system.bootTimeMs() + backoffMs(context.conf.defaults, entry.looks++);
    return putOff(context, key, std::move(entry), Reason::notMounted);
}

/// Looks without acting: would it be removed now?
bool wouldRemove(Context& context, const RetryHierarchy& hierarchy, const JournalKey& key) {
    const auto entry = Journal(context.system, !context.dryRun).find(key);
    if (!entry.ok() || !entry.value()) return false;
    const bool wasDry = std::exchange(context.dryRun, true);
    const auto outcome = retryEntry(context, hierarchy, key, *entry.value());
    context.dryRun = wasDry;
    return outcome.done == Done::removed;
}

/// On v2 no event tells that a parent became empty by the removal of its child.
void noteParent(Context& context, const OpenHierarchy& open, std::string_view path, RetryResult& result) {
    const auto slash = path.rfind('/');
    const auto parent = slash == std::string_view::npos || slash == 0 ? "/" : path.substr(0, slash);
    const auto outcome = noteSeenEmpty(context, open, parent);
    if (outcome.done == Done::deferred) addPending(result, outcome.dueMs);
}

void retryOne(Context& context, const RetryHierarchy& hierarchy, const DueEntry& due,
              const RetryOptions& options, RetryResult& result) {
    const bool isFirst = result.tried++ == 0;
    if (result.stopped || (!isFirst && context.system.bootTimeMs() > options.deadlineMs))
        return addPending(result, due.dueMs);
    const auto entry = entryOf(context, due.key, result);
    if (!entry) return;
    const auto outcome = retryEntry(context, hierarchy, due.key, *entry);
    note(context, result, options, due.key, *entry, outcome);
    if (outcome.done == Done::removed && hierarchy.open.about.unified && !context.dryRun)
        noteParent(context, hierarchy.open, entry->path, result);
}

void retryMounted(Context& context, const OpenHierarchy& open, const std::vector<DueEntry>& due,
                  const RetryOptions& options, RetryResult& result) {
    auto instance = instanceOf(context.system, open.about.name);
    auto agent = open.about.unified ? Result<std::string>(std::string())
                                    : readReleaseAgent(context.system, open.root.get());
    if (!instance.ok() || !agent.ok()) {
        logStateFault(context, instance.ok() ? agent.error() : instance.error());
        for (std::size_t i = 0; i < due.size(); ++i) addUnfinished(context, result);
        return;
    }
    const RetryHierarchy hierarchy{open, std::move(instance.value()), std::move(agent.value())};
    if (!options.mayWait) {
        for (const auto& one : due) retryOne(context, hierarchy, one, options, result);
        return;
    }
    // What is empty now may have emptied just now, with its agent on the way here to start the linger anew.
    // So what would go is looked at twice, and that agent gets its time in between.
    std::vector<DueEntry> going;
    for (const auto& one : due) {
        const bool isLate = &one != &due.front() && context.system.bootTimeMs() > options.deadlineMs;
        if (isLate || result.stopped) {
            addPending(result, one.dueMs);
            continue;
        }
        if (wouldRemove(context, hierarchy, one.key)) {
            going.push_back(one);
            continue;
        }
        const bool mayRemove = std::exchange(context.mayRemove, false);
        retryOne(context, hierarchy, one, options, result);
        context.mayRemove = mayRemove;
    }
    if (going.empty()) return;
    context.system.sleepFor(kReleaseOnItsWayMs);
    auto afterwards = options;
    if (options.deadlineMs != INT64_MAX) afterwards.deadlineMs += kReleaseOnItsWayMs;
    for (const auto& one : going) retryOne(context, hierarchy, one, afterwards, result);
}

void retryThese(Context& context, const std::string& name, const std::vector<DueEntry>& due,
                const RetryOptions& options, RetryResult& result) {
    if (due.empty()) return;
    const auto open = openHierarchyByName(context.system, name);
    if (open.ok() && open.value()) return retryMounted(context, *open.value(), due, options, result);
    if (!open.ok()) logStateFault(context, open.error());
    for (const auto& one : due)
        if (result.stopped)
            addPending(result, one.dueMs);
        else if (const auto entry = entryOf(context, one.key, result))
            note(context, result, options, one.key, *entry, retryUnmounted(context, one.key, *entry));
}

void retryHierarchy(Context& context, const std::string& name, const RetryOptions& options,
                    RetryResult& result) {
    retryThese(context, name, dueEntries(context, name, options, result), options, result);
}

}  // namespace

RetryResult retryEntries(Context& context, const std::string& hierarchy,
                         const std::vector<JournalKey>& keys) {
    RetryResult result;
    result.nextDueMs = kNever;
    if (!mayTrustState(context)) return addUnfinished(context, result), result;
    std::vector<DueEntry> due;
    due.reserve(keys.size());
    const auto now = context.system.bootTimeMs();
    for (const auto& key : keys) due.push_back({key, now});
    RetryOptions options;
    options.mayWait = false;
    retryThese(context, hierarchy, due, options, result);
    return result;
}

RetryResult retryDue(Context& context, const RetryOptions& options) {
    RetryResult result;
    result.nextDueMs = kNever;
    if (!mayTrustState(context)) {
        addUnfinished(context, result);
        ++result.unlisted;
        result.announced = false;
        return result;
    }
    const bool all = options.onlyHierarchy.empty() && !context.dryRun;
    // From here on an announcement is news: whoever writes an entry that this pass does not see, announces
    // it.
    if (all) announce(context, result, setNextDue(context.system, kNever));
    Journal journal(context.system);
    const auto hierarchies = journal.hierarchies();
    if (!hierarchies.ok())
        addUnlisted(context, result, hierarchies.error());
    else
        for (const auto& name : hierarchies.value())
            if (options.onlyHierarchy.empty() || options.onlyHierarchy == name)
                retryHierarchy(context, name, options, result);
    if (all) announce(context, result, announceDue(context.system, result.nextDueMs));
    return result;
}

}  // namespace prune

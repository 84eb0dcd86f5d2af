// SPDX-License-Identifier: MIT
#include "prune/release.h"

#include <cerrno>

#include "base/text.h"
#include "prune/causes.h"
#include "prune/conf_report.h"
#include "prune/defer.h"
#include "prune/judge.h"
#include "prune/settle.h"
#include "store/counters.h"
#include "store/state_folder.h"

namespace prune {

namespace {

JournalEntry freshEntry(Context& context, std::string_view agent, std::string_view path, bool ambiguous) {
    JournalEntry entry;
    entry.path = path;
    entry.agent = agent;
    entry.emptySinceMs = context.system.bootTimeMs();
    entry.ambiguous = ambiguous;
    return entry;
}

/// A fault before the cgroup's identity is known: nothing can be journaled, so a sweep has to look.
Outcome leaveToSweep(Context& context, const std::string& hierarchy, std::string_view path,
                     const Error& error) {
    countCause(context.system, hierarchy, Counter::failed, causeOfFailure(error.code));
    const auto needed = setSweepNeeded(context.system, hierarchy);
    context.log.event(LogLevel::warning, "release-failed",
                      {{"hierarchy", hierarchy},
                       {"cgroup", path},
                       {"why", error.text()},
                       {"sweep-needed", needed.ok() ? "set" : needed.error().text()}});
    return {Done::failed, Reason::removalFailed, 0, 0, !needed.ok()};
}

/// Something is mounted on the cgroup: rmdir would say EBUSY until it is unmounted.
Outcome releaseBelowMount(Context& context, const OpenHierarchy& hierarchy, CgroupPath path,
                          JournalEntry entry) {
    const auto id = idBelowMount(context.system, hierarchy.root.get(), path);
    if (!id.ok()) return leaveToSweep(context, hierarchy.about.name, path.text(), id.error());
    if (!id.value()) return {Done::gone, {}, 0};
    return putOffFailed(context, {hierarchy.about.name, 0, *id.value()}, std::move(entry),
                        context.conf.defaults, EBUSY);
}

/// Since when the lock has been found held, if it was before.
std::optional<std::uint64_t> lockHeldSince(Context& context, const JournalKey& key) {
    Journal journal(context.system);
    const auto known = journal.find(key);
    if (!known.ok()) logStateFault(context, known.error());
    return known.ok() && known.value() ? known.value()->lockHeldSinceMs : std::nullopt;
}

Outcome releaseOpen(Context& context, const Subject& subject, JournalEntry entry) {
    const RemovalLock lock(context, subject.cgroup);
    auto judgement = judge(context, subject);
    if (!judgement.ok()) {
        FileStat stat;
        if (context.system.statFd(subject.cgroup.directory.get(), stat) < 0)
            return leaveToSweep(context, subject.hierarchy.about.name, subject.path, judgement.error());
        const JournalKey key{subject.hierarchy.about.name, stat.owner, stat.inode};
        return putOffFailed(context, key, std::move(entry), context.conf.defaults, judgement.error().code);
    }
    if (!judgement.value()) return {Done::gone, {}, 0};

    const auto& state = judgement.value()->state;
    if (judgement.value()->verdict.reason == Reason::confError) reportConfErrors(context);
    if (const auto& known = judgement.value()->known; known && known->instance) {
        entry.boot = known->instance->boot;
        entry.hierarchyId = known->instance->hierarchyId;
    }
    if (lock.state() == Lock::busy)
        entry.lockHeldSinceMs = lockHeldSince(context, {subject.hierarchy.about.name, state.owner, state.id});
    return settle(context, subject, *judgement.value(), std::move(entry), lock.state());
}

Released releaseWithoutHierarchy(Context& context, std::string_view agent, std::string_view path) {
    count(context.system, Counter::unmatched);
    readConf(context);
    if (isFirstOf(context.system, "unmatched " + std::string(agent), kHourMs))
        context.log.event(LogLevel::warning, "unmatched", {{"agent", agent}, {"cgroup", path}});
    return {};
}

/// What is remembered may be anybody's: nothing is done by it, and nothing noted. Of each call it is said:
/// there is nowhere to remember that it was.
void sayUntrusted(Context& context, std::string_view key, std::string_view value, std::string_view path,
                  const Error& why) {
    context.log.event(LogLevel::warning, "release-failed",
                      {{key, value}, {"cgroup", path}, {"why", why.text()}});
}

/// A path that may be cut: only the note that this hierarchy needs a sweep.
Released releaseCut(Context& context, const std::vector<Hierarchy>& hierarchies, std::string_view path) {
    readConf(context);
    Released released;
    for (const auto& hierarchy : hierarchies) {
        countIn(context.system, hierarchy.name, Counter::cutPaths);
        const auto set = setSweepNeeded(context.system, hierarchy.name);
        (set.ok() ? released.deferred : released.failed) = true;
        if (isFirstOf(context.system, "cut-path " + hierarchy.name, kHourMs))
            context.log.event(LogLevel::warning, "cut-path",
                              {{"hierarchy", hierarchy.name},
                               {"cgroup", path.substr(0, 100)},
                               {"sweep-needed", set.ok() ? "set" : set.error().text()}});
    }
    return released;
}

void add(Released& released, const Outcome& outcome) {
    released.failed |= outcome.done == Done::failed;
    released.deferred |=
        outcome.done == Done::deferred || outcome.done == Done::failed;  // failed: to a sweep
}

/// A hierarchy that is not mounted can call the same agent. In doubt it does.
bool mayBeOfAnother(Context& context, const std::vector<Hierarchy>& mounted) {
    const auto any = isAnyUnmounted(context.system, mounted);
    if (!any.ok()) logStateFault(context, any.error());
    return !any.ok() || any.value();
}

/// The mounts, or the state folder, cannot be looked at. Of an alias the name tells the hierarchy all the
/// same.
Released releaseUnread(Context& context, std::string_view agent, std::string_view path, const Error& error) {
    readConf(context);
    Released released;
    if (const auto hierarchy = hierarchyOfAlias(agent)) {
        add(released, leaveToSweep(context, std::string(*hierarchy), path, error));
        return released;
    }
    context.log.event(LogLevel::warning, "release-failed",
                      {{"agent", agent},
                       {"cgroup", path},
                       {"why", error.text()},
                       {"sweep-needed", "which hierarchy is not known; run cgprune sweep"}});
    return {true, false};
}

Released releaseByMountinfo(Context& context, std::string_view agent, CgroupPath path) {
    std::vector<Hierarchy> mounted;
    const auto hierarchies = hierarchiesByAgent(context.system, agent, &mounted);
    if (!hierarchies.ok()) return releaseUnread(context, agent, path.text(), hierarchies.error());
    if (hierarchies.value().empty()) return releaseWithoutHierarchy(context, agent, path.text());
    if (path.text().size() >= kCutPathBytes) return releaseCut(context, hierarchies.value(), path.text());
    const bool ambiguous = hierarchies.value().size() > 1 || mayBeOfAnother(context, mounted);
    Released released;
    for (const auto& hierarchy : hierarchies.value()) {
        const auto opened = openHierarchy(context.system, hierarchy);
        // mountinfo may be older than a disable, which waits only for agents that have the hierarchy open.
        const auto holds = opened.ok() ? holdsAgent(context.system, opened.value().root.get(), agent)
                                       : Result<bool>(opened.error());
        if (!holds.ok()) {
            readConf(context);
            add(released, leaveToSweep(context, hierarchy.name, path.text(), holds.error()));
        } else if (holds.value()) {
            add(released, releaseIn(context, opened.value(), agent, path, ambiguous));
        }
    }
    return released;
}

}  // namespace

Outcome releaseIn(Context& context, const OpenHierarchy& hierarchy, std::string_view agent, CgroupPath path,
                  bool ambiguous) {
    auto entry = freshEntry(context, agent, path.text(), ambiguous);
    auto opened = openCgroup(context.system, hierarchy.root.get(), path);
    if (opened.ok() && !opened.value()) {
        countIn(context.system, hierarchy.about.name, Counter::gone);
        return {Done::gone, {}, 0};
    }
    readConf(context);
    if (!opened.ok() && opened.error().code == EXDEV)
        return releaseBelowMount(context, hierarchy, path, std::move(entry));
    if (!opened.ok()) return leaveToSweep(context, hierarchy.about.name, path.text(), opened.error());
    return releaseOpen(context, {hierarchy, *opened.value(), path.text()}, std::move(entry));
}

Outcome releaseCgroup(Context& context, const Subject& subject, std::string_view agent) {
    if (const auto trusted = checkStateFolder(context.system); !trusted.ok()) {
        sayUntrusted(context, "hierarchy", subject.hierarchy.about.name, subject.path, trusted.error());
        return {Done::failed, Reason::removalFailed, 0, 0, true};
    }
    return releaseOpen(context, subject, freshEntry(context, agent, subject.path, false));
}

Released release(Context& context, std::string_view agent, std::string_view text) {
    const auto path = CgroupPath::parse(text);
    if (!path.ok()) return {true, false};
    // A look that failed may do better the next time; a folder of others will not.
    const auto trusted = checkStateFolder(context.system);
    if (!trusted.ok() && trusted.error().code != 0)
        return releaseUnread(context, agent, text, trusted.error());
    if (!trusted.ok())
        return sayUntrusted(context, "agent", agent, text, trusted.error()), Released{true, false};
    const auto byAlias = hierarchyByAlias(context.system, agent);
    if (!byAlias) return releaseByMountinfo(context, agent, path.value());
    if (text.size() >= kCutPathBytes) return releaseCut(context, {byAlias->about}, text);
    Released released;
    add(released, releaseIn(context, *byAlias, agent, path.value(), false));
    return released;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "prune/sweep.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <random>
#include <string>

#include "base/text.h"
#include "cgroup/pending_paths.h"
#include "prune/defer.h"
#include "prune/judge.h"
#include "prune/settle.h"
#include "prune/stale_facts.h"
#include "store/state_folder.h"
#include "sys/directory.h"

namespace prune {

namespace {

/// Users can make thousands of cgroups that cannot be looked at, such as those with too long a path.
void lookFault(Context& context, const OpenHierarchy& hierarchy, std::string_view path, const Error& error) {
    const auto about = "sweep-fault " + hierarchy.about.name + ' ' + decimal(error.code);
    if (!context.dryRun && !isFirstOf(context.system, about, kHourMs)) return;
    context.log.event(LogLevel::warning, "sweep-fault",
                      {{"hierarchy", hierarchy.about.name}, {"cgroup", path}, {"why", error.text()}});
}

/// Another sweep may get over it. Not over what users can bring about: a path that is too long (a code of its
/// own, or none), a mount in the way.
bool mayPass(int code) { return code != 0 && code != ENAMETOOLONG && code != EXDEV; }

Status addChildren(System& system, int directoryFd, PendingPaths& paths) {
    DirectoryReader reader(system, directoryFd);
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok() && more.error().code == ENOENT) return {};  // removed meanwhile
        if (!more.ok()) return more.takeError();
        if (!more.value()) return {};
        if (entry.type != DT_DIR) continue;
        paths.addChild(entry.name);
    }
}

/// So that sweeps whose time is short do not all come to the same cgroups. `start` becomes another for each
/// folder: of two levels turned alike some pairs would never come first.
void beginAnywhere(PendingPaths& paths, std::size_t first, std::minstd_rand& start) {
    auto& children = paths.children();
    if (first == children.size()) return;
    const auto added = children.begin() + static_cast<std::ptrdiff_t>(first);
    const auto by = start() % (children.size() - first);
    std::rotate(added, added + static_cast<std::ptrdiff_t>(by), children.end());
}

/// What the look at one cgroup came to.
struct Look {
    Outcome outcome;
    bool journaledBefore = false;
    int childrenFailed = 0;  ///< the errno with which its children could not be listed
};

Look failedLook(Context& context, const OpenHierarchy& hierarchy, std::string_view path, const Error& error) {
    lookFault(context, hierarchy, path, error);
    return {{Done::failed, {}, 0, error.code}};
}

/// What the journal says about it already.
std::optional<Outcome> journaled(Context& context, const JournalKey& key) {
    const auto known = Journal(context.system, !context.dryRun).find(key);
    if (!known.ok() || !known.value()) return std::nullopt;
    return Outcome{Done::deferred, reasonFromWord(known.value()->reason), known.value()->dueMs};
}

Look note(Context& context, const Subject& subject, const Judgement& judgement) {
    const auto& state = judgement.state;
    const auto& rule = ruleOrDefault(context, judgement);
    const auto& verdict = judgement.verdict;
    if (verdict.action == Action::keep || verdict.reason == Reason::confError)
        return {{Done::kept, verdict.reason, 0}};
    if (verdict.action == Action::remove && !sweepMayRemove(rule, verdict))
        return {{Done::kept, Reason::sweepNotAllowed, 0}};

    const JournalKey key{subject.hierarchy.about.name, state.owner, state.id};
    if (const auto known = journaled(context, key)) return {*known, true};
    JournalEntry entry;
    entry.path = subject.path;
    entry.swept = true;
    entry.emptySinceMs = context.system.bootTimeMs();
    entry.dueMs = entry.emptySinceMs + waitMs(context, rule, verdict, entry);
    if (const auto outcome = putOffNew(context, key, std::move(entry), Reason::seenEmpty)) return {*outcome};
    return {journaled(context, key).value_or(Outcome{Done::gone, {}, 0}), true};  // released since we looked
}

/// Judges one open cgroup and notes it if it is empty.
Look lookAt(Context& context, const Subject& subject) {
    const auto judgement = judge(context, subject);
    if (!judgement.ok()) return failedLook(context, subject.hierarchy, subject.path, judgement.error());
    if (!judgement.value()) return {{Done::gone, {}, 0}};
    return note(context, subject, *judgement.value());
}

/// Looks at the cgroup at `path`, and adds its children to `paths`, where that is not null.
Look lookAtPath(Context& context, const OpenHierarchy& hierarchy, const std::string& path,
                PendingPaths* paths) {
    const auto parsed = CgroupPath::parse(path);
    auto opened = parsed.ok() ? openCgroup(context.system, hierarchy.root.get(), parsed.value())
                              : Result<std::optional<OpenCgroup>>(parsed.error());
    if (!opened.ok()) return failedLook(context, hierarchy, path, opened.error());
    if (!opened.value()) return {{Done::gone, {}, 0}};
    const auto listed =
        paths == nullptr ? Status() : addChildren(context.system, opened.value()->directory.get(), *paths);
    if (!listed.ok()) lookFault(context, hierarchy, path, listed.error());
    auto look = lookAt(context, {hierarchy, *opened.value(), path});
    if (!listed.ok()) look.childrenFailed = listed.error().code;
    return look;
}

void add(SweepResult& result, const Look& look) {
    const bool failed = look.outcome.done == Done::failed;
    if (failed || look.childrenFailed != 0) ++result.failed;
    if ((failed && mayPass(look.outcome.code)) || mayPass(look.childrenFailed)) result.hasMissed = true;
    if (look.outcome.done == Done::deferred) ++(look.journaledBefore ? result.waiting : result.noted);
    if (look.outcome.done == Done::kept) ++result.kept;
}

bool isInUse(const Outcome& outcome) {
    return outcome.done == Done::kept &&
           (outcome.reason == Reason::populated || outcome.reason == Reason::hasChildren);
}

}  // namespace

Outcome noteSeenEmpty(Context& context, const OpenHierarchy& hierarchy, std::string_view path) {
    if (path == "/") return {Done::kept, Reason::noRule, 0};
    return lookAtPath(context, hierarchy, std::string(path), nullptr).outcome;
}

Result<SweepResult> sweepHierarchy(Context& context, const OpenHierarchy& hierarchy,
                                   const SweepOptions& options) {
    SweepResult result;
    PendingPaths paths;
    const Fd root(context.system, context.system.openAt(hierarchy.root.get(), ".", O_RDONLY | O_DIRECTORY));
    if (!root.valid()) return Error{"list the root of " + hierarchy.about.name, -root.get()};
    if (auto status = addChildren(context.system, root.get(), paths); !status.ok()) return status.takeError();
    const bool isShort = options.deadlineMs != INT64_MAX;
    std::minstd_rand start(static_cast<unsigned>(context.system.bootTimeMs()));
    if (isShort) beginAnywhere(paths, 0, start);

    while (paths.next()) {
        if (context.system.bootTimeMs() > options.deadlineMs)
            return Error{"sweep all of " + hierarchy.about.name, ETIME};
        ++result.looked;
        const auto others = paths.children().size();
        const auto look = lookAtPath(context, hierarchy, paths.path(), &paths);
        if (isShort) beginAnywhere(paths, others, start);
        if (isInUse(look.outcome) && look.childrenFailed == 0) continue;
        add(result, look);
        if (options.listener != nullptr && !options.listener->onCgroup(paths.path(), look.outcome))
            return Error{"sweep all of " + hierarchy.about.name, ECANCELED};
    }
    return result;
}

Result<SweepResult> sweepNow(Context& context, const OpenHierarchy& hierarchy, const SweepOptions& options) {
    if (auto trusted = checkStateFolder(context.system); !trusted.ok()) return trusted.takeError();
    if (context.dryRun) return sweepHierarchy(context, hierarchy, options);
    const auto& name = hierarchy.about.name;
    const auto asked = beginSweep(context.system, name);
    if (!asked.ok()) logStateFault(context, asked.error());
    auto result = sweepHierarchy(context, hierarchy, options);
    dropStaleFacts(context, hierarchy);
    dropAllTemporaries(context);
    const bool isWhole = result.ok() && !result.value().hasMissed;
    auto marked = !isWhole     ? setSweepNeeded(context.system, name)
                  : asked.ok() ? endSweep(context.system, name, asked.value())
                               : Status();
    if (!marked.ok()) logStateFault(context, marked.error());
    return result;
}

}  // namespace prune

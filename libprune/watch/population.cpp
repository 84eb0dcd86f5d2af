// SPDX-License-Identifier: MIT
#include "watch/population.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cgroup/stat_file.h"
#include "prune/release.h"
#include "prune/sweep.h"
#include "watch/limits.h"

namespace prune {

namespace {

/// CPU time that tasks in the cgroup and below it have used, in microseconds; `known` where it does not tell.
std::uint64_t usageOf(Context& context, int directory, std::uint64_t known) {
    const auto usage = readStat(context.system, directory, "cpu.stat", "usage_usec");
    if (!usage.ok() && usage.error().code != ENOENT) logStateFault(context, usage.error());
    return usage.ok() ? usage.value() : known;
}

}  // namespace

Status Population::open() {
    inotify_ = Fd(context_.system, context_.system.inotifyOpen());
    if (!inotify_.valid()) return Error{"open inotify", -inotify_.get()};
    reader_.emplace(context_.system, inotify_.get());
    return {};
}

void Population::look(const Subject& subject, Seen seen) {
    const auto state = readState(context_.system, subject.cgroup.directory.get(), true);
    if (!state.ok()) return logStateFault(context_, state.error());
    if (!state.value()) return;
    const auto id = state.value()->id;
    if (selectRule(context_.conf, subject.hierarchy.about.name, true, subject.path) == nullptr)
        return forget(id);
    const bool isNew = cgroups_.byId(id) == nullptr;
    auto& cgroup = cgroups_.at(id, subject.path);
    cgroup.round = round_;
    const bool isFirstLook = seen == Seen::atStart;
    if (cgroup.watch >= 0) return settle(subject, cgroup, *state.value(), {true, isFirstLook});
    cgroup.populated = state.value()->populated;
    watch(subject, cgroup);
    // Once more: what changed before it was watched is not told.
    const auto again = readState(context_.system, subject.cgroup.directory.get(), true);
    if (!again.ok()) return logStateFault(context_, again.error());
    if (again.value()) settle(subject, cgroup, *again.value(), {!(isNew && isFirstLook), isFirstLook});
}

void Population::watch(const Subject& subject, WatchedCgroup& cgroup) {
    const auto link = "/proc/self/fd/" + decimal(subject.cgroup.directory.get()) + "/cgroup.events";
    const int watch = context_.system.inotifyAdd(inotify_.get(), link.c_str(), IN_MODIFY);
    if (watch >= 0) return cgroups_.setWatch(cgroup, watch);
    if (watch == -ENOSPC || watch == -ENOMEM) return sayNoRoom(subject.hierarchy.about.name);
    if (watch == -ENOENT) return;
    blind_ = true;
    logStateFault(context_, {"watch cgroup " + escapeForPeople(subject.path), -watch});
}

Result<bool> Population::read(const OpenHierarchy& open) {
    const auto until = context_.system.bootTimeMs() + kTurnMs;
    InotifyEvent event;
    do {
        auto more = reader_->next(event);
        if (!more.ok()) return more;
        if (more.value() && (event.mask & IN_Q_OVERFLOW) != 0) return false;
        if (more.value()) readOne(open, event.watch);
    } while (reader_->hasMore() && context_.system.bootTimeMs() < until);
    return true;
}

void Population::readOne(const OpenHierarchy& open, int watch) {
    auto* cgroup = cgroups_.byWatch(watch);
    if (cgroup == nullptr) return;
    const auto id = cgroup->id;
    const std::string text = cgroup->path;
    const auto path = CgroupPath::parse(text);
    if (!path.ok()) return;
    const auto opened = openCgroup(context_.system, open.root.get(), path.value());
    if (!opened.ok()) return logStateFault(context_, opened.error());
    if (!opened.value()) return;  // its removal is told by the tree
    const auto state = readState(context_.system, opened.value()->directory.get(), true);
    if (!state.ok()) return logStateFault(context_, state.error());
    if (state.value() && state.value()->id == id)
        settle({open, *opened.value(), text}, *cgroup, *state.value(), {true, false});
}

void Population::settle(const Subject& subject, WatchedCgroup& cgroup, const CgroupState& state,
                        Means means) {
    const bool wasPopulated = std::exchange(cgroup.populated, state.populated);
    const bool hadChildren = std::exchange(cgroup.hasChildren, state.hasChildren);
    if (state.populated) return;
    const auto usage = usageOf(context_, subject.cgroup.directory.get(), cgroup.usageUsec);
    const bool ran = std::exchange(cgroup.usageUsec, usage) < usage;
    if (state.hasChildren) return;
    if (means.release && (wasPopulated || hadChildren || ran))
        return note(releaseCgroup(context_, subject, ""));
    if (means.seenEmpty) note(noteSeenEmpty(context_, subject.hierarchy, subject.path));
}

void Population::childRemoved(const OpenHierarchy& open, std::string_view path, std::uint64_t parentId) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return;
    const auto above = path.substr(0, slash);
    const auto parent = CgroupPath::parse(above);
    if (!parent.ok()) return;
    const auto opened = openCgroup(context_.system, open.root.get(), parent.value());
    if (!opened.ok()) return logStateFault(context_, opened.error());
    if (!opened.value()) return;
    const auto state = readState(context_.system, opened.value()->directory.get(), true);
    if (!state.ok()) return logStateFault(context_, state.error());
    if (!state.value() || state.value()->id != parentId) return;
    if (state.value()->populated || state.value()->hasChildren) return;
    note(releaseCgroup(context_, {open, *opened.value(), above}, ""));
}

void Population::endRound() {
    std::vector<std::uint64_t> unseen;
    for (const auto& [id, cgroup] : cgroups_)
        if (cgroup.round != round_) unseen.push_back(id);
    for (const auto id : unseen) forget(id);
}

void Population::forget(std::uint64_t id) {
    const auto* cgroup = cgroups_.byId(id);
    if (cgroup == nullptr) return;
    if (cgroup->watch >= 0) context_.system.inotifyRemove(inotify_.get(), cgroup->watch);
    cgroups_.erase(id);
}

void Population::note(const Outcome& outcome) {
    if (outcome.done == Done::deferred) dueMs_ = std::min(dueMs_, outcome.dueMs);
}

std::int64_t Population::takeDueMs() { return std::exchange(dueMs_, INT64_MAX); }

void Population::sayNoRoom(std::string_view hierarchy) {
    blind_ = true;
    sayWatchLimit(context_, hierarchy);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "watch/population.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cgroup/locate.h"
#include "cgroup/stat_file.h"
#include "prune/release.h"
#include "prune/sweep.h"
#include "watch/limits.h"

namespace prune {

Status Population::open() {
    inotify_ = Fd(context_.system, context_.system.inotifyOpen());
    if (!inotify_.valid()) return Error{"open inotify", -inotify_.get()};
    reader_.emplace(context_.system, inotify_.get());
    return {};
}

Status Population::look(const Subject& subject, Seen seen) {
    const int directory = subject.cgroup.directory.get();
    auto state = readState(context_.system, directory, true);
    if (!state.ok()) return state.takeError();
    if (!state.value()) return {};
    const auto id = state.value()->id;
    if (selectRule(context_.conf, subject.hierarchy.about.name, true, subject.path) == nullptr) {
        forget(id);
        return {};
    }
    const bool isFirstLook = seen == Seen::atStart;
    const bool isNew = cgroups_.byId(id) == nullptr;
    auto& cgroup = cgroups_.at(id, subject.path);
    cgroup.round = round_;
    if (isNew) cgroup.populated = state.value()->populated;
    if (isNew && !isFirstLook) cgroup.usageUsec = 0;
    if (cgroup.watch < 0) {
        watch(subject, cgroup);
        // Once more: what changed before it was watched is not told.
        state = readState(context_.system, directory, true);
        if (!state.ok()) return state.takeError();
    }
    if (state.value()) settle(subject, cgroup, *state.value(), isFirstLook);
    return {};
}

void Population::watch(const Subject& subject, WatchedCgroup& cgroup) {
    const auto link = "/proc/self/fd/" + decimal(subject.cgroup.directory.get()) + "/cgroup.events";
    const int watch = context_.system.inotifyAdd(inotify_.get(), link.c_str(), IN_MODIFY);
    if (watch >= 0) return cgroups_.setWatch(cgroup, watch);
    if (watch == -ENOSPC || watch == -ENOMEM) return sayNoRoom(subject.hierarchy.about.name);
    if (watch == -ENOENT) return;
    goBlind(subject.hierarchy.about.name, {"watch cgroup " + escapeForPeople(subject.path), -watch});
}

/// What is known of a cgroup stays as it is, so that a later look finds what has changed.
void Population::goBlind(std::string_view hierarchy, const Error& why) {
    blind_ = true;
    sayBlind(context_, hierarchy, why);
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
    const auto found = locateCgroup(context_.system, open, id, cgroup->path);
    if (!found.ok()) return goBlind(open.about.name, found.error());
    if (!found.value()) {
        // Its removal is told by the tree; but where there are no handles, nobody finds it without a path.
        blind_ = blind_ || (cgroup->path.empty() && !isGone(context_.system, open, id));
        return;
    }
    const auto& located = *found.value();
    const auto state = readState(context_.system, located.cgroup.directory.get(), true);
    if (!state.ok()) return goBlind(open.about.name, state.error());
    if (state.value()) settle({open, located.cgroup, located.path}, *cgroup, *state.value(), false);
}

void Population::settle(const Subject& subject, WatchedCgroup& cgroup, const CgroupState& state,
                        bool isFirstLook) {
    const bool wasPopulated = std::exchange(cgroup.populated, state.populated);
    const bool hadChildren = std::exchange(cgroup.hasChildren, state.hasChildren);
    if (state.populated) return;
    const bool ran = hasRun(subject, cgroup);
    if (state.hasChildren) return;
    if (wasPopulated || hadChildren || ran || cgroup.isOwed) return release(subject, cgroup);
    if (isFirstLook) note(noteSeenEmpty(context_, subject.hierarchy, subject.path));
}

void Population::release(const Subject& subject, WatchedCgroup& cgroup) {
    // Its maker decides.
    if (const auto passed = makers_.passed(subject); !passed.ok()) {
        cgroup.isOwed = true;
        return goBlind(subject.hierarchy.about.name, passed.error());
    }
    const auto outcome = releaseCgroup(context_, subject, "");
    cgroup.isOwed = outcome.isLost;
    blind_ = blind_ || outcome.isLost;
    note(outcome);
}

/// Whether tasks have run in it, or below it, since the last look at which that is known.
bool Population::hasRun(const Subject& subject, WatchedCgroup& cgroup) {
    const auto usage = readStat(context_.system, subject.cgroup.directory.get(), "cpu.stat", "usage_usec");
    if (!usage.ok()) {
        if (usage.error().code != ENOENT) goBlind(subject.hierarchy.about.name, usage.error());
        return false;
    }
    const auto before = std::exchange(cgroup.usageUsec, usage.value());
    return before && *before < usage.value();
}

void Population::childRemoved(const OpenHierarchy& open, std::string_view path, std::uint64_t parentId) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0 || parentId == 0) return;
    const auto above = path.substr(0, slash);
    const auto parent = CgroupPath::parse(above);
    if (!parent.ok()) return;
    cgroups_.at(parentId, above).hasChildren = true;  // until now; a look that fails does not change that
    const auto opened = openCgroup(context_.system, open.root.get(), parent.value());
    if (!opened.ok()) return goBlind(open.about.name, opened.error());
    if (!opened.value()) return;
    if (const auto looked = look({open, *opened.value(), above}, Seen::made); !looked.ok())
        goBlind(open.about.name, looked.error());
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

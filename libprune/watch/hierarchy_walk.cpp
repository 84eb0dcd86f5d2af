// SPDX-License-Identifier: MIT
// The walks of HierarchyWatch over what is there.
#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "sys/directory.h"
#include "watch/hierarchy_watch.h"
#include "watch/limits.h"
#include "watch/observe.h"

namespace prune {

void HierarchyWatch::planWalk(Seen seen) {
    walks_.clear();
    partial_ = false;
    onceMore_ = false;
    blind_ = false;
    population_.beginRound();
    tree_->beginWalk();
    walks_.push_back({PendingPaths(), seen, true});
}

void HierarchyWatch::lookAgain() {
    sawAll_ = false;
    lookAnew();
}

void HierarchyWatch::lookAnew() { planWalk(sawAll_ ? Seen::again : Seen::atStart); }

/// A walk that is under way comes to its end first: one who makes us lose events could put that off for ever.
void HierarchyWatch::lookOnceMore() {
    if (!walks_.empty() && walks_.front().isWhole)
        onceMore_ = true;
    else
        lookAnew();
}

void HierarchyWatch::walkOn(const OpenHierarchy& open) {
    for (int done = 0; done < kLooksAtOnce && !walks_.empty(); ++done) {
        if (mustHearFirst()) return;
        auto& walk = walks_.front();
        if (std::exchange(walk.hasBegun, true) && !walk.paths.next()) {
            const bool wasWhole = walk.isWhole;
            walks_.pop_front();
            if (wasWhole) walkedAll();
        } else if (walk.paths.path().empty()) {
            lookAtRoot(open, walk);
        } else {
            lookAt(open, walk);
        }
    }
}

void HierarchyWatch::walkedAll() {
    looked_ = true;
    if (!partial_) {
        sawAll_ = true;
        population_.endRound();
        tree_->endWalk();
    }
    makers_.passedStart();
    if (onceMore_) return lookAnew();
    if (!partial_) makers_.passedAll();
    if (hasHeardTree()) makers_.heardAll();
}

void HierarchyWatch::lookAtRoot(const OpenHierarchy& open, Walk& walk) {
    const Fd root(context_.system, context_.system.openAt(open.root.get(), ".", O_RDONLY | O_DIRECTORY));
    if (!root.valid())
        return lookFailed({"open the root of hierarchy " + escapeForPeople(name_), -root.get()});
    cover(root.get(), "/");
    planChildren(root.get(), walk.paths);
}

void HierarchyWatch::lookFailed(const Error& why) {
    partial_ = true;
    goBlind(why);
}

void HierarchyWatch::lookAt(const OpenHierarchy& open, Walk& walk) {
    const auto path = CgroupPath::parse(walk.paths.path());
    if (!path.ok()) return;
    auto cgroup = openCgroup(context_.system, open.root.get(), path.value());
    // With something mounted on it nobody can look at it, nor below.
    if (!cgroup.ok() && cgroup.error().code == EXDEV) return goBlind(cgroup.error());
    if (!cgroup.ok()) return lookFailed(cgroup.error());
    if (cgroup.value()) lookAtOpen(open, walk, *cgroup.value());
}

void HierarchyWatch::lookAtOpen(const OpenHierarchy& open, Walk& walk, const OpenCgroup& cgroup) {
    const Subject subject{open, cgroup, walk.paths.path()};
    cover(cgroup.directory.get(), subject.path);
    // It can have been handed over before it was covered, or when that was not heard. On v1 it would get its
    // flag, though it may have been handed over before we began.
    if (walk.seen != Seen::atStart && (unified_ || !tree_->coversAll())) observeOwner(context_, subject);
    if (tree_->coversAll())
        if (const auto passed = makers_.passed(subject); !passed.ok()) return lookFailed(passed.error());
    if (unified_)
        if (const auto looked = population_.look(subject, walk.seen); !looked.ok())
            lookFailed(looked.error());
    planChildren(cgroup.directory.get(), walk.paths);
}

void HierarchyWatch::cover(int directory, std::string_view path) {
    const auto covered = tree_->cover(directory, path);
    if (covered.ok() || covered.error().code == ENOENT) return;
    if (covered.error().code != ENOSPC && covered.error().code != ENOMEM) return goBlind(covered.error());
    blind_ = true;
    sayWatchLimit(context_, name_);
}

void HierarchyWatch::planChildren(int directory, PendingPaths& paths) {
    DirectoryReader reader(context_.system, directory);
    DirectoryReader::Entry entry;
    while (true) {
        const auto more = reader.next(entry);
        if (!more.ok() && more.error().code != ENOENT) return lookFailed(more.error());
        if (!more.ok() || !more.value()) return;
        if (entry.type == DT_DIR) paths.addChild(entry.name);
    }
}

void HierarchyWatch::lookAgainIfBlind() {
    const auto now = context_.system.bootTimeMs();
    if (!(blind_ || population_.isBlind()) || !walks_.empty() || now < blindLookMs_) return;
    blindLookMs_ = now + kBlindLookMs;
    lookAnew();
}

}  // namespace prune

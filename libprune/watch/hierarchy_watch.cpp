// SPDX-License-Identifier: MIT
#include "watch/hierarchy_watch.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cgroup/locate.h"
#include "prune/facts.h"
#include "store/state_folder.h"
#include "watch/limits.h"
#include "watch/observe.h"
#include "watch/watch_lock.h"

namespace prune {

namespace {

/// Kernels from 6.6 on have fanotify for cgroups, and root in the host's namespaces may use it.
Result<std::unique_ptr<TreeSource>> openTreeSource(Context& context, const OpenHierarchy& open) {
    auto whole = openFanotifySource(context.system, open);
    if (whole.ok()) return whole;
    context.log.event(LogLevel::notice, "makers-not-told",
                      {{"hierarchy", open.about.name},
                       {"why", whole.error().text()},
                       {"do", "creators are known by cgprune register only"}});
    return openInotifySource(context.system);
}

}  // namespace

Result<OpenHierarchy> HierarchyWatch::openMounted() {
    auto open = openHierarchyByName(context_.system, name_);
    if (!open.ok()) return open.takeError();
    if (open.value()) return std::move(*open.value());
    return Error{"hierarchy " + escapeForPeople(name_) + " is not mounted; see cgprune status", 0};
}

Status HierarchyWatch::begin() {
    const auto open = openMounted();
    if (!open.ok()) return open.error();
    auto lock = takeWatchLock(context_.system, name_);
    if (!lock.ok()) return lock.takeError();
    lock_ = std::move(lock.value());
    unified_ = open.value().about.unified;
    FileStat root;
    if (const int failed = context_.system.statFd(open.value().root.get(), root); failed < 0)
        return Error{"look at the root of hierarchy " + escapeForPeople(name_), -failed};
    device_ = root.device;
    instance_ = instanceNow();
    if (auto status = openSources(open.value()); !status.ok()) return status;
    planWalk(Seen::atStart);
    return {};
}

Status HierarchyWatch::openSources(const OpenHierarchy& open) {
    auto tree = openTreeSource(context_, open);
    if (!tree.ok()) return tree.takeError();
    tree_ = std::move(tree.value());
    return unified_ ? population_.open() : Status();
}

std::vector<int> HierarchyWatch::descriptors() const {
    if (!unified_) return {tree_->fd()};
    return {population_.fd(), tree_->fd()};
}

void HierarchyWatch::end(const Status& why) {
    ended_ = true;
    context_.log.event(
        LogLevel::notice, "watch-ended",
        {{"hierarchy", name_}, {"why", why.ok() ? "it is not mounted any more" : why.error().text()}});
}

void HierarchyWatch::onReadable(int fd) {
    if (ended_) return;
    const auto open = openOrEnd();
    if (!open) return;
    if (fd == tree_->fd())
        readTree(*open);
    else
        readPopulation(*open);
}

/// Nothing: it cannot be opened now, or has ended: what is still to be heard is not about one that was
/// mounted in its place, where ids begin anew.
std::optional<OpenHierarchy> HierarchyWatch::openOrEnd() {
    auto open = openHierarchyByName(context_.system, name_);
    if (!open.ok())
        goDeaf(open.error());
    else if (!open.value() || !isStillTheSame(*open.value()))
        end({});
    else
        return std::move(open.value());
    return std::nullopt;
}

/// What cannot be looked at now is looked at with all else, later.
void HierarchyWatch::goBlind(const Error& why) {
    sayBlind(context_, name_, why);
    blind_ = true;
}

/// The events wait: a descriptor that is readable and not read would keep us busy.
void HierarchyWatch::goDeaf(const Error& why) {
    deafUntilMs_ = context_.system.bootTimeMs() + kDeafMs;
    goBlind(why);
}

/// 0 where it is not told.
std::uint32_t HierarchyWatch::instanceNow() {
    const auto id = hierarchyId(context_.system, name_);
    return id.ok() ? id.value() : 0;
}

/// Where one of the signs cannot be read, the others tell.
bool HierarchyWatch::isStillTheSame(const OpenHierarchy& open) {
    FileStat root;
    if (context_.system.statFd(open.root.get(), root) == 0 && root.device != device_) return false;
    const auto instance = instanceNow();
    return instance == 0 || instance_ == 0 || instance == instance_;
}

void HierarchyWatch::endIfLost() {
    if (ended_) return;
    if (!openOrEnd()) return;
    if (!isStillThere(context_.system, lock_, name_)) end(Error{"its lock in /run/cgprune/watch is gone", 0});
}

void HierarchyWatch::lose(std::string_view setting) {
    sayEventsLost(context_, name_, setting);
    lookOnceMore();
}

/// What was told could not be looked at: another walk has to, and not the rest of one that is under way.
void HierarchyWatch::missNews(const Error& why) {
    loseMakers();
    lookFailed(why);
}

void HierarchyWatch::loseMakers() {
    if (tree_->coversAll()) makers_.lost();
}

bool HierarchyWatch::hasHeardTree() const {
    return !tree_->hasMore() && context_.system.waitReadable(tree_->fd(), 0) != 1;
}

/// Before anything is released, or taken for lost: what is told of makers. Not for ever: one who makes
/// cgroups without end would hold up all else.
bool HierarchyWatch::mustHearFirst() {
    const auto now = context_.system.bootTimeMs();
    const bool isUnheard = tree_->coversAll() && !isDeaf() && !hasHeardTree();
    unheardSinceMs_ = isUnheard ? std::min(unheardSinceMs_, now) : kNever;
    return isUnheard && now - unheardSinceMs_ < kHearFirstMs;
}

void HierarchyWatch::readTree(const OpenHierarchy& open) {
    const auto until = context_.system.bootTimeMs() + kTurnMs;
    do {
        TreeChange change;
        const auto more = tree_->next(open, change);
        if (!more.ok() && more.error().code == EXDEV) return goBlind(more.error());
        if (!more.ok()) {
            goDeaf(more.error());
            loseMakers();
            return lookOnceMore();
        }
        if (more.value()) handle(open, change);
    } while (tree_->hasMore() && context_.system.bootTimeMs() < until);
    if (hasHeardTree()) makers_.heardAll();
}

void HierarchyWatch::handle(const OpenHierarchy& open, const TreeChange& change) {
    switch (change.what) {
        case TreeChange::What::made:
            return onMade(open, change);
        case TreeChange::What::removed:
            return onRemoved(open, change);
        case TreeChange::What::renamed:
            return onRenamed(open, change);
        case TreeChange::What::ownerOrMode:
            if (const auto cgroup = openAt(open, change.path); cgroup)
                observeOwner(context_, {open, *cgroup, change.path});
            return;
        case TreeChange::What::lost:
            loseMakers();
            return lose(tree_->queueSetting());
    }
}

/// The cgroup at `text`; nothing where it is not there (any more).
std::optional<OpenCgroup> HierarchyWatch::openAt(const OpenHierarchy& open, std::string_view text) {
    const auto path = CgroupPath::parse(text);
    if (!path.ok()) return std::nullopt;
    auto opened = openCgroup(context_.system, open.root.get(), path.value());
    if (opened.ok()) return std::move(opened.value());
    if (opened.error().code == EXDEV)
        goBlind(opened.error());
    else
        missNews(opened.error());
    return std::nullopt;
}

void HierarchyWatch::onMade(const OpenHierarchy& open, const TreeChange& change) {
    // Before its directory was covered others can have been made in it: they are looked for.
    if (!tree_->coversAll()) return walks_.push_back({PendingPaths(change.path), Seen::made, false});
    const auto cgroup = openAt(open, change.path);
    if (!cgroup) return;
    const Subject subject{open, *cgroup, change.path};
    if (const auto told = makers_.told(subject, change.maker); !told.ok()) missNews(told.error());
    if (!unified_) return;
    if (const auto looked = population_.look(subject, Seen::made); !looked.ok()) goBlind(looked.error());
}

void HierarchyWatch::onRemoved(const OpenHierarchy& open, const TreeChange& change) {
    // An id that was found by the path may be that of one made anew before this was told.
    if (change.id != 0 && (tree_->coversAll() || isGone(context_.system, open, change.id))) {
        tree_->uncover(change.path);
        population_.forget(change.id);
        makers_.removed(change.id);
        forgetFacts(context_, name_, change.id);
    }
    if (unified_) population_.childRemoved(open, change.path, change.parentId);
}

void HierarchyWatch::onRenamed(const OpenHierarchy& open, const TreeChange& change) {
    tree_->renamed(change.path, change.newPath);
    if (const auto cgroup = openAt(open, change.newPath); cgroup)
        observeRename(context_, {open, *cgroup, change.newPath});
}

void HierarchyWatch::readPopulation(const OpenHierarchy& open) {
    if (mustHearFirst()) return;
    const auto read = population_.read(open);
    if (!read.ok()) {
        goDeaf(read.error());
        lookOnceMore();
    } else if (!read.value()) {
        lose(kInotifyQueueSetting);
    }
}

bool HierarchyWatch::hasMore() const { return !walks_.empty() || tree_->hasMore() || population_.hasMore(); }

bool HierarchyWatch::lookOn() {
    if (ended_ || !hasMore()) return false;
    const auto open = openOrEnd();
    if (!open) return false;
    if (tree_->hasMore() || mustHearFirst()) readTree(*open);
    if (population_.hasMore()) readPopulation(*open);
    if (!walks_.empty()) walkOn(*open);
    return hasMore();
}

bool HierarchyWatch::hearSome() {
    bool heard = false;
    if (!ended_ && !isDeaf() && hasMore()) {
        lookOn();
        heard = true;
    }
    for (const int fd : descriptors()) {
        if (ended_ || isDeaf() || context_.system.waitReadable(fd, 0) != 1) continue;
        onReadable(fd);
        heard = true;
    }
    return heard;
}

bool HierarchyWatch::hasUnheard() const {
    if (ended_) return false;
    if (isDeaf() || hasMore()) return true;
    const auto fds = descriptors();
    return std::any_of(fds.begin(), fds.end(),
                       [this](int fd) { return context_.system.waitReadable(fd, 0) == 1; });
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "watch/hierarchy_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "base/text.h"
#include "prune/facts.h"
#include "store/state_folder.h"
#include "sys/directory.h"
#include "sys/files.h"
#include "watch/limits.h"
#include "watch/observe.h"

namespace prune {

namespace {

constexpr unsigned kLockMode = 0600;

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

/// The cgroup at `text`; nothing where it is not there (any more).
std::optional<OpenCgroup> openAt(Context& context, const OpenHierarchy& open, std::string_view text) {
    const auto path = CgroupPath::parse(text);
    if (!path.ok()) return std::nullopt;
    auto opened = openCgroup(context.system, open.root.get(), path.value());
    if (opened.ok()) return std::move(opened.value());
    logStateFault(context, opened.error());
    return std::nullopt;
}

}  // namespace

Status HierarchyWatch::lock() {
    const auto folder = openStateSubfolder(context_.system, "watch");
    if (!folder.ok()) return folder.error();
    const auto file = name_ + ".lock";
    lock_ = Fd(context_.system, context_.system.openAt(folder.value().get(), file.c_str(),
                                                       O_RDWR | O_CREAT | O_NOFOLLOW, kLockMode));
    if (!lock_.valid()) return Error{"open /run/cgprune/watch/" + escapeForPeople(file), -lock_.get()};
    if (context_.system.lockFd(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    return Error{"hierarchy " + escapeForPeople(name_) +
                     " is watched already by another cgprune watch; end that one first, or name other "
                     "hierarchies",
                 0};
}

Status HierarchyWatch::begin() {
    if (auto status = lock(); !status.ok()) return status;
    const auto open = openHierarchyByName(context_.system, name_);
    if (!open.ok()) return open.error();
    if (!open.value())
        return Error{"hierarchy " + escapeForPeople(name_) + " is not mounted; see cgprune status", 0};
    unified_ = open.value()->about.unified;
    if (auto status = openSources(*open.value()); !status.ok()) return status;
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
    std::vector<int> all{tree_->fd()};
    if (unified_) all.push_back(population_.fd());
    return all;
}

/// On v1 a tree that is covered whole needs no look: the kernel calls the agent there.
void HierarchyWatch::planWalk(Seen seen) {
    looks_.clear();
    blind_ = false;
    population_.beginRound();
    if (unified_ || !tree_->coversAll())
        looks_.push_back({"/", seen});
    else
        looked_ = true;
}

void HierarchyWatch::end(const Status& why) {
    ended_ = true;
    context_.log.event(
        LogLevel::notice, "watch-ended",
        {{"hierarchy", name_}, {"why", why.ok() ? "it is not mounted any more" : why.error().text()}});
}

void HierarchyWatch::onReadable(int fd) {
    if (ended_) return;
    const auto open = openHierarchyByName(context_.system, name_);
    if (!open.ok()) return end(open.error());
    if (!open.value()) return end({});
    if (fd == tree_->fd()) return readTree(*open.value());
    if (!population_.read(*open.value())) lose();
}

void HierarchyWatch::lose() {
    sayEventsLost(context_, name_);
    planWalk(looked_ ? Seen::made : Seen::atStart);
}

void HierarchyWatch::readTree(const OpenHierarchy& open) {
    do {
        TreeChange change;
        const auto more = tree_->next(open, change);
        if (!more.ok()) {
            logStateFault(context_, more.error());
            return lose();
        }
        if (!more.value()) return;
        handle(open, change);
    } while (tree_->hasMore());
}

void HierarchyWatch::handle(const OpenHierarchy& open, const TreeChange& change) {
    switch (change.what) {
        case TreeChange::What::made:
            return onMade(open, change);
        case TreeChange::What::removed:
            tree_->uncover(change.path);
            if (unified_) return population_.removed(open, change.path, change.id);
            if (change.id != 0) forgetFacts(context_, name_, change.id);
            return;
        case TreeChange::What::renamed:
            return onRenamed(open, change);
        case TreeChange::What::ownerOrMode:
            if (const auto cgroup = openAt(context_, open, change.path); cgroup)
                observeOwner(context_, {open, *cgroup, change.path});
            return;
        case TreeChange::What::lost:
            return lose();
    }
}

void HierarchyWatch::onMade(const OpenHierarchy& open, const TreeChange& change) {
    // Before its directory was covered others can have been made in it: they are looked for.
    if (!tree_->coversAll()) return looks_.push_back({change.path, Seen::made});
    const auto cgroup = openAt(context_, open, change.path);
    if (!cgroup) return;
    const Subject subject{open, *cgroup, change.path};
    observeMaker(context_, subject, change.maker);
    if (unified_) population_.look(subject, Seen::made);
}

void HierarchyWatch::onRenamed(const OpenHierarchy& open, const TreeChange& change) {
    tree_->renamed(change.path, change.newPath);
    if (const auto cgroup = openAt(context_, open, change.newPath); cgroup)
        observeRename(context_, {open, *cgroup, change.newPath});
}

bool HierarchyWatch::lookOn() {
    if (looks_.empty() || ended_) return false;
    const auto open = openHierarchyByName(context_.system, name_);
    if (!open.ok() || !open.value()) return end(open.ok() ? Status() : Status(open.error())), false;
    for (int done = 0; done < kLooksAtOnce && !looks_.empty(); ++done) {
        const auto look = std::move(looks_.front());
        looks_.pop_front();
        if (look.path == "/")
            lookAtRoot(*open.value(), look.seen);
        else
            lookAt(*open.value(), look);
    }
    if (!looks_.empty()) return true;
    population_.endRound();
    looked_ = true;
    return false;
}

void HierarchyWatch::lookAtRoot(const OpenHierarchy& open, Seen seen) {
    const Fd root(context_.system, context_.system.openAt(open.root.get(), ".", O_RDONLY | O_DIRECTORY));
    if (!root.valid()) return;
    cover(root.get(), "/");
    planChildren(root.get(), "/", seen);
}

void HierarchyWatch::lookAt(const OpenHierarchy& open, const Look& look) {
    const auto cgroup = openAt(context_, open, look.path);
    if (!cgroup) return;
    cover(cgroup->directory.get(), look.path);
    if (unified_) population_.look({open, *cgroup, look.path}, look.seen);
    planChildren(cgroup->directory.get(), look.path, look.seen);
}

void HierarchyWatch::cover(int directory, std::string_view path) {
    const auto covered = tree_->cover(directory, path);
    if (covered.ok() || covered.error().code != ENOSPC) return;
    blind_ = true;
    sayWatchLimit(context_, name_);
}

void HierarchyWatch::planChildren(int directory, std::string_view path, Seen seen) {
    DirectoryReader reader(context_.system, directory);
    DirectoryReader::Entry entry;
    while (true) {
        const auto more = reader.next(entry);
        if (!more.ok() || !more.value()) return;
        if (entry.type == DT_DIR) looks_.push_back({childPath(path, entry.name), seen});
    }
}

void HierarchyWatch::lookAgainIfBlind() {
    const auto now = context_.system.bootTimeMs();
    if (!(blind_ || population_.isBlind()) || !looks_.empty() || now < blindLookMs_) return;
    blindLookMs_ = now + kBlindLookMs;
    planWalk(Seen::made);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include <sys/fanotify.h>

#include <optional>
#include <utility>

#include "cgroup/locate.h"
#include "creator/own_view.h"
#include "sys/constants.h"
#include "sys/fanotify_reader.h"
#include "watch/tree_source.h"

namespace prune {

namespace {

constexpr std::uint64_t kFanotifyTreeEvents = FAN_CREATE | FAN_DELETE | FAN_ATTRIB | FAN_RENAME | FAN_ONDIR;

class FanotifySource final : public TreeSource {
public:
    FanotifySource(System& system, Fd fanotify)
        : system_(system), fanotify_(std::move(fanotify)), reader_(system, fanotify_.get()) {}

    int fd() const override { return fanotify_.get(); }
    Status cover(int, std::string_view) override { return {}; }
    void uncover(std::string_view) override {}
    void beginWalk() override {}
    void endWalk() override {}
    void renamed(std::string_view, std::string_view) override {}
    bool coversAll() const override { return true; }
    std::string_view queueSetting() const override { return "fs.fanotify.max_queued_events"; }
    bool hasMore() const override { return reader_.hasMore(); }

    Result<bool> next(const OpenHierarchy& open, TreeChange& out) override {
        FanotifyEvent event;
        do {
            auto more = reader_.next(event);
            if (!more.ok() || !more.value()) return more;
            if (!isOfInterest(event)) continue;
            auto change = changeOf(open, event);
            if (!change.ok()) return change.takeError();
            out = std::move(change.value());
            return true;
        } while (reader_.hasMore());
        return false;
    }

private:
    static bool isOfInterest(const FanotifyEvent& event) {
        if ((event.mask & (FAN_ONDIR | FAN_Q_OVERFLOW)) != 0) return true;
        return (event.mask & FAN_ATTRIB) != 0 && event.name == "cgroup.procs";
    }

    /// Where the kernel merged events of one object into one, what comes first here is what is true now.
    Result<TreeChange> changeOf(const OpenHierarchy& open, FanotifyEvent& event) const {
        TreeChange change;
        if ((event.mask & FAN_Q_OVERFLOW) != 0) return change;
        change.id = event.id;
        change.parentId = event.directory;
        const bool isOwnFile = (event.mask & FAN_ATTRIB) != 0 && event.name == "cgroup.procs";
        auto path = pathOf(open, event.directory, isOwnFile ? "." : event.name);
        if (!path.ok()) return path.takeError();
        change.path = std::move(path.value());
        if ((event.mask & FAN_ATTRIB) != 0) {
            change.what = TreeChange::What::ownerOrMode;
        } else if ((event.mask & FAN_RENAME) != 0) {
            change.what = TreeChange::What::renamed;
            auto newPath = pathOf(open, event.newDirectory, event.newName);
            if (!newPath.ok()) return newPath.takeError();
            change.newPath = std::move(newPath.value());
        } else if ((event.mask & FAN_DELETE) != 0) {
            change.what = TreeChange::What::removed;
        } else {
            change.what = TreeChange::What::made;
            change.maker = std::move(event.maker);
        }
        return change;
    }

    /// "" where the directory is gone.
    Result<std::string> pathOf(const OpenHierarchy& open, std::uint64_t directory,
                               const std::string& name) const {
        std::string path = "/";
        if (directory != kCgroupRootId) {
            auto found = locateCgroup(system_, open, directory, "");
            if (!found.ok()) return found.takeError();
            if (!found.value()) return std::string();
            path = std::move(found.value()->path);
        }
        return name == "." ? path : childPath(path, name);
    }

    System& system_;
    Fd fanotify_;
    FanotifyReader reader_;
};

}  // namespace

Result<std::unique_ptr<TreeSource>> openFanotifySource(System& system, const OpenHierarchy& open) {
    const auto sees = seesHostTasks(system);
    if (sees.ok() && !sees.value())
        return Error{"who makes cgroups is told in the host's pid and time namespaces only", 0};
    Fd fanotify(system, system.fanotifyOpen());
    if (!fanotify.valid()) return Error{"open fanotify", -fanotify.get()};
    if (const int failed = system.fanotifyMark(fanotify.get(), open.root.get(), kFanotifyTreeEvents);
        failed < 0)
        return Error{"mark a hierarchy for fanotify", -failed};
    return std::unique_ptr<TreeSource>(std::make_unique<FanotifySource>(system, std::move(fanotify)));
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include <sys/inotify.h>

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cgroup/path.h"
#include "sys/inotify_reader.h"
#include "watch/limits.h"
#include "watch/tree_source.h"

namespace prune {

namespace {

constexpr std::uint32_t kInotifyTreeEvents =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;

class InotifySource final : public TreeSource {
public:
    InotifySource(System& system, Fd inotify)
        : system_(system), inotify_(std::move(inotify)), reader_(system, inotify_.get()) {}

    int fd() const override { return inotify_.get(); }
    bool coversAll() const override { return false; }
    std::string_view queueSetting() const override { return kInotifyQueueSetting; }
    bool hasMore() const override { return reader_.hasMore(); }

    Status cover(int directory, std::string_view path) override {
        const auto link = "/proc/self/fd/" + decimal(directory);
        const int watch = system_.inotifyAdd(inotify_.get(), link.c_str(), kInotifyTreeEvents);
        if (watch < 0) return Error{"watch cgroup " + escapeForPeople(path), -watch};
        FileStat stat;
        if (const int failed = system_.statFd(directory, stat); failed < 0)
            return Error{"look at cgroup " + escapeForPeople(path), -failed};
        if (const auto known = covered_.find(watch); known != covered_.end() && known->second.path != path)
            watches_.erase(known->second.path);
        if (const auto former = watches_.find(std::string(path));
            former != watches_.end() && former->second != watch)
            remove(former->second);
        covered_[watch] = {std::string(path), stat.inode, walk_};
        watches_[std::string(path)] = watch;
        return {};
    }

    void beginWalk() override { ++walk_; }
    void endWalk() override {
        std::vector<std::string> unseen;
        for (const auto& [watch, covered] : covered_)
            if (covered.walk != walk_) unseen.push_back(covered.path);
        for (const auto& path : unseen) uncover(path);
    }

    void uncover(std::string_view path) override {
        const auto found = watches_.find(std::string(path));
        if (found == watches_.end()) return;
        remove(found->second);
        watches_.erase(found);
    }

    void renamed(std::string_view path, std::string_view newPath) override {
        std::vector<std::pair<std::string, int>> moved;
        for (auto at = watches_.lower_bound(std::string(path)); at != watches_.end();) {
            if (!std::string_view(at->first).starts_with(path)) break;
            if (!isAtOrBelow(at->first, path)) {
                ++at;
                continue;
            }
            moved.emplace_back(std::string(newPath) + at->first.substr(path.size()), at->second);
            at = watches_.erase(at);
        }
        for (auto& [to, watch] : moved) {
            covered_[watch].path = to;
            watches_[std::move(to)] = watch;
        }
    }

    Result<bool> next(const OpenHierarchy&, TreeChange& out) override {
        InotifyEvent event;
        do {
            auto more = reader_.next(event);
            if (!more.ok() || !more.value()) return more;
            out = {};
            if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
            if (tell(event, out)) return true;
        } while (reader_.hasMore());
        return false;
    }

private:
    void remove(int watch) {
        system_.inotifyRemove(inotify_.get(), watch);
        covered_.erase(watch);
    }

    /// False: nothing of interest.
    bool tell(const InotifyEvent& event, TreeChange& out) {
        const auto found = covered_.find(event.watch);
        if (found == covered_.end()) return false;
        const auto& directory = found->second.path;
        if ((event.mask & IN_IGNORED) != 0) {
            watches_.erase(directory);
            covered_.erase(found);
            return false;
        }
        if ((event.mask & IN_ATTRIB) != 0) {
            if (!event.name.empty() && event.name != "cgroup.procs") return false;
            out.what = TreeChange::What::ownerOrMode;
            out.path = directory;
            return true;
        }
        if ((event.mask & IN_ISDIR) == 0) return false;
        out.path = childPath(directory, event.name);
        if ((event.mask & IN_MOVED_FROM) != 0) {
            movedFrom_ = out.path;
            movedCookie_ = event.cookie;
            return false;
        }
        if ((event.mask & IN_MOVED_TO) != 0 && event.cookie == movedCookie_) {
            out.what = TreeChange::What::renamed;
            out.newPath = std::exchange(out.path, std::move(movedFrom_));
            return true;
        }
        const bool removed = (event.mask & IN_DELETE) != 0;
        out.what = removed ? TreeChange::What::removed : TreeChange::What::made;
        if (removed) out.id = idOf(out.path);
        out.parentId = found->second.id;
        return true;
    }

    /// 0: it was not covered.
    std::uint64_t idOf(const std::string& path) const {
        const auto found = watches_.find(path);
        return found == watches_.end() ? 0 : covered_.at(found->second).id;
    }

    struct Covered {
        std::string path;
        std::uint64_t id;
        std::uint64_t walk;  ///< the last that came by
    };

    System& system_;
    Fd inotify_;
    InotifyReader reader_;
    std::unordered_map<int, Covered> covered_;
    std::map<std::string, int> watches_;  // in order, so that what is below a path is together
    std::uint64_t walk_ = 0;
    std::string movedFrom_;
    std::uint32_t movedCookie_ = 0;
};

}  // namespace

Result<std::unique_ptr<TreeSource>> openInotifySource(System& system) {
    Fd inotify(system, system.inotifyOpen());
    if (!inotify.valid()) return Error{"open inotify", -inotify.get()};
    return std::unique_ptr<TreeSource>(std::make_unique<InotifySource>(system, std::move(inotify)));
}

}  // namespace prune

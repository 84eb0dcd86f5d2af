// SPDX-License-Identifier: MIT
#include <sys/inotify.h>

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cgroup/path.h"
#include "sys/inotify_reader.h"
#include "watch/tree_source.h"

namespace prune {

namespace {

constexpr std::uint32_t kMask =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;

class InotifySource final : public TreeSource {
public:
    InotifySource(System& system, Fd inotify)
        : system_(system), inotify_(std::move(inotify)), reader_(system, inotify_.get()) {}

    int fd() const override { return inotify_.get(); }
    bool coversAll() const override { return false; }
    bool hasMore() const override { return reader_.hasMore(); }

    Status cover(int directory, std::string_view path) override {
        const auto link = "/proc/self/fd/" + decimal(directory);
        const int watch = system_.inotifyAdd(inotify_.get(), link.c_str(), kMask);
        if (watch < 0) return Error{"watch cgroup " + escapeForPeople(path), -watch};
        const auto known = paths_.find(watch);
        if (known != paths_.end()) watches_.erase(known->second);
        uncover(path);  // of one that was removed unheard
        paths_[watch] = path;
        watches_[std::string(path)] = watch;
        return {};
    }

    void uncover(std::string_view path) override {
        const auto found = watches_.find(std::string(path));
        if (found == watches_.end()) return;
        system_.inotifyRemove(inotify_.get(), found->second);
        paths_.erase(found->second);
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
            paths_[watch] = to;
            watches_[std::move(to)] = watch;
        }
    }

    Result<bool> next(const OpenHierarchy&, TreeChange& out) override {
        InotifyEvent event;
        while (true) {
            auto more = reader_.next(event);
            if (!more.ok() || !more.value()) return more;
            out = {};
            if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
            if (tell(event, out)) return true;
        }
    }

private:
    /// False: nothing of interest.
    bool tell(const InotifyEvent& event, TreeChange& out) {
        const auto found = paths_.find(event.watch);
        if (found == paths_.end()) return false;
        const auto& directory = found->second;
        if ((event.mask & IN_IGNORED) != 0) {
            watches_.erase(directory);
            paths_.erase(found);
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
        out.what = (event.mask & IN_DELETE) != 0 ? TreeChange::What::removed : TreeChange::What::made;
        return true;
    }

    System& system_;
    Fd inotify_;
    InotifyReader reader_;
    std::unordered_map<int, std::string> paths_;
    std::map<std::string, int> watches_;  // in order, so that what is below a path is together
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

// SPDX-License-Identifier: MIT
#include "cgprune/walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/text.h"
#include "sys/directory.h"

namespace prune {

namespace {

class Walker {
public:
    Walker(System& system, const OpenHierarchy& hierarchy, const CgroupVisit& visit)
        : system_(system), hierarchy_(hierarchy), visit_(visit) {}

    Result<WalkResult> below(const std::string& top);

private:
    Status addChildren(int directory, const std::string& path);
    void look(const std::string& path);

    System& system_;
    const OpenHierarchy& hierarchy_;
    const CgroupVisit& visit_;
    std::vector<std::string> paths_;
    WalkResult result_;
};

Status Walker::addChildren(int directory, const std::string& path) {
    DirectoryReader reader(system_, directory);
    DirectoryReader::Entry entry;
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) return {};
        FileStat stat;
        const int failed = system_.statAt(directory, entry.name.data(), AT_SYMLINK_NOFOLLOW, stat);
        if (failed == 0 && S_ISDIR(stat.mode)) paths_.push_back(path + '/' + std::string(entry.name));
    }
}

void Walker::look(const std::string& path) {
    const auto parsed = CgroupPath::parse(path);
    const auto opened = parsed.ok() ? openCgroup(system_, hierarchy_.root.get(), parsed.value())
                                    : Result<std::optional<OpenCgroup>>(parsed.error());
    if (opened.ok() && !opened.value()) return;
    ++result_.looked;
    if (!opened.ok()) {
        ++result_.failed;
        return;
    }
    const int directory = opened.value()->directory.get();
    const auto state = readState(system_, directory, hierarchy_.about.unified);
    if (!state.ok()) ++result_.failed;
    if (state.ok() && state.value()) visit_(path, *opened.value(), *state.value());
    if (!addChildren(directory, path).ok() && !hasDied(system_, directory)) ++result_.failed;
}

Result<WalkResult> Walker::below(const std::string& top) {
    const std::string path = top == "/" ? "" : top;
    Fd directory(system_, system_.openAt(hierarchy_.root.get(), ".", O_RDONLY | O_DIRECTORY));
    if (!path.empty()) {
        const auto parsed = CgroupPath::parse(path);
        if (!parsed.ok()) return parsed.error();
        auto opened = openCgroup(system_, hierarchy_.root.get(), parsed.value());
        if (!opened.ok()) return opened.takeError();
        if (!opened.value())
            return Error{"no cgroup " + escapeForPeople(top) + " in hierarchy " +
                             escapeForPeople(hierarchy_.about.name) +
                             "; expected a path inside the hierarchy",
                         0};
        directory = std::move(opened.value()->directory);
    }
    if (!directory.valid())
        return Error{"list the root of " + escapeForPeople(hierarchy_.about.name), -directory.get()};
    if (auto status = addChildren(directory.get(), path); !status.ok()) return status.takeError();
    while (!paths_.empty()) {
        const auto next = std::move(paths_.back());
        paths_.pop_back();
        look(next);
    }
    return result_;
}

}  // namespace

Result<WalkResult> walkBelow(System& system, const OpenHierarchy& hierarchy, const std::string& top,
                             const CgroupVisit& visit) {
    return Walker(system, hierarchy, visit).below(top);
}

}  // namespace prune

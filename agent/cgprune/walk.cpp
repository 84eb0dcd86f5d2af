// SPDX-License-Identifier: MIT
#include "cgprune/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.h"
#include "cgroup/pending_paths.h"
#include "sys/directory.h"

namespace prune {

namespace {

class Walker {
public:
    Walker(System& system, const OpenHierarchy& hierarchy, const CgroupVisit& visit,
           const FailedLook& onFailed)
        : system_(system), hierarchy_(hierarchy), visit_(visit), onFailed_(onFailed) {}

    Result<WalkResult> below(const std::string& top);

private:
    bool isFolder(int directory, const DirectoryReader::Entry& entry);
    Status addChildren(int directory);
    void look();
    void fail(const std::string& path, const Error& why);

    System& system_;
    const OpenHierarchy& hierarchy_;
    const CgroupVisit& visit_;
    const FailedLook& onFailed_;
    PendingPaths paths_;
    WalkResult result_;
};

/// A look at each control file would cost more than all else.
bool Walker::isFolder(int directory, const DirectoryReader::Entry& entry) {
    if (entry.type != DT_UNKNOWN) return entry.type == DT_DIR;
    FileStat stat;
    return system_.statAt(directory, entry.name.data(), AT_SYMLINK_NOFOLLOW, stat) == 0 && S_ISDIR(stat.mode);
}

Status Walker::addChildren(int directory) {
    DirectoryReader reader(system_, directory);
    DirectoryReader::Entry entry;
    auto& children = paths_.children();
    const auto first = static_cast<std::ptrdiff_t>(children.size());
    while (true) {
        auto more = reader.next(entry);
        if (!more.ok()) return more.takeError();
        if (!more.value()) break;
        if (isFolder(directory, entry)) paths_.addChild(entry.name);
    }
    std::sort(children.begin() + first, children.end(),
              [](const auto& a, const auto& b) { return a.name > b.name; });
    return {};
}

void Walker::look() {
    const auto& path = paths_.path();
    const auto parsed = CgroupPath::parse(path);
    const auto opened = parsed.ok() ? openCgroup(system_, hierarchy_.root.get(), parsed.value())
                                    : Result<std::optional<OpenCgroup>>(parsed.error());
    if (opened.ok() && !opened.value()) return;
    ++result_.looked;
    if (!opened.ok()) return fail(path, opened.error());
    const int directory = opened.value()->directory.get();
    const auto state = readState(system_, directory, hierarchy_.about.unified);
    if (!state.ok()) fail(path, state.error());
    if (state.ok() && state.value()) {
        visit_(path, *opened.value(), *state.value());
        if (!state.value()->hasChildren) return;
    }
    const auto listed = addChildren(directory);
    if (!listed.ok() && !hasDied(system_, directory)) fail(path, listed.error());
}

void Walker::fail(const std::string& path, const Error& why) {
    ++result_.failed;
    if (onFailed_) onFailed_(path, why);
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
    paths_ = PendingPaths(path);
    if (auto status = addChildren(directory.get()); !status.ok()) return status.takeError();
    while (paths_.next()) look();
    return result_;
}

}  // namespace

Result<WalkResult> walkBelow(System& system, const OpenHierarchy& hierarchy, const std::string& top,
                             const CgroupVisit& visit, const FailedLook& onFailed) {
    return Walker(system, hierarchy, visit, onFailed).below(top);
}

}  // namespace prune

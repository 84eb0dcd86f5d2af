// SPDX-License-Identifier: MIT
#include "cgprune/live_probe.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cgprune/root_files.h"
#include "cgroup/state.h"
#include "store/journal.h"
#include "sys/files.h"

namespace prune {

namespace {

constexpr unsigned kFolderMode = 0755;
constexpr int kMostLifeMs = 10'000;
constexpr int kSettleMs = 500;  // cgprune watch has to see it populated first
constexpr std::size_t kMaxSet = 65'536;

}  // namespace

Result<LiveProbe> LiveProbe::make(System& system, const OpenHierarchy& hierarchy, const std::string& parent) {
    const auto name = "cgprune-doctor-" + decimal(system.processId());
    const auto path = childPath(parent, name);
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return parsed.error();
    const auto folder = openParentOf(system, hierarchy.root.get(), parsed.value());
    if (!folder.ok()) return folder.error();
    const auto what = "make the cgroup " + escapeForPeople(path);
    const int failed = system.makeDirectoryAt(folder.value().get(), name.c_str(), kFolderMode);
    if (failed < 0) return Error{what, -failed};
    auto opened = openCgroup(system, hierarchy.root.get(), parsed.value());
    if (!opened.ok()) return opened.takeError();
    if (!opened.value()) return Error{what, ENOENT};
    LiveProbe probe(system, hierarchy, path, std::move(*opened.value()));
    if (auto status = probe.prepare(); !status.ok()) return status.takeError();
    return probe;
}

LiveProbe::~LiveProbe() {
    if (!cgroup_.directory.valid()) return;  // moved from
    const auto id = cgroupId(*system_, cgroup_.directory.get());
    if (!id.ok()) return;
    if (!isGone()) static_cast<void>(removeCgroup(*system_, cgroup_, id.value()));
    static_cast<void>(Journal(*system_).drop({hierarchy_->about.name, 0, id.value()}));
}

std::string LiveProbe::name() const {
    return escapeForPeople(path_) + " of " + escapeForPeople(hierarchy_->about.name);
}

Status LiveProbe::prepare() {
    if (hierarchy_->about.unified) return {};
    for (const char* file : {"cpuset.cpus", "cpuset.mems"})
        if (auto status = copyFromParent(file); !status.ok()) return status;
    return writeFlag(*system_, cgroup_.directory.get(), true);
}

Status LiveProbe::copyFromParent(const char* file) {
    const Fd parent(*system_, system_->openAt(cgroup_.parent.get(), ".", O_RDONLY | O_DIRECTORY));
    const auto value = readWhole(*system_, parent.get(), file, kMaxSet);
    if (!value.ok()) return value.error().code == ENOENT ? Status() : Status(value.error());
    return writeText(*system_, cgroup_.directory.get(), file, value.value());
}

Result<std::optional<Judgement>> LiveProbe::judgeNow(Context& context) const {
    return judge(context, {*hierarchy_, cgroup_, path_});
}

/// The child: ends when the parent unlocks the directory, or ends itself.
void LiveProbe::liveUntilUnlocked() const {
    const int own = system_->openAt(cgroup_.directory.get(), ".", O_RDONLY | O_DIRECTORY);
    system_->closeFd(cgroup_.directory.get());  // it shares the parent's lock
    if (own >= 0) system_->lockFd(own, LOCK_EX);
    std::_Exit(0);
}

Status LiveProbe::populate() {
    const int directory = cgroup_.directory.get();
    const auto what = "put a process into " + name();
    if (const int failed = system_->lockFd(directory, LOCK_SH | LOCK_NB); failed < 0)
        return Error{"lock " + name(), -failed};
    const int child = system_->forkProcess();
    if (child == 0) liveUntilUnlocked();
    const Fd life(*system_, child > 0 ? system_->openPidfd(child) : -ECHILD);
    auto moved = child < 0 ? Status(Error{what, -child})
                           : writeText(*system_, directory, "cgroup.procs", decimal(child));
    if (moved.ok() && hierarchy_->about.unified) system_->sleepFor(kSettleMs);
    system_->lockFd(directory, LOCK_UN);
    if (life.valid()) system_->waitReadable(life.get(), kMostLifeMs);
    emptiedMs_ = system_->bootTimeMs();
    return moved.ok() ? Status() : Status(Error{what, moved.error().code});
}

std::string LiveProbe::journaledFor() const {
    const auto id = cgroupId(*system_, cgroup_.directory.get());
    if (!id.ok()) return {};
    const auto entry = Journal(*system_, false).find({hierarchy_->about.name, 0, id.value()});
    return entry.ok() && entry.value() ? entry.value()->reason : std::string();
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune doctor: conf, state, and the processes that do what is due.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/doctor.h"
#include "cgprune/journal_view.h"
#include "cgprune/trust.h"
#include "cgprune/words.h"
#include "prune/drainer.h"
#include "store/state_folder.h"
#include "watch/watch_lock.h"

namespace prune {

namespace {

// A journal entry takes a page and an inode; fewer than this many are soon used up.
constexpr std::uint64_t kFewEntries = 1'024;
constexpr std::uint64_t kPage = 4'096;

/// The state folder, or where it will be.
Fd openStatePlace(System& system) {
    const int flags = O_RDONLY | O_DIRECTORY;
    Fd folder(system, system.openAt(AT_FDCWD, kStateFolder, flags | O_NOFOLLOW));
    if (folder.get() != -ENOENT) return folder;
    return {system, system.openAt(AT_FDCWD, "/run", flags)};
}

bool reachesUnified(const Conf& conf) {
    for (const auto& rule : conf.rules)
        for (const auto& name : rule.hierarchies)
            if (name == kUnifiedName) return true;
    return false;
}

bool isUnifiedMounted(const Examination& examination) {
    for (const auto& hierarchy : examination.mounted)
        if (hierarchy.unified) return true;
    return false;
}

}  // namespace

void checkConf(Examination& examination) {
    const auto& conf = examination.context.conf;
    const auto folders = checkConfFolders(examination.system);
    if (!folders.ok()) examination.add(Health::fault, folders.error());
    if (!conf.errors.empty())
        return examination.fault(
            counted(conf.errors.size(), "error") +
                " in the conf, so nothing is removed; the first: " + conf.errors.front().text(),
            "cgprune check lists them: mend them");
    if (folders.ok()) examination.ok("conf is fine: " + counted(conf.rules.size(), "rule"));
}

void checkStateFolder(Examination& examination) {
    FileStat stat;
    const int failed = examination.system.statAt(AT_FDCWD, kStateFolder, AT_SYMLINK_NOFOLLOW, stat);
    const std::string name = kStateFolder;
    if (failed == -ENOENT) return examination.ok(name + " is not there yet: it is made when it is needed");
    if (failed < 0) return examination.add(Health::fault, {"look at " + name, -failed});
    if (!S_ISDIR(stat.mode) || stat.owner != 0 || (stat.mode & (S_IWGRP | S_IWOTH)) != 0)
        return examination.fault(name + " is not a folder that only root can write",
                                 "remove it, or give it owner root and mode 0700");
    if ((stat.mode & (S_IRWXG | S_IRWXO)) != 0)
        return examination.warn(
            fmt::format("{} has mode {:04o}: others can look into it", name, stat.mode & 07777U),
            "chmod 0700 " + name);
    examination.ok(name + " is root's alone");
}

void checkSpace(Examination& examination) {
    auto& system = examination.system;
    const auto folder = openStatePlace(system);
    FreeSpace space;
    const int failed = folder.valid() ? system.freeSpace(folder.get(), space) : folder.get();
    const std::string name = kStateFolder;
    if (failed < 0) return examination.add(Health::fault, {"look at " + name, -failed});
    const auto pages = space.bytes / kPage;
    const auto entries = space.filesBounded ? std::min(pages, space.files) : pages;
    const auto what =
        fmt::format("there is room for {} in {} ({} MiB{})", counted(entries, "more file"), name,
                    space.bytes >> 20U, space.filesBounded ? fmt::format(", {} inodes", space.files) : "");
    const std::string todo = "free some, or mount /run larger (mount -o remount,size=...,nr_inodes=... /run)";
    if (entries == 0) return examination.fault(what + ": nothing can be put off or registered", todo);
    if (entries < kFewEntries) return examination.warn(what, todo);
    examination.ok(what);
}

void checkJournal(Examination& examination) {
    const auto view = viewJournal(examination.system, "");
    if (!view.ok()) return examination.add(Health::fault, view.error());
    std::uint64_t stuck = 0;
    for (const auto& seen : view.value().entries) stuck += seen.entry.stuck ? 1U : 0U;
    if (view.value().broken > 0)
        examination.warn(counted(view.value().broken, "broken file") + " in the journal",
                         "cgprune sweep finds their cgroups again; then remove the *.broken files in " +
                             std::string(kStateFolder) + "/journal");
    if (stuck > 0)
        examination.warn(counted(stuck, "removal") + " failed for too long and was given up",
                         "see cgprune list for which, mend what hinders them, then cgprune retry --stuck");
    const auto needed = sweepsNeeded(examination.system);
    if (!needed.ok()) return examination.add(Health::warning, needed.error());
    if (!needed.value().empty())
        examination.warn("a sweep is needed in " + namesOf(needed.value()), "cgprune sweep");
    examination.ok(
        fmt::format("the journal has {} waiting", counted(view.value().entries.size() - stuck, "removal")));
}

void checkDrainer(Examination& examination) {
    auto& system = examination.system;
    const auto view = viewJournal(system, "");
    bool waits = false;
    if (view.ok())
        for (const auto& seen : view.value().entries) waits = waits || !seen.entry.stuck;
    if (drainerRuns(system)) return examination.ok("a drainer runs");
    if (!examination.context.conf.agent.drainer)
        return examination.ok("the conf says drainer = no",
                              "have cgprune retry run by a timer, or cgprune watch");
    if (!waits) return examination.ok("no drainer runs, and none is needed now");
    examination.warn("removals wait in the journal, and no drainer runs",
                     "cgprune retry does what is due and starts one");
}

void checkWatch(Examination& examination) {
    if (!isUnifiedMounted(examination)) return;
    if (isWatched(examination.system, kUnifiedName)) return examination.ok("cgprune watch runs on cgroup v2");
    if (!reachesUnified(examination.context.conf))
        return examination.ok("no rule reaches cgroup v2 (unified), so nothing is removed there");
    examination.warn("rules reach cgroup v2 (unified), and no cgprune watch runs there",
                     "start cgprune watch, or have cgprune sweep run by a timer");
}

}  // namespace prune

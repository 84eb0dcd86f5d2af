// SPDX-License-Identifier: MIT
#include "cgprune/target.h"

#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "cgroup/state.h"
#include "policy/loader.h"

namespace prune {

namespace {

Error gone(const std::string& path, const OpenHierarchy& hierarchy) {
    return {"no cgroup " + escapeForPeople(path) + " in hierarchy " + escapeForPeople(hierarchy.about.name) +
                "; see cgprune status for the hierarchies, and name a path inside one",
            0};
}

Error covered(const std::string& path, const OpenHierarchy& hierarchy) {
    return {"something is mounted on " + escapeForPeople(path) + " of hierarchy " +
                escapeForPeople(hierarchy.about.name) + ", or above it; see findmnt, and unmount that first",
            0};
}

Result<Target> openAtPath(System& system, OpenHierarchy hierarchy, const std::string& path) {
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return parsed.error();
    auto opened = openCgroup(system, hierarchy.root.get(), parsed.value());
    if (!opened.ok() && opened.error().code == EXDEV) return covered(path, hierarchy);
    if (!opened.ok()) return opened.takeError();
    if (!opened.value()) return gone(path, hierarchy);
    return Target{std::move(hierarchy), std::move(*opened.value()), path};
}

Result<Target> openByName(System& system, const std::string& name, const std::string& path) {
    auto hierarchy = openNamed(system, name);
    if (!hierarchy.ok()) return hierarchy.takeError();
    return openAtPath(system, std::move(hierarchy.value()), path);
}

/// The path that the kernel shows for a removed directory can be another's: ids tell, within a hierarchy.
bool isSame(System& system, const char* directory, const Target& target) {
    FileStat named;
    FileStat found;
    return system.statAt(AT_FDCWD, directory, 0, named) == 0 &&
           system.statFd(target.cgroup.directory.get(), found) == 0 && named.inode == found.inode &&
           named.device == found.device;
}

}  // namespace

std::string Target::name() const {
    return escapeForPeople(path) + " of " + escapeForPeople(hierarchy.about.name);
}

void warnOfLock(Session& session, const Target& target, bool withoutLock, const char* what) {
    if (!withoutLock) return;
    session.out.problem("warning: somebody held the lock of " + target.name() + " for a second; " + what +
                        " without it");
}

Result<Target> openDirectoryTarget(System& system, const std::string& directory, Purpose purpose) {
    auto placed = placeDirectory(system, directory.c_str());
    if (!placed.ok()) return placed.takeError();
    const auto& hierarchy = placed.value().hierarchy;
    if (!placed.value().wholeMount && purpose == Purpose::change)
        return Error{"only a part of hierarchy " + escapeForPeople(hierarchy.name) + " is mounted at " +
                         escapeForPeople(hierarchy.mountPoint) + ", as in a container; run this on the host",
                     0};
    auto target = openByName(system, hierarchy.name, placed.value().path);
    if (target.ok() && !isSame(system, directory.c_str(), target.value()))
        return Error{
            escapeForPeople(directory) + " was removed or renamed just now; look where it is and try again",
            0};
    return target;
}

Result<Target> openTarget(Session& session, const Arguments& arguments, Purpose purpose) {
    const auto& operand = arguments.operands.front();
    if (arguments.has(kHierarchyOption.name))
        return openByName(session.system, arguments.value(kHierarchyOption.name), operand);
    return openDirectoryTarget(session.system, operand, purpose);
}

Result<OpenHierarchy> openNamed(System& system, const std::string& name) {
    const auto all = mountedHierarchies(system);
    if (!all.ok()) return all.error();
    std::string names;
    for (const auto& hierarchy : all.value()) {
        if (hierarchy.name == name) return openHierarchy(system, hierarchy);
        names += (names.empty() ? "" : " ") + escapeForPeople(hierarchy.name);
    }
    return Error{"no hierarchy " + escapeForPeople(name) +
                     " is mounted; mounted are: " + (names.empty() ? "none" : names),
                 0};
}

Context contextOf(Session& session) {
    Context context{session.system, session.log, loadConf(session.system), session.dryRun};
    session.log.setLevel(context.conf.agent.logLevel);
    return context;
}

}  // namespace prune

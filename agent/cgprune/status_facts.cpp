// SPDX-License-Identifier: MIT
#include "cgprune/status_facts.h"

#include "cgprune/conf_files.h"
#include "cgprune/journal_view.h"
#include "cgprune/root_files.h"
#include "cgprune/target.h"
#include "cgprune/walk.h"
#include "cgroup/stat_file.h"
#include "prune/drainer.h"
#include "store/state_folder.h"
#include "watch/watch_lock.h"

namespace prune {

namespace {

Status readRoot(System& system, const OpenHierarchy& hierarchy, HierarchyStatus& status) {
    auto agent = agentOf(system, hierarchy);
    if (!agent.ok()) return agent.takeError();
    status.agent = std::move(agent.value());
    if (hierarchy.about.unified) {
        const auto dying = dyingDescendants(system, hierarchy.root.get());
        if (dying.ok()) status.dying = dying.value();
        return dying.ok() ? Status() : Status(dying.error());
    }
    const auto flag = readFlag(system, hierarchy.root.get());
    if (!flag.ok()) return flag.error();
    status.rootFlag = flag.value();
    return {};
}

Status countCgroups(System& system, const OpenHierarchy& hierarchy, HierarchyStatus& status) {
    const auto walked =
        walkBelow(system, hierarchy, "/", [&](const auto&, const auto&, const CgroupState& state) {
            if (!state.populated && !state.hasChildren) ++status.empty;
            if (state.keptByRoot || state.keptByOwner) ++status.kept;
            if (state.notifyOnRelease) ++status.flagged;
        });
    if (!walked.ok()) return walked.error();
    status.cgroups = walked.value().looked;
    status.unreadable = walked.value().failed;
    return {};
}

Status readState(System& system, const OpenHierarchy& hierarchy, HierarchyStatus& status) {
    const auto& name = hierarchy.about.name;
    const auto view = viewJournal(system, name);
    if (!view.ok()) return view.error();
    for (const auto& seen : view.value().entries) ++(seen.entry.stuck ? status.stuck : status.deferred);
    const auto counted = readCountersOf(system, name);
    if (!counted.ok()) return counted.error();
    const auto& removedMs = counted.value().lastRemovalMs;
    if (removedMs) status.removedAgoMs = system.bootTimeMs() - *removedMs;
    status.watched = isWatched(system, name);
    return {};
}

}  // namespace

Result<HierarchyStatus> readStatus(System& system, const Hierarchy& about) {
    const auto open = openHierarchy(system, about);
    if (!open.ok()) return open.error();
    HierarchyStatus status;
    status.about = about;
    for (const auto read : {readRoot, countCgroups, readState})
        if (auto done = read(system, open.value(), status); !done.ok()) return done.takeError();
    return status;
}

Result<HostStatus> readHost(Session& session) {
    HostStatus host;
    host.conf = contextOf(session).conf;
    host.confFiles = confFiles(session.root);
    auto counters = readCounters(session.system);
    if (!counters.ok()) return counters.takeError();
    host.counters = counters.value();
    auto needed = sweepsNeeded(session.system);
    if (!needed.ok()) return needed.takeError();
    host.sweepsNeeded = std::move(needed.value());
    host.drains = drainerRuns(session.system);
    return host;
}

}  // namespace prune

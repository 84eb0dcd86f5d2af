// SPDX-License-Identifier: MIT
#include "cgprune/status_facts.h"

#include <algorithm>

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

/// What cannot be read stays unknown: the rest of the row does not hang on it.
void readState(System& system, HierarchyStatus& status) {
    const auto& name = status.about.name;
    const auto view = viewJournal(system, name);
    if (view.ok()) {
        const auto& entries = view.value().entries;
        const auto isStuck = [](const SeenEntry& seen) { return seen.entry.stuck; };
        status.stuck = static_cast<std::uint64_t>(std::count_if(entries.begin(), entries.end(), isStuck));
        status.deferred = entries.size() - *status.stuck;
    } else {
        status.stateFault = view.error().text();
    }
    const auto counted = readCountersOf(system, name);
    status.isLastKnown = counted.ok();
    if (!counted.ok())
        status.stateFault = counted.error().text();
    else if (const auto& removedMs = counted.value().lastRemovalMs)
        status.removedAgoMs = system.bootTimeMs() - *removedMs;
    status.watched = isWatched(system, name);
}

}  // namespace

Result<HierarchyStatus> readStatus(System& system, const Hierarchy& about) {
    const auto open = openHierarchy(system, about);
    if (!open.ok()) return open.error();
    HierarchyStatus status;
    status.about = about;
    for (const auto read : {readRoot, countCgroups})
        if (auto done = read(system, open.value(), status); !done.ok()) return done.takeError();
    readState(system, status);
    return status;
}

HostStatus readHost(Session& session) {
    HostStatus host;
    host.conf = contextOf(session).conf;
    host.confFiles = confFiles(session.root);
    if (const auto counters = readCounters(session.system); counters.ok())
        host.counters = counters.value();
    else
        host.stateFault = counters.error().text();
    if (auto needed = sweepsNeeded(session.system); needed.ok())
        host.sweepsNeeded = std::move(needed.value());
    else
        host.stateFault = needed.error().text();
    host.drains = drainerRuns(session.system);
    return host;
}

}  // namespace prune

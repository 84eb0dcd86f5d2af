// SPDX-License-Identifier: MIT
#include <map>
#include <set>

#include "cgprune/journal_view.h"
#include "cgprune/metrics.h"
#include "cgprune/target.h"
#include "prune/drainer.h"
#include "store/state_folder.h"
#include "watch/watch_lock.h"

namespace prune {

namespace {

struct OfHierarchy {
    std::map<std::string, std::uint64_t> byReason;
    std::uint64_t stuck = 0;
    std::uint64_t broken = 0;
    std::int64_t oldestMs = 0;  ///< how long the longest empty one has been so
};

Result<OfHierarchy> lookAt(System& system, const std::string& hierarchy) {
    const auto view = viewJournal(system, hierarchy);
    if (!view.ok()) return view.error();
    OfHierarchy seen;
    seen.broken = view.value().broken;
    const auto now = system.bootTimeMs();
    for (const auto& [key, entry] : view.value().entries) {
        if (entry.stuck)
            ++seen.stuck;
        else
            ++seen.byReason[entry.reason];
        seen.oldestMs = std::max(seen.oldestMs, now - entry.emptySinceMs);
    }
    return seen;
}

/// Those that are mounted, and those that have entries.
Result<std::set<std::string>> knownHierarchies(System& system) {
    const auto mounted = mountedHierarchies(system);
    if (!mounted.ok()) return mounted.error();
    const auto journaled = listStateSubfolder(system, "journal");
    if (!journaled.ok()) return journaled.error();
    std::set<std::string> names(journaled.value().begin(), journaled.value().end());
    for (const auto& hierarchy : mounted.value()) names.insert(hierarchy.name);
    return names;
}

}  // namespace

Status addJournalMetrics(System& system, std::vector<MetricFamily>& families) {
    MetricFamily entries("cgprune_journal_entries", MetricType::gauge,
                         "Removals that wait in the journal, by the reason why they were put off.");
    MetricFamily stuck("cgprune_journal_stuck", MetricType::gauge,
                       "Removals that failed for too long and were given up.");
    MetricFamily broken("cgprune_journal_broken", MetricType::gauge,
                        "Files of the journal that cannot be understood.");
    MetricFamily oldest("cgprune_journal_oldest_seconds", MetricType::gauge,
                        "How long the cgroup in the journal that was empty first has been so; 0 if none is.");
    MetricFamily sweeps("cgprune_sweep_needed", MetricType::gauge,
                        "1 where cgroups wait for a sweep, since they could not be put into the journal.");
    const auto names = knownHierarchies(system);
    if (!names.ok()) return names.error();
    const auto needed = sweepsNeeded(system);
    if (!needed.ok()) return needed.error();
    const std::set<std::string> needing(needed.value().begin(), needed.value().end());
    for (const auto& name : names.value()) {
        const auto seen = lookAt(system, name);
        if (!seen.ok()) return seen.error();
        const auto& about = seen.value();
        for (const auto& [reason, count] : about.byReason)
            entries.add({{"hierarchy", name}, {"reason", reason}}, count);
        stuck.add({{"hierarchy", name}}, about.stuck);
        broken.add({{"hierarchy", name}}, about.broken);
        oldest.addSeconds({{"hierarchy", name}}, about.oldestMs);
        sweeps.add({{"hierarchy", name}}, needing.count(name));
    }
    for (auto* family : {&entries, &stuck, &broken, &oldest, &sweeps}) families.push_back(std::move(*family));
    return {};
}

void addHostMetrics(Session& session, std::vector<MetricFamily>& families) {
    MetricFamily about("cgprune_build_info", MetricType::gauge, "The version of cgprune, as a label.");
    about.add({{"version", CGPRUNE_VERSION}}, 1);
    MetricFamily conf("cgprune_conf_errors", MetricType::gauge,
                      "Errors in the conf; while there is one nothing is removed.");
    conf.add({}, contextOf(session).conf.errors.size());
    MetricFamily drainer("cgprune_drainer_running", MetricType::gauge, "1 while a drainer runs.");
    drainer.add({}, drainerRuns(session.system) ? 1 : 0);
    MetricFamily watch("cgprune_watch_running", MetricType::gauge,
                       "1 while cgprune watch runs on cgroup v2.");
    watch.add({}, isWatched(session.system, kUnifiedName) ? 1 : 0);
    for (auto* family : {&about, &conf, &drainer, &watch}) families.push_back(std::move(*family));
}

}  // namespace prune

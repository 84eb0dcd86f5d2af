// SPDX-License-Identifier: MIT
#include "cgprune/metrics.h"
#include "prune/causes.h"
#include "store/counters.h"

namespace prune {

namespace {

struct Told {
    Counter counter;
    const char* name;
    const char* help;
};

/// With a reason for each sample.
constexpr Told kByReason[] = {
    {Counter::removed, "cgprune_removed_total", "Cgroups removed since boot."},
    {Counter::kept, "cgprune_kept_total", "Looks at empty cgroups that ended in keeping them, since boot."},
    {Counter::deferred, "cgprune_deferred_total", "Removals put off since boot, each time counted."},
    {Counter::failed, "cgprune_failed_total",
     "Removals that began to fail, were given up, or could not be looked at, since boot."},
};

constexpr Told kByHierarchy[] = {
    {Counter::gone, "cgprune_gone_total", "Cgroups that somebody else had removed already, since boot."},
    {Counter::busy, "cgprune_busy_total", "Removals that found tasks or children again, since boot."},
    {Counter::journalFull, "cgprune_not_journaled_total",
     "Removals that could not be put into the journal and wait for a sweep, since boot."},
    {Counter::cutPaths, "cgprune_cut_paths_total",
     "Calls with a path that the kernel may have cut, since boot."},
    {Counter::removedAnother, "cgprune_removed_another_total",
     "Removals that took a cgroup made anew under the same name, since boot."},
};

constexpr Told kOfHost[] = {
    {Counter::confErrors, "cgprune_conf_error_reports_total",
     "Times that a broken conf kept something from being removed, since boot."},
    {Counter::unmatched, "cgprune_unmatched_total", "Calls whose hierarchy was not found, since boot."},
    {Counter::registered, "cgprune_registered_total", "Creators registered since boot."},
};

std::uint64_t valueOf(const Counted& counted, Counter counter) {
    return counted.values[static_cast<std::size_t>(counter)];
}

std::string_view reasonWord(Counter counter, std::uint32_t cause) {
    const auto text = counter == Counter::failed ? failureWord(cause) : word(reasonOfCause(cause));
    return text.empty() ? "other" : text;
}

MetricFamily familyOf(const Told& told) { return {told.name, MetricType::counter, told.help}; }

/// Only reasons that were seen: most never are.
void addReasons(MetricFamily& family, const Counted& counted, Counter counter) {
    const auto& causes = counted.causes[static_cast<std::size_t>(counter)];
    for (std::uint32_t cause = 0; cause < kCauses; ++cause)
        if (causes[cause] > 0)
            family.add({{"hierarchy", counted.name}, {"reason", reasonWord(counter, cause)}}, causes[cause]);
}

}  // namespace

Status addCounterMetrics(System& system, std::vector<MetricFamily>& families) {
    const auto all = readAllCounters(system);
    if (!all.ok()) return all.error();
    for (const auto& told : kByReason) {
        auto family = familyOf(told);
        for (const auto& counted : all.value()) addReasons(family, counted, told.counter);
        families.push_back(std::move(family));
    }
    for (const auto& told : kByHierarchy) {
        auto family = familyOf(told);
        for (const auto& counted : all.value())
            if (counted.name != kHostCounters)
                family.add({{"hierarchy", counted.name}}, valueOf(counted, told.counter));
        families.push_back(std::move(family));
    }
    for (const auto& told : kOfHost) {
        auto family = familyOf(told);
        std::uint64_t value = 0;
        for (const auto& counted : all.value()) value += valueOf(counted, told.counter);
        family.add({}, value);
        families.push_back(std::move(family));
    }
    return {};
}

}  // namespace prune

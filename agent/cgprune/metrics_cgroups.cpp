// SPDX-License-Identifier: MIT
#include "cgprune/metrics.h"
#include "cgprune/walk.h"
#include "cgroup/stat_file.h"

namespace prune {

namespace {

struct Families {
    MetricFamily cgroups{"cgprune_cgroups", MetricType::gauge, "Cgroups below the root of the hierarchy."};
    MetricFamily empty{"cgprune_cgroups_empty", MetricType::gauge,
                       "Cgroups with neither tasks nor children."};
    MetricFamily kept{"cgprune_cgroups_kept", MetricType::gauge, "Cgroups with a keep mark."};
    MetricFamily unreadable{"cgprune_cgroups_unreadable", MetricType::gauge,
                            "Cgroups that could not be looked at."};
    MetricFamily dying{"cgprune_dying_descendants", MetricType::gauge,
                       "Cgroups that were removed and that the kernel still holds (cgroup v2 tells)."};
    MetricFamily unseen{"cgprune_hierarchy_unreadable", MetricType::gauge,
                        "1 where a hierarchy could not be looked at, so that its cgroups are not counted."};
};

Status lookAt(System& system, const Hierarchy& about, Families& families) {
    const auto open = openHierarchy(system, about);
    if (!open.ok()) return open.error();
    std::uint64_t empty = 0;
    std::uint64_t kept = 0;
    const auto walked =
        walkBelow(system, open.value(), "/", [&](const auto&, const auto&, const CgroupState& state) {
            if (!state.populated && !state.hasChildren) ++empty;
            if (state.keptByRoot || state.keptByOwner) ++kept;
        });
    if (!walked.ok()) return walked.error();
    families.cgroups.add({{"hierarchy", about.name}}, walked.value().looked);
    families.empty.add({{"hierarchy", about.name}}, empty);
    families.kept.add({{"hierarchy", about.name}}, kept);
    families.unreadable.add({{"hierarchy", about.name}}, walked.value().failed);
    if (const auto dying = dyingDescendants(system, open.value().root.get()); dying.ok())
        families.dying.add({{"hierarchy", about.name}}, dying.value());
    return {};
}

}  // namespace

Status addCgroupMetrics(System& system, std::vector<MetricFamily>& families) {
    const auto mounted = mountedHierarchies(system);
    if (!mounted.ok()) return mounted.error();
    Families found;
    for (const auto& hierarchy : mounted.value()) {
        const auto looked = lookAt(system, hierarchy, found);
        found.unseen.add({{"hierarchy", hierarchy.name}}, looked.ok() ? 0 : 1);
    }
    for (auto* family :
         {&found.cgroups, &found.empty, &found.kept, &found.unreadable, &found.dying, &found.unseen})
        families.push_back(std::move(*family));
    return {};
}

}  // namespace prune

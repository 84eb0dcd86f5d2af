// SPDX-License-Identifier: MIT
// When what killed writers left is dropped.
#include "prune/needed_sweeps.h"
#include "prune/stale_facts.h"
#include "prune/sweep.h"
#include "world.h"

using namespace prune;
using namespace prune::test;

namespace {

/// No process of the host in memory has this number.
const std::string kLeftByKilled = "/.tmp.77.0";

OpenHierarchy openFreezer(World& world) {
    auto open = openHierarchyByName(world.system, "freezer");
    REQUIRE(open.ok());
    return std::move(*open.value());
}

}  // namespace

TEST_CASE("who looks after the state drops what killed writers left in all its folders") {
    World world;
    const std::vector<std::string> folders = {"/run/cgprune/journal/freezer/0", kRegistry,
                                              "/run/cgprune/registry/name=other",
                                              "/run/cgprune/journal/name=other/7", "/run/cgprune/agents"};
    for (const auto& folder : folders) world.kernel.writeFile(folder + kLeftByKilled, "x");
    const bool bySweep = GENERATE(true, false);
    if (bySweep)
        REQUIRE(sweepNow(world.context, openFreezer(world), {}).ok());
    else
        lookAfterState(world.context);
    for (const auto& folder : folders) CHECK_FALSE(world.kernel.exists(folder + kLeftByKilled));
    CHECK(world.kernel.exists(kAlias));
}

TEST_CASE("every drop of a hierarchy's stale facts drops what killed writers left there") {
    World world;
    world.kernel.writeFile(kRegistry + kLeftByKilled, "x");
    CHECK(dropStaleFacts(world.context, openFreezer(world)) == 0);
    CHECK(world.kernel.names(kRegistry).empty());
}

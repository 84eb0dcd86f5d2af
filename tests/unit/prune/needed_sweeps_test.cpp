// SPDX-License-Identifier: MIT
// The sweeps that are asked for: when they are made, and for how long.
#include "prune/needed_sweeps.h"

#include "base/text.h"
#include "policy/loader.h"
#include "store/state_folder.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

struct Sweeping : World {
    Sweeping() { read("[default]\nsweep = yes\nsweep-linger = 60s\n"); }

    void read(const std::string& text) {
        conf(text);
        context.conf = loadConf(system);
    }
    void need(const std::string& hierarchy) { REQUIRE(setSweepNeeded(system, hierarchy).ok()); }
};

}  // namespace

TEST_CASE("a needed sweep is done at most every ten minutes") {
    Sweeping world;
    world.make("/a");
    world.need("freezer");
    CHECK(sweepWhereNeeded(world.context) == kNever);
    CHECK(world.entries().size() == 1);
    world.make("/b");
    world.need("freezer");
    CHECK(sweepWhereNeeded(world.context) <= 1'600'000);
    CHECK(world.entries().size() == 1);
    world.kernel.advance(600'000);
    CHECK(sweepWhereNeeded(world.context) == kNever);
    CHECK(world.entries().size() == 2);
}

namespace {

/// Each look at a cgroup takes a second.
struct SlowWorld : Sweeping {
    explicit SlowWorld(int cgroups) {
        for (int i = 0; i < cgroups; ++i) make("/job" + decimal(i));
        kernel.beforeCall = [this](std::string_view call) {
            if (call == "openBeneath") kernel.advance(1'000);
        };
    }
    ~SlowWorld() { kernel.beforeCall = nullptr; }
    SlowWorld(const SlowWorld&) = delete;
    SlowWorld& operator=(const SlowWorld&) = delete;

    std::int64_t sweepFreezer() {
        need("freezer");
        return sweepWhereNeeded(context);
    }
};

}  // namespace

TEST_CASE("a needed sweep that comes to no end stops after ten seconds, and goes on ten minutes later") {
    SlowWorld world(100);
    const auto begun = world.kernel.bootTimeMs();
    const auto due = world.sweepFreezer();
    const auto ended = world.kernel.bootTimeMs();
    CHECK(ended - begun < 15'000);
    CHECK(due == ended + 600'000);
    CHECK_FALSE(world.entries().empty());
    CHECK(world.entries().size() < 20);
    CHECK(sweepsNeeded(world.system).value() == std::vector<std::string>{"freezer"});
}

TEST_CASE("that sweeps come to no end is said once an hour") {
    SlowWorld world(100);
    for (int i = 0; i < 3; ++i) {
        world.sweepFreezer();
        world.kernel.advance(600'000);
    }
    CHECK(world.logged("msg=sweep-fault").size() == 1);
}

TEST_CASE("sweeps that come to no end come to each cgroup at some time") {
    SlowWorld world(40);
    for (int i = 0; i < 100 && world.entries().size() < 40; ++i) {
        world.sweepFreezer();
        world.kernel.advance(600'000 + 7 * i);
    }
    CHECK(world.entries().size() == 40);
}

TEST_CASE("sweeps that come to no end come to each pair of folder and cgroup at some time") {
    SlowWorld world(0);
    for (const char* folder : {"/a", "/b"})
        for (int i = 0; i < 20; ++i) world.make(std::string(folder) + "/job" + decimal(i));
    for (int i = 0; i < 300 && world.entries().size() < 40; ++i) {
        world.sweepFreezer();
        world.kernel.advance(600'000);
    }
    CHECK(world.entries().size() == 40);
}

TEST_CASE("sweeps end where it cannot be written down that they were made") {
    Sweeping world;
    world.kernel.addHierarchy("cpu", "/sys/fs/cgroup/cpu");
    for (const char* name : {"cpu", "freezer"}) world.need(name);
    world.kernel.setReadOnly("/run");
    CHECK(sweepWhereNeeded(world.context) > world.kernel.bootTimeMs());
    sweepAllNeeded(world.context);
    CHECK(world.logged("sweep").size() + world.logged("state-fault").size() > 0);
}

TEST_CASE("of two hierarchies that need a sweep the second has its own after what is due") {
    Sweeping world;
    world.kernel.addHierarchy("cpu", "/sys/fs/cgroup/cpu");
    for (const char* name : {"cpu", "freezer"}) world.need(name);
    CHECK(sweepWhereNeeded(world.context) == world.kernel.bootTimeMs());
    CHECK(sweepsNeeded(world.system).value().size() == 1);
    CHECK(sweepWhereNeeded(world.context) == kNever);
    CHECK(sweepsNeeded(world.system).value().empty());
}

TEST_CASE("under a broken conf a needed sweep stays needed") {
    Sweeping world;
    world.need("freezer");
    world.read("[default]\nsweep = perhaps\n");
    sweepWhereNeeded(world.context);
    CHECK(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
    world.read("[default]\nsweep = yes\nsweep-linger = 60s\n");
    world.make("/a");
    sweepWhereNeeded(world.context);
    CHECK(world.entries().size() == 1);
}

TEST_CASE("a hierarchy that is not mounted now stays to be swept") {
    Sweeping world;
    world.make("/a");
    world.need("freezer");
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    sweepWhereNeeded(world.context);
    CHECK(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
    CHECK(world.logged("msg=sweep-fault hierarchy=freezer why=it\\x20is\\x20not\\x20mounted").size() == 1);
}

}  // namespace prune::test

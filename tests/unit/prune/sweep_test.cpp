// SPDX-License-Identifier: MIT
// The sweep: it only notes at first sight; the second look removes what it may.
#include "prune/sweep.h"

#include <cerrno>
#include <utility>

#include "store/state_folder.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr const char* kSweeping = "[default]\nsweep = yes\nsweep-linger = 60s\n";

SweepResult sweep(World& world, CgroupListener* listener = nullptr,
                  const std::string& hierarchy = "freezer") {
    world.context.conf = loadConf(world.system);
    const auto known = hierarchyByName(world.system, hierarchy);
    REQUIRE(known.ok());
    REQUIRE(known.value());
    const auto open = openHierarchy(world.system, *known.value());
    REQUIRE(open.ok());
    SweepOptions options;
    options.listener = listener;
    const auto result = sweepHierarchy(world.context, open.value(), options);
    REQUIRE(result.ok());
    return result.value();
}

class SweepCollector final : public CgroupListener {
public:
    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        seen.push_back(std::string(path) + ' ' + std::string(word(outcome.done)) + ' ' +
                       std::string(outcome.reason ? word(*outcome.reason) : "none"));
        return seen.size() < most;
    }
    std::vector<std::string> seen;
    std::size_t most = SIZE_MAX;  ///< then it ends the sweep
};

}  // namespace

TEST_CASE("a sweep removes nothing at first sight") {
    World world;
    world.conf(kSweeping);
    world.make("/a/b");
    world.system.clear();
    const auto result = sweep(world);
    CHECK(result.looked == 2);
    CHECK(result.noted == 1);
    CHECK(world.rmdirs() == 0);
    CHECK(world.entry().reason == "seen-empty");
    CHECK(world.entry().path == "/a/b");
}

TEST_CASE("a release that comes while a sweep notes the same cgroup stays as it is") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    bool released = false;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "linkFd" || std::exchange(released, true)) return;
        world.release("/a");
    };
    const auto result = sweep(world);
    world.kernel.beforeCall = nullptr;
    REQUIRE(released);
    CHECK(result.noted == 0);
    CHECK(result.waiting == 1);
    CHECK(world.entry().reason == "lingering");
}

TEST_CASE("a sweep that is ended, or has no time left, is needed still") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    world.make("/b");
    world.context.conf = loadConf(world.system);
    const auto open = openHierarchyByName(world.system, "freezer");
    REQUIRE(open.ok());
    SweepCollector collector;
    collector.most = 1;
    const bool ended = GENERATE(true, false);
    SweepOptions options;
    options.listener = &collector;
    if (!ended) options.deadlineMs = world.kernel.bootTimeMs() - 1;
    const auto result = sweepNow(world.context, *open.value(), options);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == (ended ? ECANCELED : ETIME));
    CHECK(sweepsNeeded(world.system).value() == std::vector<std::string>{"freezer"});
}

TEST_CASE("what is still empty after sweep-linger goes") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    sweep(world);
    world.kernel.advance(59'000);
    CHECK(world.retry().pending == 1);
    CHECK(world.has("/a"));
    world.kernel.advance(1'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup just made and entered before sweep-linger is over stays") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    sweep(world);
    world.kernel.enter(7, "freezer", "/a");
    world.retryFor(120'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("by the shipped conf a sweep notes no cgroup of an unknown creator") {
    World world;
    world.make("/a");
    SweepCollector collector;
    const auto result = sweep(world, &collector);
    CHECK(result.noted == 0);
    CHECK(result.kept == 1);
    CHECK(collector.seen == std::vector<std::string>{"/a kept sweep-not-allowed"});
}

TEST_CASE("a noted cgroup stays when the rule no longer lets sweeps remove") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    sweep(world);
    world.conf("[default]\nsweep = no\nsweep-linger = 60s\n");
    world.retryFor(120'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a linger longer than sweep-linger is waited out, and the second look is due then") {
    World world;
    world.conf("[default]\nsweep = yes\nsweep-linger = 1s\nlinger = 5s\n");
    world.make("/a");
    sweep(world);
    CHECK(world.entry().dueMs == 1'005'000);
    world.kernel.advance(5'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a second sweep does not start the wait anew") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    sweep(world);
    world.kernel.advance(30'000);
    CHECK(sweep(world).waiting == 1);
    CHECK(world.entry().dueMs == 1'060'000);
}

TEST_CASE("a sweep leaves an entry of a real release as it is") {
    World world;
    world.conf("[default]\nsweep = yes\nlinger = 100s\n");
    world.make("/a");
    world.release("/a");
    CHECK(sweep(world).waiting == 1);
    CHECK(world.entry().reason == "lingering");
}

TEST_CASE("a sweep after a chown makes no sweep's find of a release") {
    World world;
    world.conf("[default]\nsweep = yes\nsweep-linger = 60s\nlinger = 10s\n");
    world.make("/a");
    world.release("/a");
    world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", "/a"), 1000);
    sweep(world);
    world.kernel.advance(10'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a second sweep after a chown does not start the wait anew") {
    World world;
    world.conf(kSweeping);
    world.make("/a");
    sweep(world);
    world.kernel.advance(59'000);
    world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", "/a"), 1000);
    sweep(world);
    world.kernel.advance(1'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a sweep leaves unflagged, kept and populated cgroups alone") {
    World world;
    world.conf(kSweeping);
    world.kernel.makeCgroup("freezer", "/unflagged");
    world.make("/kept");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/kept"), "trusted.cgprune.keep", "1");
    world.make("/busy");
    world.kernel.enter(7, "freezer", "/busy");
    const auto result = sweep(world);
    CHECK(result.looked == 3);
    CHECK(result.noted == 0);
    CHECK(result.kept == 2);
    CHECK(world.entries().empty());
}

TEST_CASE("with errors in the conf a sweep notes nothing") {
    World world;
    world.conf("[default]\nsweep = perhaps\n");
    world.make("/a");
    CHECK(sweep(world).noted == 0);
    CHECK(world.entries().empty());
}

TEST_CASE("a sweep reaches cgroups deeper than a path can name") {
    World world;
    world.conf(kSweeping);
    std::string path;
    for (int i = 0; i < 6; ++i) path += "/" + std::string(1'000, static_cast<char>('a' + i));
    world.make(path);
    CHECK(sweep(world).looked == 6);
    REQUIRE(world.entries().size() == 1);
    world.kernel.advance(60'000);
    world.retry();
    CHECK_FALSE(world.has(path));
}

TEST_CASE("on v2 only what a rule names is swept") {
    World world;
    world.kernel.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    world.conf(
        "[default]\nsweep = yes\n[rule mine]\nhierarchy = unified\npath = /mine/**\nsweep = "
        "yes\nsweep-linger = 1s\n");
    world.kernel.makeCgroup("unified", "/mine/a/b");
    world.kernel.makeCgroup("unified", "/system.slice/x");
    sweep(world, nullptr, "unified");
    world.retryFor(60'000);
    CHECK_FALSE(world.kernel.hasCgroup("unified", "/mine/a/b"));
    CHECK(world.kernel.hasCgroup("unified", "/system.slice/x"));
}

TEST_CASE("on v2 the parent of a removed cgroup is looked at, since no event tells of it") {
    World world;
    world.kernel.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    world.conf("[rule mine]\nhierarchy = unified\npath = /mine/**\nsweep = yes\nsweep-linger = 1s\n");
    world.kernel.makeCgroup("unified", "/mine/a/b");
    sweep(world, nullptr, "unified");
    world.retryFor(60'000);
    CHECK_FALSE(world.kernel.hasCgroup("unified", "/mine/a"));
    CHECK(world.kernel.hasCgroup("unified", "/mine"));
}

TEST_CASE("on v2 nothing below a delegation boundary is swept unless the rule says so") {
    World world;
    world.kernel.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    const std::string rule =
        "[rule mine]\nhierarchy = unified\npath = /mine/**\nsweep = yes\nsweep-linger = 1s\n";
    world.conf(rule);
    world.kernel.makeCgroup("unified", "/mine/user/a");
    world.kernel.setOwner("/sys/fs/cgroup/unified/mine/user", 1000);
    world.kernel.setOwner("/sys/fs/cgroup/unified/mine/user/cgroup.procs", 1000);
    sweep(world, nullptr, "unified");
    CHECK(world.entries("unified").empty());
    world.conf(rule + "inside-delegation = yes\n");
    sweep(world, nullptr, "unified");
    CHECK(world.entries("unified").size() == 1);
}

TEST_CASE("noting the root says so and notes nothing") {
    World world;
    world.conf(kSweeping);
    world.context.conf = loadConf(world.system);
    const auto open = openHierarchy(world.system, *hierarchyByName(world.system, "freezer").value());
    CHECK(noteSeenEmpty(world.context, open.value(), "/").done == Done::kept);
    CHECK(world.entries().empty());
}

}  // namespace prune::test

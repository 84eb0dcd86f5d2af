// SPDX-License-Identifier: MIT
// A sweep that was asked for is needed until one has ended that began after that.
#include <cerrno>
#include <functional>
#include <utility>

#include "prune/sweep.h"
#include "store/state_folder.h"
#include "support/failing_system.h"
#include "support/intercepted_system.h"
#include "world.h"

using namespace prune;
using namespace prune::test;

namespace {

/// A program that is killed before one of its calls: that one and all after it come to nothing.
class KilledSystem final : public InterceptedSystem {
public:
    KilledSystem(System& kernel, int lastCall) : InterceptedSystem(kernel), left_(lastCall) {}
    bool killed() const { return left_ < 0; }

private:
    int before(const Call& call) override {
        if (call.name == "waitReadable") return 0;  // time goes on, or what waits would wait for ever
        return --left_ < 0 ? EIO : 0;
    }
    void after(const Call&, std::int64_t) override {}

    int left_;
};

struct Swept : World {
    OpenHierarchy hierarchy{std::move(*openHierarchyByName(system, "freezer").value())};

    Swept() {
        conf("[default]\nsweep = yes\n");
        context.conf = loadConf(system);
        make("/a");
    }

    void ask() { REQUIRE(setSweepNeeded(kernel, "freezer").ok()); }
    bool isNeeded() { return !sweepsNeeded(kernel).value().empty(); }
    bool sweep() { return sweepNow(context, hierarchy, {}).ok(); }

    /// False: it has no more than `lastCall` calls.
    bool sweepAndKillAfter(int lastCall) {
        KilledSystem killed(kernel, lastCall);
        Log silent(killed, "cgprune");
        Context itsContext{killed, silent, context.conf, false};
        (void)sweepNow(itsContext, hierarchy, {});
        return killed.killed();
    }

    void whileSweeping(const std::function<void()>& act) {
        bool done = false;
        kernel.beforeCall = [&](std::string_view call) {
            if (call == "readDirectory" && !std::exchange(done, true)) act();
        };
        REQUIRE(sweep());
        kernel.beforeCall = nullptr;
        REQUIRE(done);
    }
};

}  // namespace

TEST_CASE("a sweep that has ended is needed no longer") {
    Swept world;
    world.ask();
    REQUIRE(world.sweep());
    CHECK_FALSE(world.isNeeded());
    CHECK(world.kernel.names("/run/cgprune/sweep-begun").empty());
}

TEST_CASE("a sweep of which one call failed is still needed, or has noted what it was needed for") {
    const int code = GENERATE(EMFILE, EIO, ENOMEM);
    for (int call = 1;; ++call) {
        Swept world;
        world.make("/a/b");
        world.ask();
        FailingSystem failing(world.kernel);
        Log silent(failing, "cgprune");
        Context itsContext{failing, silent, world.context.conf, false};
        failing.failCall(call, code);
        (void)sweepNow(itsContext, world.hierarchy, {});
        if (failing.failures() == 0) break;
        INFO("call " << call);
        CHECK((world.isNeeded() || !world.entries().empty()));
    }
}

TEST_CASE("a sweep that could not look at what nobody ever can is needed no longer") {
    Swept world;
    world.ask();
    FailingSystem failing(world.kernel);
    Log silent(failing, "cgprune");
    Context itsContext{failing, silent, world.context.conf, false};
    failing.failNamed("openBeneath", EXDEV);
    const auto swept = sweepNow(itsContext, world.hierarchy, {});
    REQUIRE(swept.ok());
    CHECK(swept.value().failed == 1);
    CHECK_FALSE(world.isNeeded());
}

TEST_CASE("a sweep that was killed, wherever, is still needed, or has noted what it was needed for") {
    int calls = 0;
    for (;; ++calls) {
        Swept world;
        world.ask();
        if (!world.sweepAndKillAfter(calls)) break;
        INFO("after call " << calls);
        CHECK((world.isNeeded() || world.entries().size() == 1));
        REQUIRE(world.sweep());
        CHECK_FALSE(world.isNeeded());
        CHECK(world.entries().size() == 1);
    }
    CHECK(calls > 20);
}

TEST_CASE("a sweep that is asked for while one walks is needed afterwards") {
    Swept world;
    if (GENERATE(true, false)) world.ask();
    world.whileSweeping([&] { world.ask(); });
    CHECK(world.isNeeded());
    REQUIRE(world.sweep());
    CHECK_FALSE(world.isNeeded());
}

TEST_CASE("a sweep does not answer for one that began later and was killed") {
    Swept world;
    if (GENERATE(true, false)) world.ask();
    world.whileSweeping([&] {
        world.ask();
        REQUIRE(beginSweep(world.kernel, "freezer").ok());
    });
    CHECK(world.isNeeded());
}

TEST_CASE("a sweep that does not come to its end is still needed") {
    Swept world;
    world.ask();
    SweepOptions options;
    options.deadlineMs = 0;
    world.kernel.setClock(1'000);
    REQUIRE_FALSE(sweepNow(world.context, world.hierarchy, options).ok());
    CHECK(world.isNeeded());
}

TEST_CASE("a sweep of what nobody asked for makes no mark") {
    Swept world;
    REQUIRE(world.sweep());
    CHECK_FALSE(world.kernel.exists("/run/cgprune/sweep-begun"));
    CHECK_FALSE(world.isNeeded());
}

TEST_CASE("a sweep that was begun and never ended is dropped with what is needed") {
    Swept world;
    world.ask();
    REQUIRE(beginSweep(world.kernel, "freezer").ok());
    world.ask();
    REQUIRE(clearSweepNeeded(world.kernel, "freezer").ok());
    CHECK_FALSE(world.isNeeded());
}

// SPDX-License-Identifier: MIT
// One system call fails once, whichever: what was empty before stays, and what becomes empty goes.
#include "watch/watcher.h"

#include <cerrno>

#include "prune/sweep.h"
#include "support/failing_system.h"
#include "support/watch_loop.h"
#include "unit/watch/watch_world.h"

namespace prune::test {

namespace {

constexpr std::int64_t kUntilLookedAgainMs = 100'000;

struct FaultyWatch : WatchWorld {
    FailingSystem failing{system};
    Log failingLog{failing, "cgprune"};
    Context failingContext{failing, failingLog, {}};
    WatchLoop loop{failing, kernel};
    Watcher watcher{failingContext, loop};

    explicit FaultyWatch(bool hasFanotify = true, const std::string& text = kWatchConf) {
        kernel.hasFanotify = hasFanotify;
        conf(text);
        failingContext.conf = context.conf;
    }

    void begin() {
        REQUIRE(watcher.begin({kUnified}).ok());
        failing.clear();
    }
    void work() { loop.work(watcher); }
    /// Until everything has been looked at again where something could not be.
    void wait() {
        failing.clear();
        loop.sleep(watcher, kUntilLookedAgainMs);
    }
    /// Does `act` with call number `call` failing, 0 for none, and waits. How many calls there were.
    template <class Act>
    int failDuring(int call, int code, Act act) {
        failing.clear();
        if (call != 0) failing.failCall(call, code);
        act();
        const int calls = failing.count();
        wait();
        return calls;
    }
    bool isSweepNeeded() { return !sweepsNeeded(system).value().empty(); }
};

/// Runs `job` with each of its calls failing in turn. `job` gets the number of the call, 0 for none, and
/// returns how many calls there were.
template <class Job>
void failEach(Job job) {
    const int calls = job(0);
    REQUIRE(calls > 0);
    for (int call = 1; call <= calls; ++call) job(call);
}

}  // namespace

TEST_CASE("a first look of which one call failed releases nothing that was empty before") {
    const int code = GENERATE(EIO, EMFILE);
    failEach([code](int call) {
        FaultyWatch world;
        world.make("/w/old");
        world.visit("/w/old");
        world.begin();
        const int calls = world.failDuring(call, code, [&] { world.work(); });
        INFO("call " << call);
        CHECK(world.has("/w/old"));
        world.visit("/w/old");
        world.wait();
        CHECK_FALSE(world.has("/w/old"));
        return calls;
    });
}

TEST_CASE("a cgroup whose making is heard with one call failing is released when it becomes empty") {
    const bool hasFanotify = GENERATE(true, false);
    failEach([hasFanotify](int call) {
        FaultyWatch world(hasFanotify);
        world.begin();
        world.work();
        const int calls = world.failDuring(call, EMFILE, [&] {
            world.make("/w/a");
            world.work();
        });
        world.visit("/w/a");
        world.wait();
        INFO("call " << call);
        CHECK_FALSE(world.has("/w/a"));
        return calls;
    });
}

TEST_CASE("a cgroup that becomes empty while one call fails is released, or a sweep is needed") {
    failEach([](int call) {
        FaultyWatch world;
        world.make("/w/a");
        world.begin();
        world.work();
        const int calls = world.failDuring(call, EMFILE, [&] {
            world.visit("/w/a");
            world.work();
        });
        INFO("call " << call);
        CHECK((!world.has("/w/a") || world.isSweepNeeded()));
        return calls;
    });
}

TEST_CASE("a parent whose last child goes while one call fails is released, or a sweep is needed") {
    failEach([](int call) {
        FaultyWatch world;
        world.make("/w/p/c");
        world.begin();
        world.work();
        world.visit("/w/p/c");
        const int calls = world.failDuring(call, EMFILE, [&] { world.work(); });
        INFO("call " << call);
        CHECK((!world.has("/w/p") || world.isSweepNeeded()));
        return calls;
    });
}

TEST_CASE("an entry that is put into the journal while one call fails is tried when it is due") {
    const auto* const sweeping =
        "[default]\nlinger = 0\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\n"
        "sweep = yes\nsweep-linger = 5s\n";
    failEach([sweeping](int call) {
        FaultyWatch world(true, sweeping);
        world.begin();
        world.work();
        world.make("/w/a");
        world.work();
        REQUIRE(sweepNow(world.context, world.open(), {}).ok());
        const int calls = world.failDuring(call, EMFILE, [&] { world.work(); });
        INFO("call " << call);
        CHECK_FALSE(world.has("/w/a"));
        return calls;
    });
}

TEST_CASE("a watch goes on where one call fails as it looks after its hierarchies") {
    failEach([](int call) {
        FaultyWatch world;
        world.make("/w/a");
        world.begin();
        world.work();
        const int calls = world.failDuring(call, EIO, [&] { world.loop.sleep(world.watcher, 15'000); });
        INFO("call " << call);
        CHECK(world.logged("watch-ended").empty());
        return calls;
    });
}

TEST_CASE("what was seen populated and cannot be watched is released at a look that finds it empty") {
    FaultyWatch world;
    world.make("/w/a");
    world.kernel.limitWatches(0);
    world.begin();
    world.work();
    world.wait();
    world.enter(5, "/w/a");
    world.wait();
    world.kernel.leave(5);
    world.wait();
    CHECK_FALSE(world.has("/w/a"));
}

}  // namespace prune::test

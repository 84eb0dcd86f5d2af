// SPDX-License-Identifier: MIT
// The end of cgprune watch: what the kernel has told by then is handled, or it is said that it was not.
#include <cerrno>
#include <functional>
#include <utility>

#include "support/failing_system.h"
#include "support/intercepted_system.h"
#include "support/watch_loop.h"
#include "unit/watch/watch_world.h"
#include "watch/watcher.h"

namespace prune::test {

namespace {

/// Does something at each look for what can be read.
class BusyHost final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    std::function<void()> atEachLook;

private:
    int before(const Call& call) override {
        if (call.name != "waitReadable" || !atEachLook) return 0;
        const auto act = std::exchange(atEachLook, nullptr);
        act();
        atEachLook = act;
        return 0;
    }
    void after(const Call&, std::int64_t) override {}
};

struct Ending : WatchWorld {
    BusyHost host{system};
    FailingSystem failing{host};
    Context failingContext{failing, log, {}};
    WatchLoop loop{system, kernel};
    Watcher watcher{failingContext, loop};

    Ending() {
        kernel.hasFanotify = true;
        conf(kWatchConf);
        failingContext.conf = context.conf;
        for (const auto* path : {"/w/a", "/w/b"}) make(path);
        REQUIRE(watcher.begin({kUnified}).ok());
        loop.work(watcher);
        for (const auto* path : {"/w/a", "/w/b"}) visit(path);
    }

    bool isSaidThatItWasCutShort() { return logged("watch-cut-short").size() == 1; }
};

}  // namespace

TEST_CASE("what was told before the end is handled at the end") {
    Ending world;
    world.watcher.hearOut();
    CHECK_FALSE(world.has("/w/a"));
    CHECK_FALSE(world.has("/w/b"));
    CHECK_FALSE(world.isSaidThatItWasCutShort());
}

TEST_CASE("the end is not held up for what there is no time for, and that is said") {
    Ending world;
    int made = 0;
    world.host.atEachLook = [&] {
        world.make("/w/" + std::to_string(made++));
        world.kernel.advance(31'000);
    };
    world.watcher.hearOut();
    CHECK(made < 10);
    CHECK(world.isSaidThatItWasCutShort());
}

TEST_CASE("what becomes empty is handled at the end though cgroups are made all the time") {
    Ending world;
    int made = 0;
    world.host.atEachLook = [&] {
        world.make("/other" + std::to_string(made++));
        world.kernel.advance(20);
    };
    world.watcher.hearOut();
    CHECK_FALSE(world.has("/w/a"));
    CHECK(world.isSaidThatItWasCutShort());
}

TEST_CASE("what cannot be heard at the end is said") {
    Ending world;
    world.failing.failNamed("openAt", EMFILE, 1);
    world.watcher.hearOut();
    CHECK(world.has("/w/a"));
    CHECK(world.isSaidThatItWasCutShort());
}

}  // namespace prune::test

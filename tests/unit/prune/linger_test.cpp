// SPDX-License-Identifier: MIT
// Waiting out the linger: what happens to a cgroup between its release and its removal.
#include <cerrno>
#include <utility>

#include "support/failing_system.h"
#include "unit/prune/world.h"

namespace prune::test {

TEST_CASE("a cgroup that stays empty goes when its linger is over, and not before") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(1'899);
    CHECK(world.retry().pending == 1);
    CHECK(world.has("/a"));
    world.kernel.advance(101);
    CHECK(world.retry().removed == 1);
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a cgroup that is used again within its linger stays, and its entry is dropped") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(1'000);
    world.kernel.enter(7, "freezer", "/a");
    world.kernel.advance(1'000);
    CHECK(world.retry().dropped == 1);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a new release of a journaled cgroup starts its linger anew") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(1'500);
    world.release("/a");
    world.kernel.advance(1'500);
    CHECK(world.retry().pending == 1);
    CHECK(world.has("/a"));
    world.kernel.advance(500);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a release that comes while the pass looks starts the linger anew") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(2'000);
    bool released = false;
    world.kernel.onWait = [&](int, int) {  // the moment that a pass leaves to releases on their way
        if (std::exchange(released, true)) return;
        Log log(world.kernel, "release-agent");
        Context context{world.kernel, log, {}, false};
        release(context, kAlias, "/a");
    };
    world.retry();
    CHECK(released);
    CHECK(world.has("/a"));
    CHECK(world.entry().emptySinceMs == 1'002'000);
}

TEST_CASE("entered between the look and the unlink of the entry, and emptied again: not forgotten") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.enter(7, "freezer", "/a");
    world.kernel.advance(2'000);
    bool emptied = false;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "unlinkAt" || std::exchange(emptied, true)) return;
        world.kernel.leave(7);
        Log log(world.kernel, "release-agent");
        Context context{world.kernel, log, {}, false};
        release(context, kAlias, "/a");  // its entry goes with the unlink that follows
    };
    world.retry();
    CHECK(world.has("/a"));
    REQUIRE(world.entries().size() == 1);
    world.retryFor(3'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup renamed before the retry is found by its handle and goes") {
    World world;
    world.make("/a");
    world.release("/a");
    REQUIRE(world.kernel.renameCgroup("freezer", "/a", "b") == 0);
    world.make("/a");
    world.retryFor(3'000);
    CHECK_FALSE(world.has("/b"));
    CHECK(world.has("/a"));
}

TEST_CASE("a cgroup made anew under the same name before the retry is not touched") {
    World world;
    world.make("/a");
    world.release("/a");
    REQUIRE(world.kernel.removeCgroup("freezer", "/a") == 0);
    world.make("/a");
    world.system.clear();
    world.retryFor(3'000);
    CHECK(world.has("/a"));
    CHECK(world.rmdirs() == 0);
    CHECK(world.entries().empty());
}

TEST_CASE("released again after a chown, the old owner's entry does not cut the new linger short") {
    World world;
    world.conf("[default]\nlinger = 10s\n");
    const auto id = world.make("/a");
    world.release("/a");
    world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", "/a"), 1000);
    world.kernel.advance(9'000);
    world.release("/a");
    world.kernel.advance(1'000);
    world.retry();
    CHECK(world.has("/a"));
    CHECK(world.entries() == std::vector<JournalKey>{{"freezer", 1000, id}});
    world.kernel.advance(9'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a keep mark set within the linger keeps the cgroup") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/a"), "trusted.cgprune.keep", "1");
    world.retryFor(10'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a flag cleared within the linger keeps the cgroup") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.setNotify("freezer", "/a", false);
    world.retryFor(10'000);
    CHECK(world.has("/a"));
}

TEST_CASE("the conf in force at the retry decides, not that of the release") {
    World world;
    world.make("/a");
    world.release("/a");
    world.conf("[default]\npolicy = never\n");
    world.retryFor(10'000);
    CHECK(world.has("/a"));
}

TEST_CASE("a release that several hierarchies share removes nothing at once, whatever the linger") {
    World world;
    world.enable("name=openrc");
    world.conf(kNoLinger);
    world.kernel.setAgent("freezer", "/opt/agent");
    world.kernel.setAgent("name=openrc", "/opt/agent");
    world.make("/a");
    world.kernel.makeCgroup("name=openrc", "/a");
    world.kernel.setNotify("name=openrc", "/a");
    CHECK(world.releaseAs("/opt/agent", "/a").deferred);
    CHECK(world.entry().reason == "ambiguous");
    CHECK(world.entries("name=openrc").size() == 1);
    world.kernel.advance(9'999);
    CHECK(world.retry().removed == 0);
    world.kernel.enter(7, "name=openrc", "/a");
    world.kernel.advance(1);
    world.retry();
    CHECK_FALSE(world.has("/a"));
    CHECK(world.kernel.hasCgroup("name=openrc", "/a"));
}

TEST_CASE("a release by a plain path is ambiguous while a hierarchy lives on without a mount") {
    World world;
    world.conf(kNoLinger);
    world.kernel.setAgent("freezer", "/opt/agent");
    world.make("/a");
    world.kernel.addHierarchy("name=hidden", "/mnt/hidden");
    world.kernel.makeCgroup("name=hidden", "/a");
    REQUIRE(world.kernel.unmount("/mnt/hidden") == 0);
    world.releaseAs("/opt/agent", "/a");
    REQUIRE(world.has("/a"));
    CHECK(world.entry().reason == "ambiguous");
}

TEST_CASE("a release by a plain path is certain where all hierarchies are mounted") {
    World world;
    world.enable("name=openrc");
    world.conf(kNoLinger);
    world.kernel.setAgent("freezer", "/opt/agent");
    world.make("/a");
    world.releaseAs("/opt/agent", "/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("of an ambiguous release an unflagged candidate is not journaled") {
    World world;
    world.enable("name=openrc");
    world.kernel.setAgent("freezer", "/opt/agent");
    world.kernel.setAgent("name=openrc", "/opt/agent");
    world.make("/a");
    world.kernel.makeCgroup("name=openrc", "/a");
    world.releaseAs("/opt/agent", "/a");
    CHECK(world.entries("freezer").size() == 1);
    CHECK(world.entries("name=openrc").empty());
}

TEST_CASE("an ambiguous release waits for ambiguous-linger as the conf says") {
    World world;
    world.enable("name=openrc");
    world.conf("[agent]\nambiguous-linger = 30s\n");
    world.kernel.setAgent("freezer", "/opt/agent");
    world.kernel.setAgent("name=openrc", "/opt/agent");
    world.make("/a");
    world.releaseAs("/opt/agent", "/a");
    CHECK(world.entry().dueMs == 1'030'000);
}

TEST_CASE("a cgroup in use at the first look of a pass and empty at the second lingers anew") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.enter(9, "freezer", "/a");
    world.kernel.advance(60'000);
    int looks = 0;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "openHandle" && ++looks == 2) world.kernel.leave(9);
    };
    world.retry();
    world.kernel.beforeCall = nullptr;
    CHECK(looks >= 2);
    CHECK(world.has("/a"));
    CHECK(world.entry().dueMs >= world.kernel.bootTimeMs() + 2'000);
    world.retryFor(10'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a linger that a release began anew is waited out, even if its entry cannot be read at a retry") {
    int failures = 0;
    for (int number = 1;; ++number) {
        World world;
        world.conf("[default]\nlinger = 10s\n");
        world.make("/a");
        world.release("/a");
        world.kernel.advance(10'000);
        bool released = false;
        world.kernel.beforeCall = [&](std::string_view call) {
            if (call != "openHandle" || std::exchange(released, true)) return;
            Context another{world.kernel, world.log, world.context.conf, false};
            static_cast<void>(prune::release(another, kAlias, "/a"));
        };
        FailingSystem failing(world.kernel);
        Log log(failing, "release-agent");
        Context context{failing, log, loadConf(world.kernel), false};
        failing.failCall(number, EIO);
        RetryOptions options;
        options.mayWait = false;
        const auto result = retryDue(context, options);
        if (failing.failures() == 0) break;
        if (!released) continue;
        ++failures;
        INFO("call " << number);
        CHECK(world.has("/a"));
        CHECK(result.pending > 0);
        CHECK(world.entries().size() == 1);
    }
    CHECK(failures > 10);
}

}  // namespace prune::test

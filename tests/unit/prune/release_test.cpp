// SPDX-License-Identifier: MIT
// What a release does at once; the waiting is in linger_test and lock_test.
#include <utility>

#include "base/text.h"
#include "support/failing_system.h"
#include "unit/prune/world.h"

namespace prune::test {

TEST_CASE("an empty flagged cgroup is removed at once where linger is 0") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    const auto released = world.release("/a");
    CHECK_FALSE(released.failed);
    CHECK_FALSE(released.deferred);
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
    CHECK(world.counted(Counter::removed) == 1);
}

TEST_CASE("a removal is one rmdir and no other removal of a directory") {
    World world;
    world.conf(kNoLinger);
    world.make("/a/b");
    world.make("/a/c");
    world.system.clear();
    world.release("/a/b");
    CHECK(world.rmdirs() == 1);
    CHECK(world.has("/a"));
    CHECK(world.has("/a/c"));
}

TEST_CASE("by the shipped conf an empty cgroup lingers in the journal first") {
    World world;
    const auto id = world.make("/a");
    CHECK(world.release("/a").deferred);
    CHECK(world.has("/a"));
    const auto entry = world.entry();
    CHECK(world.entries().front() == JournalKey{"freezer", 0, id});
    CHECK(entry.reason == "lingering");
    CHECK(entry.path == "/a");
    CHECK(entry.agent == kAlias);
    CHECK(entry.emptySinceMs == 1'000'000);
    CHECK(entry.dueMs == 1'002'000);
    CHECK_FALSE(entry.boot.empty());
}

TEST_CASE("a cgroup with a task is left alone and not journaled") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.enter(7, "freezer", "/a");
    world.system.clear();
    CHECK_FALSE(world.release("/a").failed);
    CHECK(world.has("/a"));
    CHECK(world.rmdirs() == 0);
    CHECK(world.entries().empty());
}

TEST_CASE("a cgroup with a child is left alone and not journaled") {
    World world;
    world.conf(kNoLinger);
    world.make("/a/b");
    world.system.clear();
    world.release("/a");
    CHECK(world.has("/a/b"));
    CHECK(world.rmdirs() == 0);
    CHECK(world.entries().empty());
}

TEST_CASE("a cgroup whose flag was cleared meanwhile is kept") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.setNotify("freezer", "/a", false);
    world.release("/a");
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
    CHECK(world.counted(Counter::kept) == 1);
}

TEST_CASE("root's keep mark keeps a cgroup under any policy") {
    World world;
    world.conf("[default]\nlinger = 0\npolicy = always\n");
    world.make("/a");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/a"), "trusted.cgprune.keep", "1");
    world.release("/a");
    CHECK(world.has("/a"));
}

TEST_CASE("the owner's keep mark keeps a cgroup where the conf honours it") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/a"), "user.cgprune.keep", "1");
    world.release("/a");
    CHECK(world.has("/a"));
}

TEST_CASE("the owner's keep mark is no hindrance where owner-keep is no") {
    World world;
    world.conf("[default]\nlinger = 0\nowner-keep = no\n");
    world.make("/a");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/a"), "user.cgprune.keep", "1");
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("the first rule that fits decides") {
    World world;
    world.conf("[default]\nlinger = 0\n[rule keepers]\npath = /lxc/*\npolicy = never\n");
    world.make("/lxc/c1");
    world.make("/other");
    world.release("/lxc/c1");
    world.release("/other");
    CHECK(world.has("/lxc/c1"));
    CHECK_FALSE(world.has("/other"));
}

TEST_CASE("a cgroup that is gone is done, and no fault") {
    World world;
    CHECK_FALSE(world.release("/never/there").failed);
    CHECK(world.counted(Counter::gone) == 1);
    CHECK(world.kernel.datagrams.empty());
}

TEST_CASE("hostile names are removed like any other, and nothing else is") {
    World world;
    world.conf(kNoLinger);
    const std::string name = GENERATE(as<std::string>{}, "-rf", "a b", "x (deleted)", "$(id)", "esc\x1b[2J",
                                      "\xff\xfe", "tab\there", "\"q\"", "\\x41", "cgroup.procs (deleted)");
    world.make("/" + name);
    world.make("/neighbour");
    CHECK_FALSE(world.release("/" + name).failed);
    CHECK_FALSE(world.has("/" + name));
    CHECK(world.has("/neighbour"));
}

TEST_CASE("what is kept is logged as debug, and not in a dry run") {
    World world;
    world.conf("[agent]\nlog-level = debug\n[default]\npolicy = never\n");
    world.make("/a");
    world.context.dryRun = true;
    world.release("/a");
    CHECK(world.logged("msg=kept").empty());
    world.context.dryRun = false;
    world.release("/a");
    CHECK(world.logged("msg=kept").size() == 1);
}

TEST_CASE("a removal is logged as info, with the name escaped") {
    World world;
    world.conf("[agent]\nlog-level = info\n[default]\nlinger = 0\n");
    const auto id = world.make("/a\rmsg=removed b");
    world.release("/a\rmsg=removed b");
    REQUIRE(world.logged("msg=removed ").size() == 1);
    CHECK(world.kernel.datagrams.front().bytes ==
          "<30>release-agent[4242]: msg=removed hierarchy=freezer cgroup=/a\\x0dmsg\\x3dremoved\\x20b id=" +
              decimalUnsigned(id) + " reason=unknown-creator");
}

TEST_CASE("at the shipped log level a removal says nothing") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.release("/a");
    CHECK(world.kernel.datagrams.empty());
}

TEST_CASE("a file in place of a cgroup is refused and asks for a sweep") {
    World world;
    CHECK(world.release("/cgroup.procs").failed);
    CHECK(world.logged("msg=release-failed").size() == 1);
    CHECK(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
}

TEST_CASE("the same name in another hierarchy is not touched") {
    World world;
    world.enable("name=openrc");
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.makeCgroup("name=openrc", "/a");
    world.kernel.setNotify("name=openrc", "/a");
    world.releaseAs("/run/cgprune/agents/name=openrc", "/a");
    CHECK(world.has("/a"));
    CHECK_FALSE(world.kernel.hasCgroup("name=openrc", "/a"));
}

TEST_CASE("a plain agent path is looked up in mountinfo") {
    World world;
    world.conf(kNoLinger);
    world.kernel.setAgent("freezer", "/opt/a gent,x");
    world.make("/a");
    world.releaseAs("/opt/a gent,x", "/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE(
    "an agent called by its plain path does nothing where it was unset before it opened the hierarchy") {
    World world;
    world.conf(kNoLinger);
    world.kernel.setAgent("freezer", "/opt/agent");
    world.make("/a");
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "filesystemType") world.kernel.setAgent("freezer", "");
    };
    CHECK_FALSE(world.releaseAs("/opt/agent", "/a").failed);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("an agent path that no hierarchy names removes nothing and is logged once an hour") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    for (int i = 0; i < 3; ++i) CHECK_FALSE(world.releaseAs("/opt/unknown", "/a").failed);
    CHECK(world.has("/a"));
    CHECK(world.logged("msg=unmatched").size() == 1);
    CHECK(world.counted(Counter::unmatched) == 3);
    world.kernel.advance(3'600'000);
    world.releaseAs("/opt/unknown", "/a");
    CHECK(world.logged("msg=unmatched").size() == 2);
}

TEST_CASE("where mountinfo cannot be read, the alias still says which hierarchy a sweep has to look at") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.removeTree(kAlias + ".mount");
    FailingSystem failing(world.kernel);
    Context context{failing, world.log, {}, false};
    failing.failNamed("openAt", EMFILE, 1);
    const auto released = prune::release(context, kAlias, "/a");
    CHECK(released.failed);
    CHECK(released.deferred);
    CHECK(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
    REQUIRE(world.logged("msg=release-failed").size() == 1);
    CHECK(world.logged("hierarchy=freezer cgroup=/a").size() == 1);
    CHECK(world.logged("sweep-needed=set").size() == 1);
}

TEST_CASE("where mountinfo cannot be read, and the agent's path tells no hierarchy, that is said") {
    const std::string agent = GENERATE(as<std::string>{}, "/opt/agent", "/run/cgprune/agents/",
                                       "/run/cgprune/agents/..", "/run/cgprune/agents/a/b");
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    FailingSystem failing(world.kernel);
    Context context{failing, world.log, {}, false};
    failing.failNamed("openAt", EMFILE, 1);
    CHECK(prune::release(context, agent, "/a").failed);
    CHECK(world.kernel.names("/run/cgprune/sweep-needed").empty());
    CHECK(world.logged("msg=release-failed").size() == 1);
    CHECK(world.logged("sweep-needed=which\\x20hierarchy\\x20is\\x20not\\x20known").size() == 1);
}

TEST_CASE("a path of 4,095 bytes may be cut: it is never acted on, a sweep is asked for") {
    World world;
    world.conf(kNoLinger);
    const std::string path = "/" + std::string(4'094, 'n');
    world.make(path);
    world.system.clear();
    CHECK(world.release(path).deferred);
    CHECK(world.has(path));
    CHECK(world.rmdirs() == 0);
    CHECK(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
    CHECK(world.counted(Counter::cutPaths) == 1);
}

TEST_CASE("a path of 4,094 bytes is whole") {
    World world;
    world.conf(kNoLinger);
    const std::string path = "/" + std::string(4'093, 'n');
    world.make(path);
    world.release(path);
    CHECK_FALSE(world.has(path));
}

TEST_CASE("a broken conf defers what would go, keeps what no conf could remove, and is logged once") {
    World world;
    world.conf("[default]\nlinger = 2 parsecs\n");
    world.make("/empty");
    world.make("/busy");
    world.kernel.enter(7, "freezer", "/busy");
    CHECK(world.release("/empty").deferred);
    CHECK_FALSE(world.release("/busy").deferred);
    CHECK(world.release("/empty").deferred);
    CHECK(world.has("/empty"));
    CHECK(world.entry().reason == "conf-error");
    CHECK(world.logged("msg=conf-error").size() == 1);
}

TEST_CASE("what a broken conf deferred goes when the conf is mended") {
    World world;
    world.conf("[default]\nlinger = 2 parsecs\n");
    world.make("/a");
    world.release("/a");
    world.retryFor(120'000);
    CHECK(world.has("/a"));
    world.conf("[default]\nlinger = 2s\n");
    world.retry();
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a read-only mount is journaled as failed, and goes when it is writable again") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer");
    CHECK(world.release("/a").deferred);
    CHECK(world.entry().reason == "removal-failed");
    CHECK(world.logged("msg=removal-failed").size() == 1);
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer", false);
    world.retryFor(60'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup with something mounted on it stays, and goes after the unmount") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.mountOn(world.kernel.cgroupDirectory("freezer", "/a"));
    CHECK(world.release("/a").deferred);
    CHECK(world.entry().reason == "removal-failed");
    world.retryFor(30'000);
    CHECK(world.has("/a"));
    CHECK(world.kernel.unmount(world.kernel.cgroupDirectory("freezer", "/a")) == 0);
    world.retryFor(60'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup entered between the look and the rmdir is left to its next release") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "unlinkAt" && world.has("/a")) world.kernel.enter(7, "freezer", "/a");
    };
    const auto released = world.release("/a");
    CHECK_FALSE(released.failed);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
    CHECK(world.counted(Counter::busy) == 1);
}

TEST_CASE("a cgroup renamed between the look and the rmdir is not forgotten") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    const bool nameMadeAnew = GENERATE(false, true);
    bool renamed = false;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "unlinkAt" || std::exchange(renamed, true)) return;
        REQUIRE(world.kernel.renameCgroup("freezer", "/a", "b") == 0);
        if (nameMadeAnew) world.kernel.makeCgroup("freezer", "/a");
    };
    CHECK(world.release("/a").deferred);
    CHECK(world.has("/b"));
    world.retryFor(10'000);
    CHECK_FALSE(world.has("/b"));
    CHECK(world.entries().empty());
}

TEST_CASE("a full state folder fails the release loudly, and the cgroup stays") {
    World world;
    world.make("/a");
    world.kernel.limitSpace("/run", 0);
    CHECK(world.release("/a").failed);
    CHECK(world.has("/a"));
    CHECK_FALSE(world.logged("msg=not-journaled").empty());
}

TEST_CASE("no release leaves a descriptor open") {
    World world;
    world.make("/a");
    world.release("/a");
    world.release("/gone");
    world.releaseAs("/opt/unknown", "/a");
    world.conf(kNoLinger);
    world.release("/a");
    CHECK(world.kernel.openPaths().empty());
}

}  // namespace prune::test

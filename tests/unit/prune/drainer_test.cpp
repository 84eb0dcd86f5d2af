// SPDX-License-Identifier: MIT
// The drainer: started by the agent that defers, alone on the host, gone when its work is.
#include "prune/drainer.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <fmt/format.h>

#include "store/state_folder.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr const char* kLock = "/run/cgprune/drainer.lock";

/// Releases `path`, and as the agent does, starts the drainer, whose child runs on in this test.
void releaseAndDrain(World& world, const std::string& path) {
    world.kernel.forkResult = 0;
    if (world.release(path).deferred) startDrainer(world.context);
}

}  // namespace

TEST_CASE("the drainer removes what was deferred when it is due, and ends") {
    World world;
    world.make("/a");
    releaseAndDrain(world, "/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
    CHECK(world.kernel.bootTimeMs() >= 1'002'000);
    CHECK_FALSE(drainerRuns(world.system));
}

TEST_CASE("the agent that starts a drainer goes on at once") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.forkResult = 4343;
    startDrainer(world.context);
    CHECK(world.has("/a"));
    CHECK(world.kernel.bootTimeMs() == 1'000'000);
}

TEST_CASE("where a drainer holds the lock no second one is forked") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.writeFile(kLock, "", 0600);
    world.kernel.lock(kLock);
    world.system.clear();
    startDrainer(world.context);
    CHECK(world.system.callsOf("forkProcess").empty());
}

TEST_CASE(
    "where a link stands for the state folder no drainer is started, and no lock is made where it leads to") {
    World world;
    world.make("/a");
    world.kernel.removeTree("/run/cgprune");
    world.kernel.makeFolder("/tmp/trap", 0700);
    world.kernel.makeSymlink("/tmp/trap", "/run/cgprune");
    world.system.clear();
    startDrainer(world.context);
    CHECK(world.system.callsOf("forkProcess").empty());
    CHECK(world.kernel.names("/tmp/trap").empty());
}

TEST_CASE("whether a drainer runs is told by /proc/locks, without touching its lock") {
    World world;
    world.kernel.writeFile(kLock, "", 0600);
    FileStat stat;
    REQUIRE(world.system.statAt(AT_FDCWD, kLock, 0, stat) == 0);
    const auto place = fmt::format("{:02x}:{:02x}:{}", major(stat.device), minor(stat.device), stat.inode);
    CHECK_FALSE(drainerRuns(world.system));
    world.kernel.writeFile("/proc/locks", "1: FLOCK  ADVISORY  READ 7 " + place + " 0 EOF\n");
    CHECK_FALSE(drainerRuns(world.system));
    world.kernel.writeFile("/proc/locks", "1: POSIX  ADVISORY  WRITE 7 " + place +
                                              " 0 EOF\n2: FLOCK  ADVISORY  WRITE 8 " + place + "1 0 EOF\n");
    CHECK_FALSE(drainerRuns(world.system));
    world.kernel.writeFile("/proc/locks", "1: FLOCK  ADVISORY  WRITE 7 " + place + " 0 EOF\n");
    CHECK(drainerRuns(world.system));
    CHECK(world.system.callsOf("lockFd").empty());
}

TEST_CASE("with drainer = no none is forked") {
    World world;
    world.conf("[agent]\ndrainer = no\n");
    world.make("/a");
    world.release("/a");
    world.system.clear();
    startDrainer(world.context);
    CHECK(world.system.callsOf("forkProcess").empty());
}

TEST_CASE("a drainer is nice and has a session of its own") {
    World world;
    world.make("/a");
    releaseAndDrain(world, "/a");
    CHECK(world.kernel.niceValue == std::optional<int>(10));
    CHECK(world.kernel.sessions == 1);
}

TEST_CASE("an entry written while the drainer sleeps is looked at in its time") {
    World world;
    world.make("/a");
    world.make("/b");
    world.conf("[default]\nlinger = 100s\n[rule quick]\npath = /b\nlinger = 1s\n");
    std::int64_t gone = 0;
    world.kernel.at(1'010'000, [&] { world.release("/b"); });
    world.kernel.beforeCall = [&](std::string_view) {
        if (gone == 0 && !world.has("/b")) gone = world.kernel.bootTimeMs();
    };
    releaseAndDrain(world, "/a");
    CHECK_FALSE(world.has("/a"));
    CHECK_FALSE(world.has("/b"));
    CHECK(gone >= 1'011'000);
    CHECK(gone < 1'020'000);
}

TEST_CASE("an entry written while the drainer ends is not forgotten") {
    World world;
    world.make("/a");
    world.make("/b");
    int unlocks = 0;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "lockFd" || world.has("/a") || !world.has("/b") || unlocks++ != 0) return;
        Log log(world.kernel, "release-agent");
        Context context{world.kernel, log, {}, false};
        release(context, kAlias, "/b");  // its agent finds the lock held and leaves
    };
    releaseAndDrain(world, "/a");
    CHECK(unlocks > 0);
    CHECK_FALSE(world.has("/b"));
}

TEST_CASE("the drainer holds no descriptor in a cgroup mount while it sleeps") {
    World world;
    world.make("/a");
    std::vector<std::string> held;
    int sleeps = 0;
    world.kernel.onWait = [&](int fd, int) {
        if (fd < 0) return;
        ++sleeps;
        for (const auto& path : world.kernel.openPaths())
            if (path.find("/sys/fs/cgroup") != std::string::npos) held.push_back(path);
    };
    releaseAndDrain(world, "/a");
    CHECK(sleeps > 0);
    CHECK(held.empty());
}

TEST_CASE("a mended conf wakes the drainer, and what was deferred for it goes at once") {
    World world;
    world.conf("[default]\nretry = nonsense\n");
    world.make("/a");
    std::int64_t gone = 0;
    world.kernel.at(1'500'300, [&] { world.conf("[default]\nlinger = 2s\n"); });
    world.kernel.beforeCall = [&](std::string_view) {
        if (gone == 0 && !world.has("/a")) gone = world.kernel.bootTimeMs();
    };
    releaseAndDrain(world, "/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(gone < 1'502'000);
}

TEST_CASE("a conf that is mended while the drainer looks is used at once") {
    World world;
    world.conf("[default]\nretry = nonsense\n");
    world.make("/a");
    std::int64_t gone = 0;
    std::int64_t mended = 0;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (gone == 0 && !world.has("/a")) gone = world.kernel.bootTimeMs();
        // The cgroup is looked for: the conf of this pass has been read.
        if (mended != 0 || call != "openHandle" || world.kernel.bootTimeMs() < 1'100'000) return;
        mended = world.kernel.bootTimeMs();
        world.conf("[default]\nlinger = 2s\n");
    };
    releaseAndDrain(world, "/a");
    CHECK(mended != 0);
    CHECK(gone > mended);
    CHECK(gone < mended + 1'000);
}

TEST_CASE("the drainer ends when only stuck entries are left") {
    World world;
    world.conf("[default]\nlinger = 0\ngive-up = 10s\n");
    world.make("/a");
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer");
    releaseAndDrain(world, "/a");
    CHECK(world.entry().stuck);
}

TEST_CASE("the drainer ends when the conf says drainer = no, and leaves the entries") {
    World world;
    world.conf("[default]\nlinger = 100s\n");
    world.make("/a");
    world.kernel.at(1'050'000, [&] { world.conf("[agent]\ndrainer = no\n[default]\nlinger = 100s\n"); });
    releaseAndDrain(world, "/a");
    CHECK(world.has("/a"));
    CHECK(world.entries().size() == 1);
}

TEST_CASE("the drainer gives way to a newer binary") {
    World world;
    const std::string binary = "/usr/libexec/cgprune/release-agent";
    world.kernel.writeFile(binary, "old", 0755);
    world.kernel.removeTree("/proc/self/exe");
    world.kernel.makeSymlink(binary, "/proc/self/exe");
    world.make("/a");
    world.kernel.at(1'001'000, [&] {
        world.kernel.removeTree(binary);
        world.kernel.writeFile(binary, "new", 0755);
        world.kernel.makeSymlink("/usr/libexec/old (deleted)", "/proc/self/exe.new");
    });
    releaseAndDrain(world, "/a");
    REQUIRE(world.kernel.execs.size() >= 1);
    CHECK(world.kernel.execs.front().path == binary);
    CHECK(world.kernel.execs.front().arguments == std::vector<std::string>{binary, "--drain"});
}

TEST_CASE("a newer binary that others than root can write is not run") {
    World world;
    const std::string binary = "/usr/libexec/cgprune/release-agent";
    world.kernel.writeFile(binary, "old", 0755);
    world.kernel.removeTree("/proc/self/exe");
    world.kernel.makeSymlink(binary, "/proc/self/exe");
    world.make("/a");
    world.kernel.at(1'001'000, [&] {
        world.kernel.removeTree(binary);
        world.kernel.writeFile(binary, "new", 0777);
    });
    releaseAndDrain(world, "/a");
    CHECK(world.kernel.execs.empty());
}

TEST_CASE(
    "a cut path's sweep is done by the drainer, and what it finds goes after sweep-linger where it may") {
    World world;
    world.conf("[default]\nsweep = yes\nsweep-linger = 60s\n");
    world.make("/litter");
    const std::string cut = "/" + std::string(4'094, 'n');
    world.kernel.forkResult = 0;
    REQUIRE(world.release(cut).deferred);
    startDrainer(world.context);
    CHECK_FALSE(world.has("/litter"));
    CHECK(world.kernel.bootTimeMs() >= 1'060'000);
    CHECK_FALSE(world.kernel.exists("/run/cgprune/sweep-needed/freezer"));
}

TEST_CASE("a drainer that cannot write next-due sleeps between its looks, and goes on when it can") {
    World world;
    world.conf("[default]\nlinger = 30s\n");
    world.make("/a");
    world.kernel.at(1'000'900, [&] { world.kernel.setMode("/run/cgprune", 0770); });
    world.kernel.at(1'060'000, [&] { world.kernel.setMode("/run/cgprune", 0700); });
    int calls = 0;
    world.kernel.beforeCall = [&](std::string_view) {
        if (++calls == 100'000) world.kernel.setMode("/run/cgprune", 0700);  // else it would spin for ever
    };
    releaseAndDrain(world, "/a");
    CHECK(calls < 20'000);
    CHECK_FALSE(world.has("/a"));
    CHECK(world.logged("msg=state-fault").size() < 50);
}

TEST_CASE("drain returns at once where another process drains") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.writeFile(kLock, "", 0600);
    world.kernel.lock(kLock);
    drain(world.context);
    CHECK(world.has("/a"));
    CHECK(world.kernel.bootTimeMs() == 1'000'000);
}

TEST_CASE("drain in the foreground works off the journal") {
    World world;
    world.make("/a");
    world.release("/a");
    drain(world.context);
    CHECK_FALSE(world.has("/a"));
    CHECK(world.kernel.openPaths().empty());
}

}  // namespace prune::test

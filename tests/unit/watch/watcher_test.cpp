// SPDX-License-Identifier: MIT
// cgprune watch without its loop: hierarchies, the journal and creators together.
#include "watch/watcher.h"

#include <algorithm>
#include <set>

#include "support/failing_system.h"
#include "support/watch_loop.h"
#include "unit/watch/watch_world.h"

namespace prune::test {

namespace {

constexpr int kCreatorPid = 700;
const std::string kCreatorConf =
    "[default]\nlinger = 0\nretry = 1h..1h\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = "
    "creator-gone\n";

struct Watched : WatchWorld {
    WatchLoop loop{system, kernel};
    std::optional<Watcher> watcher;

    explicit Watched(const std::string& text = kCreatorConf) {
        kernel.hasFanotify = true;
        conf(text);
    }
    ~Watched() {
        watcher.reset();
        CHECK(kernel.openFds().empty());
    }

    void begin(const std::vector<std::string>& hierarchies = {kUnified}) {
        watcher.emplace(context, loop);
        REQUIRE(watcher->begin(hierarchies).ok());
        work();
    }
    void work() { loop.work(*watcher); }
    void sleep(std::int64_t ms) { loop.sleep(*watcher, ms); }
    /// A cgroup whose creator lives, and that has become empty.
    std::uint64_t makeWaiting(const std::string& path, int pid) {
        const auto id = make(path);
        registerCreatorOf(kUnified, path, pid);
        work();
        visit(path);
        work();
        CHECK(entry(id).reason == "creator-alive");
        return id;
    }
};

}  // namespace

TEST_CASE("a cgroup that waits for its creator goes when that ends, and not by a timer") {
    Watched world;
    world.tasks.start(kCreatorPid, 100);
    world.begin();
    const auto before = world.loop.fds.size();
    world.makeWaiting("/w/a", kCreatorPid);
    CHECK(world.loop.fds.size() == before + 1);
    world.sleep(10'000);
    CHECK(world.has("/w/a"));
    world.tasks.end(kCreatorPid);
    world.work();
    CHECK_FALSE(world.has("/w/a"));
    CHECK(world.entries().empty());
    CHECK(world.loop.fds.size() == before);
}

TEST_CASE("a maker that only the cgroup tells is waited for as well") {
    Watched world;
    world.tasks.startInside(kCreatorPid, 100);
    world.begin();
    world.kernel.limitSpace("/run", 0);
    world.kernel.setMaker(kCreatorPid);
    const auto id = world.make("/w/a");
    world.work();
    CHECK_FALSE(world.fact({kUnified, id, FactKind::creator}));
    world.kernel.limitSpace("/run", 1'000);
    world.visit("/w/a");
    world.work();
    CHECK(world.entry(id).reason == "creator-alive");
    world.tasks.end(kCreatorPid);
    world.work();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("all that wait for one creator share a descriptor, and go together") {
    Watched world;
    world.tasks.start(kCreatorPid, 100);
    world.begin();
    const auto before = world.loop.fds.size();
    for (const char* path : {"/w/a", "/w/b", "/w/c"}) world.makeWaiting(path, kCreatorPid);
    CHECK(world.loop.fds.size() == before + 1);
    world.tasks.end(kCreatorPid);
    world.work();
    for (const char* path : {"/w/a", "/w/b", "/w/c"}) CHECK_FALSE(world.has(path));
}

TEST_CASE("what was put off before the watcher began is waited for, too") {
    Watched world;
    world.tasks.start(kCreatorPid, 100);
    world.begin();
    world.makeWaiting("/w/a", kCreatorPid);
    world.watcher.reset();
    world.loop.fds.clear();
    world.begin();
    world.tasks.end(kCreatorPid);
    world.work();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a creator that ended while nobody watched is found at the start") {
    Watched world;
    world.tasks.start(kCreatorPid, 100);
    world.begin();
    world.makeWaiting("/w/a", kCreatorPid);
    world.watcher.reset();
    world.loop.fds.clear();
    world.tasks.end(kCreatorPid);
    world.begin();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("an entry that an agent wrote on v1 is waited for as well") {
    Watched world;
    world.tasks.start(kCreatorPid, 100);
    const auto id = world.kernel.makeCgroup(kFreezer, "/a");
    world.kernel.setNotify(kFreezer, "/a");
    world.registerCreatorOf(kFreezer, "/a", kCreatorPid);
    world.begin({kFreezer});
    JournalEntry entry;
    const auto instance = world.fact({kFreezer, id, FactKind::creator});
    entry.boot = instance->boot;
    entry.hierarchyId = instance->hierarchyId;
    entry.path = "/a";
    entry.reason = "creator-alive";
    entry.dueMs = world.kernel.bootTimeMs() + 3'600'000;
    REQUIRE(Journal(world.system).put({kFreezer, 0, id}, entry).ok());
    world.work();
    world.tasks.end(kCreatorPid);
    world.work();
    CHECK_FALSE(world.kernel.hasCgroup(kFreezer, "/a"));
}

TEST_CASE("beyond watch-creators it is said once, and the timers do") {
    Watched world(
        "[agent]\nwatch-creators = 1\n[default]\nlinger = 0\nretry = 5s..5s\n[rule w]\nhierarchy = "
        "unified\npath = /w/**\npolicy = creator-gone\n");
    for (const int pid : {700, 701, 702}) world.tasks.start(pid, 100);
    world.begin();
    const auto before = world.loop.fds.size();
    world.makeWaiting("/w/a", 700);
    world.makeWaiting("/w/b", 701);
    world.makeWaiting("/w/c", 702);
    CHECK(world.loop.fds.size() == before + 1);
    CHECK(world.logged("creators-not-watched").size() == 1);
    for (const int pid : {700, 701}) world.tasks.end(pid);
    world.work();
    CHECK_FALSE(world.has("/w/a"));
    CHECK(world.has("/w/b"));
    world.sleep(5'000);
    CHECK_FALSE(world.has("/w/b"));
    CHECK(world.has("/w/c"));
}

TEST_CASE("a release that lingers is done when it is due") {
    Watched world("[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\nlinger = 7s\n");
    world.make("/w/a");
    world.begin();
    world.visit("/w/a");
    world.work();
    world.sleep(6'999);
    CHECK(world.has("/w/a"));
    world.sleep(1);
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a cgroup that was entered and left while it lingered lingers anew") {
    Watched world("[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\nlinger = 7s\n");
    world.make("/w/a");
    world.begin();
    world.visit("/w/a");
    world.work();
    world.sleep(5'000);
    world.visit("/w/a");
    world.work();
    world.sleep(6'999);
    CHECK(world.has("/w/a"));
    world.sleep(1);
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("with nothing to wait for the loop sleeps long, and looks at no cgroup") {
    Watched world;
    world.make("/w/a");
    world.begin();
    CHECK(world.loop.nextMs >= world.kernel.bootTimeMs() + 10'000);
    world.system.clear();
    world.sleep(600'000);
    for (const auto& call : world.system.callsOf("openAt"))
        CHECK(call.find("cgroup.events") == std::string::npos);
    CHECK(world.has("/w/a"));
}

TEST_CASE("a hierarchy that is asked for and cannot be watched is an error") {
    Watched world;
    world.watcher.emplace(world.context, world.loop);
    const auto begun = world.watcher->begin({kFreezer, "memory"});
    REQUIRE_FALSE(begun.ok());
    CHECK(begun.error().text() == "hierarchy memory is not mounted; see cgprune status");
}

TEST_CASE("without a name cgroup v2 is watched, and of v1 what calls our agent") {
    Watched world;
    world.kernel.addHierarchy("memory", "/sys/fs/cgroup/memory");
    world.kernel.setAgent("memory", "/run/cgprune/agents/memory");
    world.begin({});
    CHECK(world.watcher->status() == "watching memory, unified (0 cgroups)");
}

TEST_CASE("without a name a hierarchy that comes later is found, and one that went is dropped") {
    Watched world;
    world.begin({});
    world.kernel.addHierarchy("memory", "/sys/fs/cgroup/memory");
    world.kernel.setAgent("memory", "/run/cgprune/agents/memory");
    world.sleep(10'000);
    CHECK(world.watcher->status() == "watching memory, unified (0 cgroups)");
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/unified") == 0);
    world.watcher->useConf(world.context.conf);
    world.work();
    CHECK(world.watcher->status() == "watching memory");
}

TEST_CASE("a hierarchy that another watches is left out, and said so") {
    Watched world;
    world.kernel.addHierarchy("memory", "/sys/fs/cgroup/memory");
    world.kernel.setAgent("memory", "/run/cgprune/agents/memory");
    HierarchyWatch first(world.context, kUnified);
    REQUIRE(first.begin().ok());
    world.begin({});
    CHECK(world.watcher->status() == "watching memory");
    CHECK(world.logged("watch-fault").size() == 1);
}

TEST_CASE("without a name it is refused where another watches all that is there") {
    Watched world;
    HierarchyWatch first(world.context, kUnified);
    REQUIRE(first.begin().ok());
    world.watcher.emplace(world.context, world.loop);
    const auto begun = world.watcher->begin({});
    REQUIRE_FALSE(begun.ok());
    CHECK(begun.error().text().find("watched already by another") != std::string::npos);
}

TEST_CASE("a watcher is ready when all has been looked at") {
    Watched world;
    for (int i = 0; i < 100; ++i) world.make("/w/" + std::to_string(i));
    world.watcher.emplace(world.context, world.loop);
    REQUIRE(world.watcher->begin({kUnified}).ok());
    CHECK_FALSE(world.watcher->isReady());
    world.work();
    CHECK(world.watcher->isReady());
    CHECK(world.watcher->status() == "watching unified (100 cgroups)");
}

TEST_CASE("another conf that is taken decides, and one on disk that is not does not") {
    Watched world("[rule w]\nhierarchy = unified\npath = /w/**\npolicy = never\n");
    for (const char* path : {"/w/a", "/w/b"}) world.make(path);
    world.begin();
    world.kernel.writeFile("/etc/cgprune/cgprune.conf", kWatchConf);
    world.visit("/w/a");
    world.work();
    CHECK(world.has("/w/a"));
    world.watcher->useConf(loadConf(world.system));
    world.work();
    CHECK(world.has("/w/a"));
    world.visit("/w/b");
    world.work();
    CHECK_FALSE(world.has("/w/b"));
}

TEST_CASE("another conf's watch-creators is in force for the creators that come") {
    Watched world("[agent]\nwatch-creators = 0\n" + kCreatorConf);
    world.tasks.start(kCreatorPid, 100);
    world.begin();
    const auto before = world.loop.fds.size();
    world.makeWaiting("/w/a", kCreatorPid);
    CHECK(world.loop.fds.size() == before);
    world.conf(kCreatorConf);
    world.watcher->useConf(world.context.conf);
    world.makeWaiting("/w/b", kCreatorPid);
    CHECK(world.loop.fds.size() == before + 1);
}

TEST_CASE("a creator for whose sake nothing waits any more makes room for another") {
    Watched world("[agent]\nwatch-creators = 1\n" + kCreatorConf);
    world.tasks.start(kCreatorPid, 100);
    world.tasks.start(kCreatorPid + 1, 101);
    world.begin();
    const auto before = world.loop.fds.size();
    const auto id = world.makeWaiting("/w/a", kCreatorPid);
    REQUIRE(Journal(world.system).drop({kUnified, 0, id}).ok());
    world.makeWaiting("/w/b", kCreatorPid + 1);
    CHECK(world.loop.fds.size() == before + 1);
    world.tasks.end(kCreatorPid + 1);
    world.work();
    CHECK_FALSE(world.has("/w/b"));
}

TEST_CASE("a conf that lets a sweep remove takes in what has been empty all the time") {
    Watched world("[default]\nlinger = 0\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = never\n");
    world.make("/w/a");
    world.begin();
    world.conf(
        "[default]\nlinger = 0\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\nsweep = "
        "yes\nsweep-linger = 1s\n");
    world.watcher->useConf(world.context.conf);
    world.work();
    world.sleep(5'000);
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("events of a hierarchy that cannot be opened are not listened to for a while") {
    Watched world;
    world.make("/w/a");
    world.make("/w/b");
    FailingSystem failing(world.tasks);
    Context context{failing, world.log, world.context.conf};
    world.watcher.emplace(context, world.loop);
    REQUIRE(world.watcher->begin({kUnified}).ok());
    world.work();
    const auto before = world.loop.fds.size();
    world.visit("/w/a");
    failing.failNamed("openAt", EMFILE);
    world.work();
    CHECK(world.loop.fds.size() < before);
    CHECK(world.loop.nextMs > world.kernel.bootTimeMs());
    CHECK_FALSE(world.logged("state-fault").empty());
    failing.clear();
    world.sleep(2'000);
    CHECK(world.loop.fds.size() == before);
    CHECK_FALSE(world.has("/w/a"));
    world.watcher.reset();
}

TEST_CASE("between two calls of the loop each hierarchy can be unmounted") {
    Watched world;
    world.make("/w/a");
    world.tasks.start(kCreatorPid, 100);
    world.begin({kUnified, kFreezer});
    world.makeWaiting("/w/a", kCreatorPid);
    for (const auto& path : world.kernel.openPaths()) CHECK(path.find("/sys/fs/cgroup") == std::string::npos);
    CHECK(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
}

}  // namespace prune::test

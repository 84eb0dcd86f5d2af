// SPDX-License-Identifier: MIT
// One hierarchy that is watched: its begin, its looks, and what is done where the kernel keeps too little.
#include <cerrno>

#include "support/intercepted_system.h"
#include "unit/watch/hierarchy_world.h"

namespace prune::test {

namespace {

/// The next read of one descriptor fails.
class UnreadableOnce final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    ssize_t readFd(int from, char* buffer, std::size_t size) override {
        if (from != fd) return InterceptedSystem::readFd(from, buffer, size);
        fd = -1;
        return -EIO;
    }

    int fd = -1;

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

}  // namespace

TEST_CASE("a hierarchy that is not mounted cannot be watched, which says where to look") {
    Hierarchies world("memory");
    CHECK(world.errorOfBegin() == "hierarchy memory is not mounted; see cgprune status");
}

TEST_CASE("a second watch of the same hierarchy is refused, and says what to do") {
    Hierarchies world;
    world.begin();
    HierarchyWatch second(world.context, kUnified);
    const auto begun = second.begin();
    REQUIRE_FALSE(begun.ok());
    CHECK(begun.error().text() ==
          "hierarchy unified is watched already by another cgprune watch; end that one first, or name other "
          "hierarchies");
}

TEST_CASE("another hierarchy can be watched beside, and the same one after the end of its watch") {
    Hierarchies world;
    {
        HierarchyWatch first(world.context, kUnified);
        REQUIRE(first.begin().ok());
        HierarchyWatch other(world.context, kFreezer);
        CHECK(other.begin().ok());
    }
    CHECK(world.watch.begin().ok());
}

TEST_CASE("what becomes empty is released, by the whole tree's mark as by watches on directories") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kUnified, hasFanotify);
    world.make("/w/old");
    world.enter(9, "/w/old");
    world.begin();
    CHECK(world.logged("makers-not-told").empty() == hasFanotify);
    world.make("/w/new/deep");
    world.work();
    world.visit("/w/new/deep");
    world.kernel.leave(9);
    world.work();
    CHECK_FALSE(world.has("/w/old"));
    CHECK_FALSE(world.has("/w/new"));
    CHECK(world.has("/w"));
}

TEST_CASE("what is made and left before it is told is found by watches on directories, deep ones too") {
    Hierarchies world(kUnified, false);
    world.begin();
    world.make("/w/a/b/c");
    world.visit("/w/a/b/c");
    world.work();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("what is empty when the watch begins waits for its sweep-linger") {
    Hierarchies world;
    world.conf(kWatchConf + "sweep = yes\nsweep-linger = 90s\n");
    const auto id = world.make("/w/a");
    world.begin();
    CHECK(world.has("/w/a"));
    CHECK(world.entry(id).reason == "seen-empty");
    CHECK(world.watch.takeDueMs() == world.kernel.bootTimeMs() + 90'000);
}

TEST_CASE("a first look at many cgroups lets others have their turn, and ends") {
    Hierarchies world;
    for (int i = 0; i < 150; ++i) world.make("/w/" + std::to_string(i));
    REQUIRE(world.watch.begin().ok());
    CHECK(world.watch.lookOn());
    CHECK_FALSE(world.watch.hasLooked());
    world.work();
    CHECK(world.watch.hasLooked());
    CHECK(world.watch.watched() == 150);
}

TEST_CASE("a watch on v1 needs one descriptor, and is ready when it has looked at all that was there") {
    Hierarchies world(kFreezer);
    world.kernel.makeCgroup(kFreezer, "/a");
    REQUIRE(world.watch.begin().ok());
    CHECK_FALSE(world.watch.hasLooked());
    CHECK_FALSE(world.watch.unified());
    CHECK(world.watch.descriptors().size() == 1);
    world.work();
    CHECK(world.watch.hasLooked());
}

TEST_CASE("nothing is released on v1, where the kernel calls the agent") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kFreezer, hasFanotify);
    world.begin();
    world.kernel.makeCgroup(kFreezer, "/a");
    world.kernel.setNotify(kFreezer, "/a");
    world.work();
    world.kernel.enter(9, kFreezer, "/a");
    world.kernel.leave(9);
    world.work();
    CHECK(world.kernel.hasCgroup(kFreezer, "/a"));
    CHECK(world.entries(kFreezer).empty());
}

TEST_CASE("events of cgroups that were lost lead to another look at everything") {
    Hierarchies world;
    for (const char* path : {"/w/a", "/w/b", "/w/c", "/w/never"}) world.make(path);
    for (const char* path : {"/w/a", "/w/b", "/w/c"}) world.enter(9, path);
    world.begin();
    world.kernel.limitEvents(1);
    for (const char* path : {"/w/a", "/w/b", "/w/c"}) world.visit(path);
    world.kernel.leave(9);
    world.work();
    for (const char* path : {"/w/a", "/w/b", "/w/c"}) CHECK_FALSE(world.has(path));
    CHECK(world.has("/w/never"));
    CHECK(world.logged("events-lost").size() == 1);
}

TEST_CASE("cgroups whose making was lost are found by another look, and released at once") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kUnified, hasFanotify);
    world.begin();
    world.kernel.limitEvents(1);
    for (const char* path : {"/w/a", "/w/b", "/w/c", "/w/d"}) world.make(path);
    world.visit("/w/c");
    world.kernel.limitEvents(SIZE_MAX);
    world.work();
    CHECK(world.watch.watched() == 3);
    CHECK_FALSE(world.has("/w/c"));
    world.visit("/w/d");
    world.work();
    CHECK_FALSE(world.has("/w/d"));
    CHECK(world.has("/w/a"));
}

TEST_CASE("where events cannot be read everything is looked at again") {
    Hierarchies world;
    UnreadableOnce system(world.system);
    Context context{system, world.log, world.context.conf};
    HierarchyWatch watch(context, kUnified);
    REQUIRE(watch.begin().ok());
    while (watch.lookOn()) continue;
    world.make("/w/a");
    const bool isTree = GENERATE(true, false);
    const auto fds = watch.descriptors();
    if (!isTree) watch.onReadable(fds.back());
    system.fd = isTree ? fds.back() : fds.front();
    watch.onReadable(system.fd);
    CHECK(system.fd == -1);
    CHECK_FALSE(watch.hasEnded());
    world.system.clear();
    while (watch.lookOn()) continue;
    CHECK_FALSE(world.system.callsOf("openBeneath").empty());
    CHECK(watch.watched() == 1);
}

TEST_CASE("without room for a directory's watch all is looked at from time to time") {
    Hierarchies world(kUnified, false);
    world.kernel.limitWatches(2);
    world.begin();
    CHECK(world.logged("watch-limit").empty());
    world.make("/w/a");
    world.work();
    CHECK(world.logged("watch-limit").size() == 1);
    world.make("/w/a/b");
    world.visit("/w/a/b");
    world.work();
    CHECK(world.has("/w/a/b"));

    world.watch.lookAgainIfBlind();
    world.work();
    CHECK_FALSE(world.has("/w/a/b"));
    world.make("/w/c");
    world.work();
    world.visit("/w/c");
    world.work();
    world.watch.lookAgainIfBlind();
    world.work();
    CHECK(world.has("/w/c"));
    world.kernel.advance(30'000);
    world.watch.lookAgainIfBlind();
    world.work();
    CHECK_FALSE(world.has("/w/c"));
}

TEST_CASE("once there is room for all watches again nothing more is looked at by the clock") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kUnified, hasFanotify);
    world.make("/w/a");
    world.kernel.limitWatches(1);
    if (hasFanotify) world.kernel.limitWatches(0);
    world.begin();
    REQUIRE(world.logged("watch-limit").size() == 1);
    world.kernel.limitWatches(SIZE_MAX);
    world.kernel.advance(30'000);
    world.watch.lookAgainIfBlind();
    world.work();
    world.kernel.advance(30'000);
    world.system.clear();
    world.watch.lookAgainIfBlind();
    world.work();
    CHECK(world.system.callsOf("openBeneath").empty());
    world.visit("/w/a");
    world.work();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("where all can be watched nothing is looked at again by the clock") {
    Hierarchies world;
    world.make("/w/a");
    world.begin();
    world.kernel.advance(3'600'000);
    world.watch.lookAgainIfBlind();
    CHECK_FALSE(world.watch.lookOn());
}

TEST_CASE("the same cgroup is not released twice, nor watched twice, by a look with another conf") {
    Hierarchies world;
    world.make("/w/a");
    world.make("/x/b");
    world.enter(9, "/w/a");
    world.begin();
    world.conf(kWatchConf + "[rule x]\nhierarchy = unified\npath = /x/**\npolicy = always\nsweep = yes\n");
    world.watch.lookAgain();
    world.work();
    CHECK(world.watch.watched() == 2);
    CHECK(world.has("/w/a"));
    CHECK(world.entry(world.kernel.cgroupId(kUnified, "/x/b")).reason == "seen-empty");
    world.kernel.leave(9);
    world.work();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a watched hierarchy can be unmounted, which ends its watch and says so") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kUnified, hasFanotify);
    world.make("/w/a");
    world.begin();
    CHECK(world.kernel.unmount("/sys/fs/cgroup/unified") == 0);
    CHECK_FALSE(world.watch.hasEnded());
    world.watch.lookAgain();
    world.work();
    CHECK(world.watch.hasEnded());
    CHECK(world.logged("watch-ended").size() == 1);
}

TEST_CASE("late news of a hierarchy is not about one that was mounted in its place") {
    Hierarchies world(kFreezer);
    const auto old = world.kernel.makeCgroup(kFreezer, "/a");
    world.begin();
    REQUIRE(world.kernel.removeCgroup(kFreezer, "/a") == 0);
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    world.kernel.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    REQUIRE(world.kernel.makeCgroup(kFreezer, "/a") == old);
    world.tasks.start(700, 100);
    world.registerCreatorOf(kFreezer, "/a", 700);
    world.work();
    CHECK(world.fact({kFreezer, old, FactKind::creator}));
    CHECK(world.watch.hasEnded());
}

TEST_CASE("without fanotify it is said that makers are not told") {
    Hierarchies world(kUnified, false);
    world.begin();
    CHECK(world.logged("makers-not-told").size() == 1);
}

TEST_CASE("in a container, where no maker can be recorded, it is said that makers are not told") {
    Hierarchies world(kUnified, true);
    world.tasks.self().space(NamespaceType::pid) = world.tasks.makeSpace(NamespaceType::pid);
    world.begin();
    CHECK(world.logged("makers-not-told").size() == 1);
}

TEST_CASE("a maker in a pid namespace is the observed creator of what it makes") {
    Hierarchies world(kFreezer);
    world.begin();
    world.tasks.startInside(700, 100);
    world.kernel.setMaker(700);
    const auto id = world.kernel.makeCgroup(kFreezer, "/a");
    world.work();
    const auto fact = world.fact({kFreezer, id, FactKind::creator});
    REQUIRE(fact);
    CHECK(fact->source == FactSource::observed);
    CHECK(fact->path == "/a");
}

TEST_CASE("a rename on v1 takes the facts along") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kFreezer, hasFanotify);
    world.tasks.start(700, 100);
    const auto id = world.kernel.makeCgroup(kFreezer, "/p/a");
    world.registerCreatorOf(kFreezer, "/p/a", 700);
    world.begin();
    REQUIRE(world.kernel.renameCgroup(kFreezer, "/p/a", "b") == 0);
    world.work();
    const auto fact = world.fact({kFreezer, id, FactKind::creator});
    REQUIRE(fact);
    CHECK(fact->path == "/p/b");
    CHECK(fact->source == FactSource::registered);
}

TEST_CASE("a removal on v1 takes the facts away where the kernel tells the id") {
    Hierarchies world(kFreezer);
    world.tasks.start(700, 100);
    const auto id = world.kernel.makeCgroup(kFreezer, "/a");
    world.registerCreatorOf(kFreezer, "/a", 700);
    world.begin();
    REQUIRE(world.kernel.removeCgroup(kFreezer, "/a") == 0);
    world.work();
    CHECK_FALSE(world.fact({kFreezer, id, FactKind::creator}));
}

TEST_CASE("a cgroup that is handed over is told by either source, and remembered") {
    const bool hasFanotify = GENERATE(true, false);
    Hierarchies world(kFreezer, hasFanotify);
    const auto id = world.kernel.makeCgroup(kFreezer, "/p/a");
    world.begin();
    const auto directory = world.kernel.cgroupDirectory(kFreezer, "/p/a");
    world.kernel.setOwner(directory + "/cgroup.procs", 1000);
    world.kernel.setOwner(directory, 1000);
    world.work();
    const auto fact = world.fact({kFreezer, id, FactKind::delegated});
    REQUIRE(fact);
    CHECK(fact->source == FactSource::observed);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// What becomes of cgroups whose makers the kernel had no room to tell.
#include "watch/makers.h"

#include <cerrno>

#include "cgroup/state.h"
#include "prune/register_facts.h"
#include "support/failing_system.h"
#include "sys/files.h"
#include "unit/watch/hierarchy_world.h"

namespace prune::test {

namespace {

constexpr int kContained = 700;

struct Makings : Hierarchies {
    explicit Makings(const std::string& hierarchy = kFreezer) : Hierarchies(hierarchy), name(hierarchy) {
        conf("[default]\nlinger = 0\n[rule w]\nhierarchy = unified\npath = /w/**\npolicy = creator-gone\n");
        tasks.startInside(kContained, 100);
        if (name != kUnified) kernel.makeCgroup(name, "/w");
    }

    std::uint64_t makeOne(const std::string& path) { return kernel.makeCgroup(name, "/w" + path); }
    /// Makes cgroups, of which the kernel tells the first and loses the others.
    void makeLosing(const std::vector<std::string>& paths) {
        kernel.limitEvents(1);
        for (const auto& path : paths) makeOne(path);
        kernel.limitEvents(SIZE_MAX);
    }
    std::string markOf(const std::string& path) {
        return with(name, path, [&](const Subject& subject) {
            const auto maker = readXattr(system, subject.cgroup.directory.get(), kMaker);
            REQUIRE(maker.ok());
            return maker.value().value_or("");
        });
    }
    bool isMarked(const std::string& path) { return markOf("/w" + path) == kMakerLost; }

    std::string name;
};

}  // namespace

TEST_CASE("a cgroup whose making was lost is marked, and none whose making was told or was before") {
    Makings world(GENERATE(kFreezer, kUnified));
    world.makeOne("/before/deep");
    world.begin();
    world.makeOne("/told");
    world.work();
    world.makeLosing({"/first", "/before/lost", "/lost"});
    world.makeOne("/told-again");
    world.work();
    CHECK(world.isMarked("/lost"));
    CHECK(world.isMarked("/before/lost"));
    for (const char* path : {"/before", "/before/deep", "/told", "/first", "/told-again"})
        CHECK_FALSE(world.isMarked(path));
    CHECK(world.logged("events-lost").size() == 1);
}

TEST_CASE("a cgroup whose making was lost stays when it becomes empty") {
    Makings world(kUnified);
    world.begin();
    world.makeLosing({"/first", "/lost"});
    for (const char* path : {"/w/first", "/w/lost"}) world.visit(path);
    world.work();
    CHECK_FALSE(world.has("/w/first"));
    CHECK(world.has("/w/lost"));
}

TEST_CASE("another loss marks nothing that was there at the one before") {
    Makings world;
    world.begin();
    world.makeLosing({"/a", "/b"});
    world.makeOne("/c");
    world.work();
    world.makeLosing({"/d", "/e"});
    world.work();
    for (const char* path : {"/a", "/c", "/d"}) CHECK_FALSE(world.isMarked(path));
    CHECK(world.isMarked("/e"));
}

TEST_CASE("a loss before the first look is done marks nothing that it came by, and what it did not come by") {
    Makings world;
    for (int i = 0; i < 150; ++i) world.makeOne("/" + std::to_string(i));
    REQUIRE(world.watch.begin().ok());
    for (int i = 0; i < 2; ++i) CHECK(world.watch.lookOn());
    world.makeLosing({"/a", "/b"});
    world.work();
    for (const char* path : {"/0", "/149", "/a"}) CHECK_FALSE(world.isMarked(path));
    CHECK(world.isMarked("/b"));
}

TEST_CASE("losses that follow each other from the start on do not keep makers unmarked") {
    Makings world;
    for (int i = 0; i < 150; ++i) world.makeOne("/" + std::to_string(i));
    REQUIRE(world.watch.begin().ok());
    for (int turn = 0; turn < 20; ++turn) {
        world.makeLosing({"/x" + std::to_string(turn), "/y" + std::to_string(turn)});
        world.watch.onReadable(world.watch.descriptors().front());
        world.watch.lookOn();
    }
    world.makeLosing({"/first", "/lost"});
    world.work();
    CHECK(world.isMarked("/lost"));
}

TEST_CASE("what was made anew where another was told does not hide what was lost before it") {
    Makings world;
    world.begin();
    world.kernel.limitEvents(1);
    world.makeOne("/told");
    world.makeOne("/lost");
    REQUIRE(world.kernel.removeCgroup(kFreezer, "/w/told") == 0);
    world.makeOne("/told");
    world.kernel.limitEvents(SIZE_MAX);
    world.work();
    CHECK(world.isMarked("/lost"));
}

TEST_CASE("no look marks what is told behind a loss, however much that is") {
    Makings world;
    world.begin();
    world.makeLosing({"/first", "/lost"});
    for (int i = 0; i < 600; ++i) world.makeOne("/" + std::to_string(i));
    world.work();
    CHECK(world.isMarked("/lost"));
    for (int i = 0; i < 600; ++i) CHECK_FALSE(world.isMarked("/" + std::to_string(i)));
}

TEST_CASE("a parent whose making was lost is not released for its child before it is marked") {
    Makings world(kUnified);
    world.begin();
    world.makeLosing({"/first", "/p"});
    world.makeOne("/p/c");
    world.kernel.useCpu(kUnified, "/w/p", 5);
    REQUIRE(world.kernel.removeCgroup(kUnified, "/w/p/c") == 0);
    world.work();
    CHECK(world.isMarked("/p"));
}

TEST_CASE("a parent whose last child goes while a walk after a loss is under way is released") {
    Makings world(kUnified);
    world.makeOne("/p/c");
    world.enter(9, "/w/p/c");
    world.begin();
    world.makeLosing({"/first", "/lost"});
    world.kernel.leave(9);
    world.work();
    CHECK_FALSE(world.has("/w/p/c"));
    CHECK_FALSE(world.has("/w/p"));
    CHECK(world.isMarked("/lost"));
}

TEST_CASE("what becomes empty before its loss is heard of is not released") {
    Makings world(kUnified);
    world.begin();
    world.makeLosing({"/first", "/lost"});
    world.visit("/w/lost");
    // In the order of the descriptors: first what became empty.
    for (const int fd : world.watch.descriptors()) world.watch.onReadable(fd);
    world.watch.lookAgain();
    world.work();
    CHECK(world.isMarked("/lost"));
}

TEST_CASE("a mark that somebody took away does not come back at the next loss") {
    Makings world;
    world.begin();
    world.makeLosing({"/a", "/b"});
    world.work();
    world.with(kFreezer, "/w/b", [&](const Subject& subject) {
        REQUIRE(forget(world.context, subject, FactKind::creator).ok());
    });
    world.makeLosing({"/c", "/d"});
    world.work();
    CHECK_FALSE(world.isMarked("/b"));
    CHECK(world.isMarked("/d"));
}

TEST_CASE("something that is mounted on one cgroup hides no other whose making was lost") {
    Makings world;
    world.makeOne("/mounted");
    world.begin();
    world.kernel.mountOn(world.kernel.cgroupDirectory(kFreezer, "/w/mounted"));
    for (const char* path : {"/a", "/b"}) {
        world.makeLosing({std::string(path) + "-first", path});
        world.work();
        CHECK(world.isMarked(path));
    }
    CHECK_FALSE(world.isMarked("/a-first"));
}

TEST_CASE("on v1 a loss hands over nothing that was handed over before the watch began") {
    Makings world;
    world.makeOne("/old");
    const auto directory = world.kernel.cgroupDirectory(kFreezer, "/w/old");
    for (const auto& file : {directory + "/cgroup.procs", directory}) world.kernel.setOwner(file, 1000);
    world.begin();
    world.makeLosing({"/a", "/b"});
    world.work();
    CHECK_FALSE(world.kernel.notify(kFreezer, "/w/old"));
}

TEST_CASE("a registered creator, and one observed since the loss, need no mark") {
    Makings world;
    world.tasks.start(701, 100);
    world.begin();
    world.kernel.limitEvents(1);
    world.makeOne("/first");
    world.makeOne("/registered");
    world.registerCreatorOf(kFreezer, "/w/registered", 701);
    world.kernel.limitEvents(SIZE_MAX);
    world.kernel.setMaker(kContained);
    const auto observed = world.makeOne("/observed");
    world.work();
    CHECK(world.fact({kFreezer, observed, FactKind::creator}));
    for (const char* path : {"/observed", "/registered"}) CHECK_FALSE(world.isMarked(path));
}

TEST_CASE("where the policy asks for no creator a lost maker leaves no mark") {
    Makings world;
    world.conf("[default]\npolicy = always\n");
    world.begin();
    world.makeLosing({"/a", "/b"});
    world.work();
    CHECK_FALSE(world.isMarked("/b"));
}

TEST_CASE("events that are lost without end do not keep a look at everything from its end") {
    Makings world;
    for (int i = 0; i < 300; ++i) world.makeOne("/" + std::to_string(i));
    world.begin();
    world.makeLosing({"/a", "/0/lost", "/299/lost"});
    const int tree = world.watch.descriptors().front();
    for (int turn = 0; turn < 40; ++turn) {
        world.watch.onReadable(tree);
        world.watch.lookOn();
        world.makeLosing({"/x" + std::to_string(turn), "/y" + std::to_string(turn)});
    }
    for (const char* path : {"/0/lost", "/299/lost"}) CHECK(world.isMarked(path));
}

TEST_CASE("a cgroup that could not be opened when its maker was told is marked by a later look") {
    const bool isInWalk = GENERATE(false, true);
    const std::string path = GENERATE("/w/lost", "/w/0/lost", "/w/149/lost", "/lost");
    Makings world;
    for (int i = 0; i < 150; ++i) world.makeOne("/" + std::to_string(i));
    FailingSystem failing(world.system);
    Context context{failing, world.log, world.context.conf};
    HierarchyWatch watch(context, kFreezer);
    REQUIRE(watch.begin().ok());
    while (watch.lookOn()) continue;
    if (isInWalk) {
        watch.lookAgain();
        for (int i = 0; i < 2; ++i) REQUIRE(watch.lookOn());
    }
    world.kernel.makeCgroup(kFreezer, path);
    failing.failNamed("openBeneath", EMFILE, 1);
    watch.onReadable(watch.descriptors().front());
    failing.clear();
    while (watch.lookOn()) continue;
    world.kernel.advance(30'000);
    watch.lookAgainIfBlind();
    while (watch.lookOn()) continue;
    CHECK(world.markOf(path) == kMakerLost);
}

TEST_CASE("that the id of a cgroup cannot be read is an error of what was told, and of a look after a loss") {
    Makings world;
    world.makeOne("/a");
    FailingSystem failing(world.system);
    Context context{failing, world.log, world.context.conf};
    Makers makers(context);
    makers.passedStart();
    makers.lost();
    world.with(kFreezer, "/w/a", [&](const Subject& subject) {
        failing.failNamed("statFd", EIO, 2);
        const Fd none;
        CHECK(makers.told(subject, none).error().code == EIO);
        CHECK(makers.passed(subject).error().code == EIO);
        CHECK(makers.passed(subject).ok());
    });
    CHECK(world.isMarked("/a"));
}

}  // namespace prune::test

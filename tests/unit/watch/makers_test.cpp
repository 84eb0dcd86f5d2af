// SPDX-License-Identifier: MIT
// What becomes of cgroups whose makers the kernel had no room to tell.
#include "watch/makers.h"

#include <cerrno>

#include "cgroup/state.h"
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
    bool isMarked(const std::string& path) {
        return with(name, "/w" + path, [&](const Subject& subject) {
            const auto maker = readXattr(system, subject.cgroup.directory.get(), kMaker);
            REQUIRE(maker.ok());
            return maker.value() == std::string(kMakerLost);
        });
    }

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

TEST_CASE("a loss before all that was there is known marks nothing") {
    Makings world;
    for (int i = 0; i < 150; ++i) world.makeOne("/" + std::to_string(i));
    REQUIRE(world.watch.begin().ok());
    CHECK(world.watch.lookOn());
    world.makeLosing({"/a", "/b"});
    world.work();
    for (const char* path : {"/0", "/149", "/a", "/b"}) CHECK_FALSE(world.isMarked(path));
}

TEST_CASE("a registered creator, and an observed one, need no mark") {
    Makings world;
    world.tasks.start(701, 100);
    world.begin();
    world.kernel.limitEvents(1);
    world.kernel.setMaker(kContained);
    const auto observed = world.makeOne("/observed");
    world.makeOne("/registered");
    world.registerCreatorOf(kFreezer, "/w/registered", 701);
    world.kernel.limitEvents(SIZE_MAX);
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
    Makings world;
    FailingSystem failing(world.system);
    Context context{failing, world.log, world.context.conf};
    HierarchyWatch watch(context, kFreezer);
    REQUIRE(watch.begin().ok());
    while (watch.lookOn()) continue;
    world.makeOne("/a");
    failing.failNamed("openBeneath", EMFILE, 1'000);
    watch.onReadable(watch.descriptors().front());
    failing.failNamed("openBeneath", 0, 0);
    watch.lookAgainIfBlind();
    while (watch.lookOn()) continue;
    CHECK(world.isMarked("/a"));
}

TEST_CASE("that the id of a cgroup cannot be read is an error of what was told, and of a look after a loss") {
    Makings world;
    world.makeOne("/a");
    FailingSystem failing(world.system);
    Context context{failing, world.log, world.context.conf};
    Makers makers(context);
    makers.passedAll();
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

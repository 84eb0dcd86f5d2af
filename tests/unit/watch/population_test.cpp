// SPDX-License-Identifier: MIT
// Which cgroups of v2 are seen to become empty, and released.
#include "watch/population.h"

#include "unit/watch/watch_world.h"

namespace prune::test {

namespace {

struct Populations : WatchWorld {
    Makers makers{context};
    Population population{context, makers};

    Populations() { REQUIRE(population.open().ok()); }

    void look(const std::string& path, Seen seen = Seen::made) {
        with(kUnified, path, [&](const Subject& subject) { REQUIRE(population.look(subject, seen).ok()); });
    }
    /// A cgroup that is watched.
    std::uint64_t makeWatched(const std::string& path, Seen seen = Seen::made) {
        const auto id = make(path);
        look(path, seen);
        return id;
    }
    /// Handles what the kernel tells. False: something was lost.
    bool read() { return population.read(open()).value(); }
    /// rmdir, and what comes of the tree's word of it.
    void remove(const std::string& path, std::uint64_t id) {
        REQUIRE(kernel.removeCgroup(kUnified, path) == 0);
        population.forget(id);
        population.childRemoved(open(), path, idOf(path.substr(0, path.rfind('/'))));
    }
    std::uint64_t idOf(const std::string& path) {
        std::uint64_t id = 0;
        if (!path.empty())
            with(kUnified, path, [&](const Subject& subject) {
                id = cgroupId(system, subject.cgroup.directory.get()).value();
            });
        return id;
    }
};

}  // namespace

TEST_CASE("a cgroup of v2 that becomes empty while it is watched is released") {
    Populations world;
    world.makeWatched("/w/a");
    world.enter(9, "/w/a");
    CHECK(world.read());
    CHECK(world.has("/w/a"));
    world.kernel.leave(9);
    CHECK(world.read());
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a cgroup whose path is too long to be kept is found by its id, and released") {
    Populations world;
    std::string path = "/w";
    for (int i = 0; i < 5; ++i) path += '/' + std::string(200, 'a');
    world.makeWatched(path);
    world.enter(9, path);
    CHECK(world.read());
    world.kernel.leave(9);
    CHECK(world.read());
    CHECK_FALSE(world.has(path));
    CHECK_FALSE(world.population.isBlind());
}

TEST_CASE("a cgroup that nobody has entered is not released") {
    Populations world;
    world.makeWatched("/w/a");
    world.look("/w/a", Seen::made);
    world.read();
    CHECK(world.has("/w/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a visit too short for two events is told by the CPU time that it used") {
    Populations world;
    world.makeWatched("/w/a");
    world.visit("/w/a");
    world.read();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("an event of an empty cgroup in which nobody ran releases nothing") {
    Populations world;
    world.makeWatched("/w/a");
    world.enter(9, "/w/a");
    world.kernel.leave(9);
    world.read();
    CHECK(world.has("/w/a"));
}

TEST_CASE("a cgroup that was visited between its making and the first look is released") {
    Populations world;
    world.make("/w/a");
    world.visit("/w/a");
    world.look("/w/a");
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("what is empty at the start is only noted, as a sweep does") {
    Populations world;
    world.conf(kWatchConf + "sweep = yes\n");
    const auto id = world.make("/w/a");
    world.visit("/w/a");
    world.look("/w/a", Seen::atStart);
    CHECK(world.has("/w/a"));
    CHECK(world.entry(id).reason == "seen-empty");
    CHECK(world.entry(id).swept);
}

TEST_CASE("what was noted at the start is not released at a later look that finds it the same") {
    Populations world;
    world.make("/w/a");
    world.visit("/w/a");
    world.look("/w/a", Seen::atStart);
    world.look("/w/a", Seen::made);
    CHECK(world.has("/w/a"));
}

TEST_CASE("what is populated at the start is released when it becomes empty") {
    Populations world;
    world.make("/w/a");
    world.enter(9, "/w/a");
    world.look("/w/a", Seen::atStart);
    world.kernel.leave(9);
    world.read();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a cgroup that no rule reaches is not watched") {
    Populations world;
    world.makeWatched("/other");
    CHECK(world.population.size() == 0);
    CHECK(world.kernel.watches() == 0);
}

TEST_CASE("a watched cgroup is forgotten at the next look once no rule reaches it") {
    Populations world;
    world.makeWatched("/w/a");
    CHECK(world.population.size() == 1);
    CHECK(world.kernel.watches() == 1);
    world.conf("[rule o]\nhierarchy = unified\npath = /other/**\npolicy = always\n");
    world.look("/w/a");
    CHECK(world.population.size() == 0);
    CHECK(world.kernel.watches() == 0);
    world.visit("/w/a");
    world.read();
    CHECK(world.has("/w/a"));
}

TEST_CASE("what a walk did not come by is forgotten at its end") {
    Populations world;
    world.makeWatched("/w/a");
    world.makeWatched("/w/b");
    world.population.beginRound();
    world.look("/w/a");
    world.population.endRound();
    CHECK(world.population.size() == 1);
    CHECK(world.kernel.watches() == 1);
    world.visit("/w/a");
    world.read();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("a cgroup with children is not released when it becomes empty") {
    Populations world;
    world.makeWatched("/w/p");
    world.makeWatched("/w/p/kept");
    world.visit("/w/p");
    world.read();
    CHECK(world.has("/w/p"));
    CHECK(world.has("/w/p/kept"));
}

TEST_CASE("a parent is released when its last child is removed") {
    Populations world;
    world.makeWatched("/w/p");
    const auto first = world.makeWatched("/w/p/a");
    const auto last = world.makeWatched("/w/p/b");
    world.remove("/w/p/a", first);
    CHECK(world.has("/w/p"));
    world.remove("/w/p/b", last);
    CHECK_FALSE(world.has("/w/p"));
}

TEST_CASE("a parent in which tasks are is not released when its last child is removed") {
    Populations world;
    world.makeWatched("/w/p");
    const auto child = world.makeWatched("/w/p/a");
    world.enter(9, "/w/p");
    world.remove("/w/p/a", child);
    CHECK(world.has("/w/p"));
    CHECK(world.entries().empty());
}

TEST_CASE("a parent that no rule reaches stays when its last child is removed") {
    Populations world;
    const auto child = world.makeWatched("/w/a");
    world.remove("/w/a", child);
    CHECK(world.has("/w"));
    const auto top = world.make("/x");
    world.remove("/x", top);
    CHECK(world.entries().empty());
}

TEST_CASE("of a removed cgroup nothing is watched") {
    Populations world;
    const auto id = world.makeWatched("/w/a");
    CHECK(world.kernel.watches() == 1);
    world.remove("/w/a", id);
    CHECK(world.population.size() == 0);
    CHECK(world.kernel.watches() == 0);
}

TEST_CASE("a parent made anew meanwhile is not released for a child of the one before") {
    Populations world;
    const auto before = world.make("/w/p");
    REQUIRE(world.kernel.removeCgroup(kUnified, "/w/p") == 0);
    world.make("/w/p");
    world.population.childRemoved(world.open(), "/w/p/a", before);
    CHECK(world.has("/w/p"));
    CHECK(world.entries().empty());
}

TEST_CASE("a cgroup made anew under a watched name is not released for the old one's events") {
    Populations world;
    world.makeWatched("/w/a");
    world.enter(9, "/w/a");
    world.read();
    world.kernel.leave(9);
    REQUIRE(world.kernel.removeCgroup(kUnified, "/w/a") == 0);
    world.make("/w/a");
    world.visit("/w/a");
    world.read();
    CHECK(world.has("/w/a"));
}

TEST_CASE("where events were lost it is said, and the others are read all the same") {
    Populations world;
    world.makeWatched("/w/a");
    world.makeWatched("/w/b");
    world.kernel.limitEvents(1);
    world.visit("/w/a");
    world.visit("/w/b");
    CHECK_FALSE(world.read());
    CHECK_FALSE(world.has("/w/a"));
    CHECK(world.has("/w/b"));
}

TEST_CASE("without room for a watch it is said once, and looks do instead") {
    Populations world;
    world.kernel.limitWatches(0);
    CHECK_FALSE(world.population.isBlind());
    world.makeWatched("/w/a");
    world.makeWatched("/w/b");
    CHECK(world.population.isBlind());
    CHECK(world.logged("watch-limit").size() == 1);
    world.visit("/w/a");
    world.read();
    CHECK(world.has("/w/a"));
    world.look("/w/a");
    world.look("/w/b");
    CHECK_FALSE(world.has("/w/a"));
    CHECK(world.has("/w/b"));
}

TEST_CASE("a cgroup that found no room for a watch gets one at a later look") {
    Populations world;
    world.kernel.limitWatches(0);
    world.makeWatched("/w/a");
    world.kernel.limitWatches(1);
    world.look("/w/a");
    world.visit("/w/a");
    world.read();
    CHECK_FALSE(world.has("/w/a"));
}

TEST_CASE("when a deferred release is due is told once") {
    Populations world;
    world.conf("[rule w]\nhierarchy = unified\npath = /w/**\npolicy = always\nlinger = 7s\n");
    CHECK(world.population.takeDueMs() == INT64_MAX);
    const auto id = world.makeWatched("/w/a");
    world.visit("/w/a");
    world.read();
    CHECK(world.entry(id).reason == "lingering");
    CHECK(world.population.takeDueMs() == world.kernel.bootTimeMs() + 7'000);
    CHECK(world.population.takeDueMs() == INT64_MAX);
}

TEST_CASE("a marked cgroup is kept though it was seen to become empty") {
    Populations world;
    world.makeWatched("/w/a");
    world.kernel.setXattrOf(world.kernel.cgroupDirectory(kUnified, "/w/a"), kKeepByRoot, "1");
    world.visit("/w/a");
    world.read();
    CHECK(world.has("/w/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a conf that was not taken is not in force, whatever is released meanwhile") {
    Populations world;
    world.makeWatched("/w/a");
    world.makeWatched("/w/b");
    world.kernel.writeFile("/etc/cgprune/cgprune.conf", "[rule w\n");
    for (const char* path : {"/w/a", "/w/b"}) world.visit(path);
    world.read();
    CHECK_FALSE(world.has("/w/a"));
    CHECK_FALSE(world.has("/w/b"));
    CHECK(world.context.conf.errors.empty());
}

TEST_CASE("nothing below the mount is open after a look, so that it can be unmounted") {
    Populations world;
    world.makeWatched("/w/a");
    CHECK(world.kernel.openFds() == std::vector<int>{world.population.fd()});
}

}  // namespace prune::test

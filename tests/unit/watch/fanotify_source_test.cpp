// SPDX-License-Identifier: MIT
// What one fanotify mark tells of a hierarchy's tree.
#include <cerrno>

#include "support/failing_system.h"
#include "unit/watch/tree_world.h"

namespace prune::test {

namespace {

struct Marked : TreeWorld {
    Marked() {
        kernel.hasFanotify = true;
        kernel.makeCgroup(kFreezer, "/p/q");
        auto opened = openFanotifySource(system, hierarchy);
        REQUIRE(opened.ok());
        source = std::move(opened.value());
    }
};

}  // namespace

TEST_CASE("fanotify tells of a cgroup made anywhere in the tree, with its maker") {
    Marked tree;
    tree.tasks.start(700, 100);
    tree.kernel.setMaker(700);
    for (const char* path : {"/a", "/p/q/a"}) {
        tree.kernel.makeCgroup(kFreezer, path);
        const auto change = tree.change();
        CHECK(change.what == What::made);
        CHECK(change.path == path);
        CHECK(change.maker.valid());
    }
    CHECK(tree.source->coversAll());
}

TEST_CASE("a maker that has ended before it is told is none") {
    Marked tree;
    tree.tasks.start(700, 100);
    tree.kernel.setMaker(700);
    tree.kernel.makeCgroup(kFreezer, "/a");
    tree.tasks.end(700);
    CHECK_FALSE(tree.change().maker.valid());
}

TEST_CASE("fanotify tells nothing of another hierarchy") {
    Marked tree;
    tree.make("/w/a");
    CHECK(tree.changes().empty());
}

TEST_CASE("fanotify tells of a removed cgroup by path and id") {
    Marked tree;
    const auto id = tree.kernel.makeCgroup(kFreezer, "/p/a");
    tree.changes();
    REQUIRE(tree.kernel.removeCgroup(kFreezer, "/p/a") == 0);
    const auto change = tree.change();
    CHECK(change.what == What::removed);
    CHECK(change.path == "/p/a");
    CHECK(change.id == id);
}

TEST_CASE("a cgroup whose parent is gone when its removal is told has an id and no path") {
    Marked tree;
    const auto id = tree.kernel.cgroupId(kFreezer, "/p/q");
    for (const char* path : {"/p/q", "/p"}) REQUIRE(tree.kernel.removeCgroup(kFreezer, path) == 0);
    const auto all = tree.changes();
    REQUIRE(all.size() == 2);
    CHECK(all[0].what == What::removed);
    CHECK(all[0].path.empty());
    CHECK(all[0].id == id);
    CHECK(all[1].path == "/p");
}

TEST_CASE("fanotify tells of a rename with both paths") {
    Marked tree;
    REQUIRE(tree.kernel.renameCgroup(kFreezer, "/p/q", "r") == 0);
    const auto change = tree.change();
    CHECK(change.what == What::renamed);
    CHECK(change.path == "/p/q");
    CHECK(change.newPath == "/p/r");
}

TEST_CASE("fanotify tells that a directory or its cgroup.procs has another owner") {
    Marked tree;
    for (const auto& path : {tree.directory("/p/q"), tree.directory("/p/q") + "/cgroup.procs"}) {
        tree.kernel.setOwner(path, 1000);
        const auto change = tree.change();
        CHECK(change.what == What::ownerOrMode);
        CHECK(change.path == "/p/q");
    }
}

TEST_CASE("fanotify's word of another file in a cgroup is passed over") {
    Marked tree;
    tree.kernel.setOwner(tree.directory("/p/q") + "/tasks", 1000);
    tree.kernel.makeCgroup(kFreezer, "/a");
    CHECK(tree.change().path == "/a");
}

TEST_CASE("an overflow of fanotify is told as lost") {
    Marked tree;
    tree.kernel.limitEvents(1);
    for (const char* path : {"/a", "/b", "/c"}) tree.kernel.makeCgroup(kFreezer, path);
    const auto all = tree.changes();
    REQUIRE(all.size() == 2);
    CHECK(all[0].path == "/a");
    CHECK(all[1].what == What::lost);
    CHECK(all[1].path.empty());
}

TEST_CASE("covering a cgroup costs nothing where the whole tree is marked") {
    Marked tree;
    CHECK(tree.source->cover(-1, "/p").ok());
    tree.source->uncover("/p");
    tree.source->renamed("/p", "/z");
    CHECK(tree.kernel.watches() == 0);
}

TEST_CASE("a kernel without fanotify for cgroups is an error, and nothing stays open") {
    WatchWorld world;
    const auto hierarchy = world.open(kFreezer);
    const auto before = world.kernel.openFds();
    const auto unknown = openFanotifySource(world.system, hierarchy);
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().code == ENOSYS);
    world.kernel.hasFanotify = true;
    FailingSystem failing(world.system);
    failing.failNamed("fanotifyMark", ENODEV);
    const auto refused = openFanotifySource(failing, hierarchy);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ENODEV);
    CHECK(world.kernel.openFds() == before);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// What inotify on each directory tells of a hierarchy's tree.
#include <sys/inotify.h>

#include <cerrno>

#include "support/notify_records.h"
#include "unit/watch/tree_world.h"

namespace prune::test {

namespace {

struct InotifyTree : TreeWorld {
    InotifyTree() {
        auto opened = openInotifySource(system);
        REQUIRE(opened.ok());
        source = std::move(opened.value());
        REQUIRE(source->cover(hierarchy.root.get(), "/").ok());
    }

    void makeCovered(const std::string& path) {
        kernel.makeCgroup(kFreezer, path);
        REQUIRE(cover(path).ok());
    }
    Status cover(const std::string& path) {
        return with(kFreezer, path, [&](const Subject& subject) {
            return source->cover(subject.cgroup.directory.get(), path);
        });
    }
};

}  // namespace

TEST_CASE("inotify tells of a cgroup that is made, without its maker") {
    InotifyTree tree;
    tree.kernel.setMaker(1);
    tree.kernel.makeCgroup(kFreezer, "/a");
    const auto change = tree.change();
    CHECK(change.what == What::made);
    CHECK(change.path == "/a");
    CHECK_FALSE(change.maker.valid());
    CHECK_FALSE(tree.source->coversAll());
}

TEST_CASE("inotify tells of what is made in a covered cgroup, and only there") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.kernel.makeCgroup(kFreezer, "/b");
    tree.changes();
    tree.kernel.makeCgroup(kFreezer, "/a/x");
    tree.kernel.makeCgroup(kFreezer, "/b/x");
    CHECK(tree.change().path == "/a/x");
}

TEST_CASE("inotify tells of a removed cgroup by its path, and its id where it was covered") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.changes();
    REQUIRE(tree.kernel.removeCgroup(kFreezer, "/a") == 0);
    const auto change = tree.change();
    CHECK(change.what == What::removed);
    CHECK(change.path == "/a");
    CHECK(change.id != 0);
    CHECK(change.parentId != 0);
}

TEST_CASE("inotify tells of a rename with both paths") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.changes();
    REQUIRE(tree.kernel.renameCgroup(kFreezer, "/a", "b") == 0);
    const auto change = tree.change();
    CHECK(change.what == What::renamed);
    CHECK(change.path == "/a");
    CHECK(change.newPath == "/b");
}

TEST_CASE("what is below a renamed cgroup is told by its new path, a namesake's beginning aside") {
    InotifyTree tree;
    for (const char* path : {"/a", "/a b", "/a/x", "/a/x/y", "/ab", "/ab/x"}) tree.makeCovered(path);
    tree.changes();
    REQUIRE(tree.kernel.renameCgroup(kFreezer, "/a", "z") == 0);
    tree.changes();
    tree.source->renamed("/a", "/z");
    const std::pair<const char*, const char*> expected[] = {
        {"/z", "/z/n"}, {"/z/x/y", "/z/x/y/n"}, {"/ab", "/ab/n"}, {"/ab/x", "/ab/x/n"}, {"/a b", "/a b/n"}};
    for (const auto& [parent, path] : expected) {
        tree.kernel.makeCgroup(kFreezer, std::string(parent) + "/n");
        CHECK(tree.change().path == path);
    }
}

TEST_CASE("a cgroup renamed twice is told by its last path") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.makeCovered("/a/x");
    for (const auto& [from, to] : {std::pair("/a", "b"), std::pair("/b", "c")}) {
        REQUIRE(tree.kernel.renameCgroup(kFreezer, from, to) == 0);
        tree.source->renamed(from, std::string("/") + to);
    }
    tree.changes();
    tree.kernel.makeCgroup(kFreezer, "/c/x/n");
    CHECK(tree.change().path == "/c/x/n");
}

TEST_CASE("inotify tells that a directory or its cgroup.procs has another owner") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.changes();
    for (const auto& path : {tree.directory("/a"), tree.directory("/a") + "/cgroup.procs"}) {
        tree.kernel.setOwner(path, 1000);
        const auto change = tree.change();
        CHECK(change.what == What::ownerOrMode);
        CHECK(change.path == "/a");
    }
}

TEST_CASE("the owner of another file in a cgroup is not told") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.changes();
    tree.kernel.setOwner(tree.directory("/a") + "/tasks", 1000);
    CHECK(tree.changes().empty());
}

TEST_CASE("of a cgroup that is uncovered nothing more is told, and its watch is given back") {
    InotifyTree tree;
    tree.makeCovered("/a");
    tree.changes();
    CHECK(tree.kernel.watches() == 2);
    tree.source->uncover("/a");
    CHECK(tree.kernel.watches() == 1);
    tree.kernel.makeCgroup(kFreezer, "/a/x");
    CHECK(tree.changes().empty());
    tree.source->uncover("/a");
    tree.source->uncover("/never");
}

TEST_CASE("a cgroup made anew under a covered name is told, and followed by a rename") {
    InotifyTree tree;
    tree.makeCovered("/a");
    REQUIRE(tree.kernel.removeCgroup(kFreezer, "/a") == 0);
    // Its removal was lost, so that nobody uncovered it.
    tree.makeCovered("/a");
    CHECK(tree.kernel.watches() == 2);
    tree.changes();
    REQUIRE(tree.kernel.renameCgroup(kFreezer, "/a", "b") == 0);
    tree.source->renamed("/a", "/b");
    tree.changes();
    tree.kernel.makeCgroup(kFreezer, "/b/n");
    CHECK(tree.change().path == "/b/n");
}

TEST_CASE("an overflow is told as lost, and what was queued before it too") {
    InotifyTree tree;
    tree.kernel.limitEvents(1);
    for (const char* path : {"/a", "/b", "/c"}) tree.kernel.makeCgroup(kFreezer, path);
    const auto all = tree.changes();
    REQUIRE(all.size() == 2);
    CHECK(all[0].what == What::made);
    CHECK(all[1].what == What::lost);
}

TEST_CASE("that no more directories can be watched is ENOSPC and names the cgroup") {
    InotifyTree tree;
    tree.kernel.makeCgroup(kFreezer, "/a");
    tree.kernel.limitWatches(1);
    const auto covered = tree.cover("/a");
    REQUIRE_FALSE(covered.ok());
    CHECK(covered.error().code == ENOSPC);
    CHECK(covered.error().doing == "watch cgroup /a");
}

TEST_CASE("without a descriptor for inotify the source cannot be opened") {
    WatchWorld world;
    world.kernel.hasInotify = false;
    const auto opened = openInotifySource(world.system);
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == EMFILE);
}

}  // namespace prune::test

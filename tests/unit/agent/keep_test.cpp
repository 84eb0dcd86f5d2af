// SPDX-License-Identifier: MIT
#include "prune/keep.h"

#include <sys/file.h>

#include <cerrno>

#include "cgroup/hierarchy.h"
#include "cgroup/state.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

constexpr const char* kHierarchy = "freezer";
constexpr const char* kMount = "/sys/fs/cgroup/freezer";

/// A hierarchy with the cgroup /a, held open.
struct KeepWorld {
    KeepWorld() {
        memory.addHierarchy(kHierarchy, kMount);
        memory.makeCgroup(kHierarchy, "/a");
        auto hierarchy = openHierarchy(memory, {kHierarchy, kMount, false});
        auto opened = openCgroup(memory, hierarchy.value().root.get(), CgroupPath::parse("/a").value());
        cgroup = std::move(*opened.value());
    }

    std::string directory() { return memory.cgroupDirectory(kHierarchy, "/a"); }
    bool isMarked(const char* name) { return memory.xattr(directory(), name).has_value(); }

    MemorySystem memory;
    OpenCgroup cgroup;
};

}  // namespace

TEST_CASE("keep sets root's mark, and says that it changed something") {
    KeepWorld world;
    const auto change = setKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(change.ok());
    CHECK(change.value().changed);
    CHECK_FALSE(change.value().withoutLock);
    CHECK(world.isMarked(kKeepByRoot));
    CHECK_FALSE(world.isMarked(kKeepByOwner));
}

TEST_CASE("keep as owner sets the other mark") {
    KeepWorld world;
    REQUIRE(setKeep(world.memory, world.cgroup, KeepMark::owner).ok());
    CHECK(world.isMarked(kKeepByOwner));
    CHECK_FALSE(world.isMarked(kKeepByRoot));
}

TEST_CASE("keep of what is kept leaves the value that is there") {
    KeepWorld world;
    world.memory.setXattrOf(world.directory(), kKeepByRoot, "by another tool");
    const auto change = setKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(change.ok());
    CHECK_FALSE(change.value().changed);
    CHECK(world.memory.xattr(world.directory(), kKeepByRoot) == "by another tool");
}

TEST_CASE("unkeep takes the mark away, once") {
    KeepWorld world;
    REQUIRE(setKeep(world.memory, world.cgroup, KeepMark::root).ok());
    const auto first = removeKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(first.ok());
    CHECK(first.value().changed);
    CHECK_FALSE(world.isMarked(kKeepByRoot));
    const auto second = removeKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(second.ok());
    CHECK_FALSE(second.value().changed);
}

TEST_CASE("keep waits for who holds the lock, and then has it") {
    KeepWorld world;
    world.memory.lock(world.directory());
    world.memory.at(world.memory.bootTimeMs() + 300, [&] { world.memory.unlock(world.directory()); });
    const auto change = setKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(change.ok());
    CHECK_FALSE(change.value().withoutLock);
    CHECK(world.isMarked(kKeepByRoot));
}

TEST_CASE("keep does without the lock when it is held for longer than a second, and says so") {
    KeepWorld world;
    world.memory.lock(world.directory());
    const auto change = setKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(change.ok());
    CHECK(change.value().withoutLock);
    CHECK(world.isMarked(kKeepByRoot));
}

TEST_CASE("a manager's shared lock is no hindrance to keep") {
    KeepWorld world;
    world.memory.lock(world.directory(), false);
    const auto change = setKeep(world.memory, world.cgroup, KeepMark::root);
    REQUIRE(change.ok());
    CHECK_FALSE(change.value().withoutLock);
}

TEST_CASE("keep gives the lock back") {
    KeepWorld world;
    REQUIRE(setKeep(world.memory, world.cgroup, KeepMark::root).ok());
    const auto hierarchy = openHierarchy(world.memory, {kHierarchy, kMount, false});
    const auto again =
        openCgroup(world.memory, hierarchy.value().root.get(), CgroupPath::parse("/a").value());
    CHECK(world.memory.lockFd(again.value()->directory.get(), LOCK_EX | LOCK_NB) == 0);
}

TEST_CASE("keep of a cgroup that was removed meanwhile fails") {
    KeepWorld world;
    REQUIRE(world.memory.removeCgroup(kHierarchy, "/a") == 0);
    for (const auto change : {setKeep, removeKeep}) {
        const auto changed = change(world.memory, world.cgroup, KeepMark::root);
        REQUIRE_FALSE(changed.ok());
        CHECK(changed.error().code == ENOENT);
    }
}

TEST_CASE("keep says why a mark could not be set or taken away") {
    KeepWorld world;
    FailingSystem failing(world.memory);
    failing.failNamed("setXattr", EPERM);
    failing.failNamed("removeXattr", EACCES);
    const auto set = setKeep(failing, world.cgroup, KeepMark::root);
    REQUIRE_FALSE(set.ok());
    CHECK(set.error().text() == "mark cgroup a: Operation not permitted (errno 1)");
    const auto removed = removeKeep(failing, world.cgroup, KeepMark::root);
    REQUIRE_FALSE(removed.ok());
    CHECK(removed.error().text() == "take the mark from cgroup a: Permission denied (errno 13)");
}

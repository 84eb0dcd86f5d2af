// SPDX-License-Identifier: MIT
/// What rmdir and its like say in a v1 hierarchy: the double against the real kernel.
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

/// A world with a cgroup "a" in it, and the root open.
template <class World>
class WithCgroup {
public:
    WithCgroup() {
        if (!world.ready()) return;
        root = openDirectory(world.system, world.path);
        REQUIRE(world.system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    }
    bool ready() const { return world.ready(); }

    World world;
    System& system = world.system;
    const std::string& why = world.why;
    const std::string& path = world.path;
    Fd root;
};

}  // namespace

#define CGROUP_TEST(sentence) \
    TEMPLATE_TEST_CASE(sentence, "[sys][cgroup]", WithCgroup<RealHierarchy>, WithCgroup<MemoryHierarchy>)

CGROUP_TEST("an empty cgroup goes with one rmdir") {
    TestType t;
    SKIP_UNLESS_READY(t);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    FileStat known;
    CHECK(t.system.statAt(t.root.get(), "a", 0, known) == -ENOENT);
}

CGROUP_TEST("rmdir of a cgroup with a child is EBUSY, not ENOTEMPTY") {
    TestType t;
    SKIP_UNLESS_READY(t);
    REQUIRE(t.system.makeDirectoryAt(t.root.get(), "a/b", 0755) == 0);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == -EBUSY);
    REQUIRE(t.system.unlinkAt(t.root.get(), "a/b", AT_REMOVEDIR) == 0);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
}

CGROUP_TEST("rmdir of the root is EBUSY") {
    TestType t;
    SKIP_UNLESS_READY(t);
    CHECK(t.system.unlinkAt(AT_FDCWD, t.path.c_str(), AT_REMOVEDIR) == -EBUSY);
}

CGROUP_TEST("rmdir of a cgroup with a mount on it is EBUSY") {
    TestType t;
    SKIP_UNLESS_READY(t);
    t.world.mountOn(t.path + "/a");
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == -EBUSY);
    t.world.unmount(t.path + "/a");
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
}

CGROUP_TEST("rmdir of a control file is ENOTDIR, and unlink of one EPERM") {
    TestType t;
    SKIP_UNLESS_READY(t);
    CHECK(t.system.unlinkAt(t.root.get(), "a/cgroup.procs", AT_REMOVEDIR) == -ENOTDIR);
    CHECK(t.system.unlinkAt(t.root.get(), "a/cgroup.procs", 0) == -EPERM);
}

CGROUP_TEST("unlink of a cgroup is refused") {
    TestType t;
    SKIP_UNLESS_READY(t);
    CHECK(t.system.unlinkAt(t.root.get(), "a", 0) == -EISDIR);
}

CGROUP_TEST("rmdir of a cgroup that is gone is ENOENT") {
    TestType t;
    SKIP_UNLESS_READY(t);
    REQUIRE(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == -ENOENT);
}

CGROUP_TEST("rmdir of dots is refused") {
    TestType t;
    SKIP_UNLESS_READY(t);
    CHECK(t.system.unlinkAt(t.root.get(), ".", AT_REMOVEDIR) == -EINVAL);
    CHECK(t.system.unlinkAt(t.root.get(), "a/..", AT_REMOVEDIR) == -ENOTEMPTY);
}

CGROUP_TEST("on a read-only mount rmdir is EROFS, even of what is not there") {
    TestType t;
    SKIP_UNLESS_READY(t);
    t.world.setReadOnly(true);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == -EROFS);
    CHECK(t.system.unlinkAt(t.root.get(), "none", AT_REMOVEDIR) == -EROFS);
    CHECK(t.system.makeDirectoryAt(t.root.get(), "b", 0755) == -EROFS);
    CHECK(t.system.openAt(t.root.get(), "a/notify_on_release", O_WRONLY) == -EROFS);
    t.world.setReadOnly(false);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
}

CGROUP_TEST("on a read-only mount extended attributes are EROFS") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd fd = openDirectory(t.system, t.path + "/a");
    t.world.setReadOnly(true);
    CHECK(t.system.setXattr(fd.get(), "trusted.cgprune.keep", "1") == -EROFS);
    CHECK(t.system.removeXattr(fd.get(), "trusted.cgprune.keep") == -EROFS);
    t.world.setReadOnly(false);
}

CGROUP_TEST("a removed cgroup that is still open has no files, no list and takes no child") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd fd = openDirectory(t.system, t.path + "/a");
    REQUIRE(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    char buffer[512];
    CHECK(t.system.openAt(fd.get(), "cgroup.procs", O_RDONLY) == -ENOENT);
    CHECK(t.system.openBeneath(fd.get(), "cgroup.procs", O_RDONLY) == -ENOENT);
    CHECK(t.system.readDirectory(fd.get(), buffer, sizeof buffer) == -ENOENT);
    CHECK(t.system.makeDirectoryAt(fd.get(), "b", 0755) == -ENOENT);
}

CGROUP_TEST("files of a cgroup that were open when it went are ENODEV") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd procs = openFile(t.system, t.root.get(), "a/cgroup.procs");
    const Fd flag = openFile(t.system, t.root.get(), "a/notify_on_release", O_RDWR);
    REQUIRE(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    char buffer[64];
    CHECK(t.system.readFd(procs.get(), buffer, sizeof buffer) == -ENODEV);
    CHECK(t.system.readFd(flag.get(), buffer, sizeof buffer) == -ENODEV);
    CHECK(t.system.writeFd(flag.get(), "1") == -ENODEV);
}

CGROUP_TEST("an open descriptor or a held flock does not hold a cgroup") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd fd = openDirectory(t.system, t.path + "/a");
    CHECK(t.system.lockFd(fd.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    CHECK(t.system.lockFd(fd.get(), LOCK_UN) == 0);
}

CGROUP_TEST("the path of an open cgroup says that it was deleted") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd fd = openDirectory(t.system, t.path + "/a");
    CHECK(pathBehindFd(t.system, fd.get()) == t.path + "/a");
    REQUIRE(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    CHECK(pathBehindFd(t.system, fd.get()) == t.path + "/a (deleted)");
}

CGROUP_TEST("a cgroup made anew under the same name is another one") {
    TestType t;
    SKIP_UNLESS_READY(t);
    const Fd old = openDirectory(t.system, t.path + "/a");
    REQUIRE(t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR) == 0);
    REQUIRE(t.system.makeDirectoryAt(t.root.get(), "a", 0755) == 0);
    CHECK(t.system.openAt(old.get(), "cgroup.procs", O_RDONLY) == -ENOENT);
    FileStat before;
    FileStat now;
    REQUIRE(t.system.statFd(old.get(), before) == 0);
    REQUIRE(t.system.statAt(t.root.get(), "a", 0, now) == 0);
    CHECK(now.inode > before.inode);
}

CGROUP_TEST("a user without rights can remove neither root's cgroup nor its own inside root's") {
    TestType t;
    SKIP_UNLESS_READY(t);
    REQUIRE(t.system.makeDirectoryAt(t.root.get(), "own", 0755) == 0);
    t.world.setOwner(t.path + "/own", 65534);
    int roots = 0;
    int own = 0;
    t.world.asUser(65534, [&] {
        roots = t.system.unlinkAt(t.root.get(), "a", AT_REMOVEDIR);
        own = t.system.unlinkAt(t.root.get(), "own", AT_REMOVEDIR);
    });
    CHECK(roots == -EACCES);
    CHECK(own == -EACCES);
}

CGROUP_TEST("a user can make, flag and remove cgroups inside one that it owns") {
    TestType t;
    SKIP_UNLESS_READY(t);
    t.world.setOwner(t.path + "/a", 65534);
    int made = -1;
    int removed = -1;
    FileStat flag;
    t.world.asUser(65534, [&] {
        made = t.system.makeDirectoryAt(t.root.get(), "a/b", 0755);
        t.system.statAt(t.root.get(), "a/b/notify_on_release", 0, flag);
        removed = t.system.unlinkAt(t.root.get(), "a/b", AT_REMOVEDIR);
    });
    CHECK(made == 0);
    CHECK(flag.owner == 65534);
    CHECK(removed == 0);
}

}  // namespace prune

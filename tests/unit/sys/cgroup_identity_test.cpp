// SPDX-License-Identifier: MIT
/// What names a cgroup, and what it keeps across a rename: the double against the real kernel.
#include <linux/magic.h>
#include <sys/stat.h>

#include <cstring>

#include "sys/constants.h"
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

std::uint64_t inodeOf(System& system, int directory, const char* path) {
    FileStat known;
    REQUIRE(system.statAt(directory, path, 0, known) == 0);
    return known.inode;
}

std::uint32_t linksOf(System& system, int directory, const char* path) {
    FileStat known;
    REQUIRE(system.statAt(directory, path, 0, known) == 0);
    return known.links;
}

FileHandle handleOf(System& system, const Fd& fd) {
    FileHandle handle;
    REQUIRE(system.handleOf(fd.get(), handle) == 0);
    return handle;
}

std::string xattrOf(System& system, int fd, const char* name) {
    char buffer[64];
    const ssize_t size = system.getXattr(fd, name, buffer, sizeof buffer);
    return size < 0 ? "(none)" : std::string(buffer, static_cast<std::size_t>(size));
}

}  // namespace

HIERARCHY_TEST("the root of a hierarchy has inode 1 and the filesystem type of cgroups") {
    TestType world;
    OPEN_ROOT(world);
    FileStat known;
    REQUIRE(system.statFd(root.get(), known) == 0);
    CHECK(known.inode == kCgroupRootId);
    CHECK(known.mode == (S_IFDIR | 0555));
    std::uint64_t type = 0;
    REQUIRE(system.filesystemType(root.get(), type) == 0);
    CHECK(type == CGROUP_SUPER_MAGIC);
}

HIERARCHY_TEST("link counts tell how many children there are") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(linksOf(system, root.get(), ".") == 2);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    CHECK(linksOf(system, root.get(), ".") == 3);
    CHECK(linksOf(system, root.get(), "a") == 2);
    REQUIRE(system.makeDirectoryAt(root.get(), "a/b", 0755) == 0);
    REQUIRE(system.makeDirectoryAt(root.get(), "a/c", 0755) == 0);
    CHECK(linksOf(system, root.get(), "a") == 4);
    REQUIRE(system.unlinkAt(root.get(), "a/b", AT_REMOVEDIR) == 0);
    CHECK(linksOf(system, root.get(), "a") == 3);
}

HIERARCHY_TEST("ids grow and are not used twice") {
    TestType world;
    OPEN_ROOT(world);
    std::uint64_t last = 1;
    for (int i = 0; i < 5; ++i) {
        REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
        const auto id = inodeOf(system, root.get(), "a");
        CHECK(id > last);
        last = id;
        REQUIRE(system.unlinkAt(root.get(), "a", AT_REMOVEDIR) == 0);
    }
}

HIERARCHY_TEST("a file handle is the id in eight bytes") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    const Fd fd = openDirectory(system, world.path + "/a");
    const auto handle = handleOf(system, fd);
    std::uint64_t id = 0;
    std::memcpy(&id, handle.bytes, sizeof id);
    CHECK(handle.type == kKernfsHandleType);
    CHECK(handle.size == kKernfsHandleSize);
    CHECK(id == inodeOf(system, root.get(), "a"));
}

HIERARCHY_TEST("a handle can be had of a path-only descriptor") {
    TestType world;
    OPEN_ROOT(world);
    const Fd fd = openFile(system, AT_FDCWD, world.path, O_PATH | O_DIRECTORY);
    CHECK(handleOf(system, fd).type == kKernfsHandleType);
}

HIERARCHY_TEST("a handle made by hand from the id opens the cgroup") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    const std::uint64_t id = inodeOf(system, root.get(), "a");
    FileHandle handle;
    handle.type = kKernfsHandleType;
    handle.size = kKernfsHandleSize;
    std::memcpy(handle.bytes, &id, sizeof id);
    const Fd fd(system, system.openHandle(root.get(), handle, O_RDONLY | O_DIRECTORY));
    REQUIRE(fd.valid());
    FileStat known;
    REQUIRE(system.statFd(fd.get(), known) == 0);
    CHECK(known.inode == id);
    CHECK(pathBehindFd(system, fd.get()) == world.path + "/a");
}

HIERARCHY_TEST("a handle of a removed cgroup is ESTALE, also where its name is used again") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    const auto handle = handleOf(system, openDirectory(system, world.path + "/a"));
    REQUIRE(system.unlinkAt(root.get(), "a", AT_REMOVEDIR) == 0);
    CHECK(system.openHandle(root.get(), handle, O_RDONLY) == -ESTALE);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    CHECK(system.openHandle(root.get(), handle, O_RDONLY) == -ESTALE);
}

HIERARCHY_TEST("a handle of an id that never was is ESTALE") {
    TestType world;
    OPEN_ROOT(world);
    FileHandle handle;
    handle.type = kKernfsHandleType;
    handle.size = kKernfsHandleSize;
    const std::uint64_t id = GENERATE(0U, 1'000'000U);
    std::memcpy(handle.bytes, &id, sizeof id);
    CHECK(system.openHandle(root.get(), handle, O_RDONLY) == -ESTALE);
}

HIERARCHY_TEST("a user without rights cannot open handles") {
    TestType world;
    OPEN_ROOT(world);
    const auto handle = handleOf(system, root);
    int result = 0;
    world.asUser(65534, [&] { result = system.openHandle(root.get(), handle, O_RDONLY); });
    CHECK(result == -EPERM);
}

HIERARCHY_TEST("a handle and an open descriptor follow a rename, and id and marks stay") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    const Fd fd = openDirectory(system, world.path + "/a");
    const auto id = inodeOf(system, root.get(), "a");
    REQUIRE(system.setXattr(fd.get(), "trusted.cgprune.keep", "1") == 0);
    REQUIRE(system.renameAt(root.get(), "a", root.get(), "b") == 0);
    const Fd again(system, system.openHandle(root.get(), handleOf(system, fd), O_RDONLY));
    REQUIRE(again.valid());
    CHECK(pathBehindFd(system, again.get()) == world.path + "/b");
    CHECK(pathBehindFd(system, fd.get()) == world.path + "/b");
    CHECK(inodeOf(system, root.get(), "b") == id);
    CHECK(xattrOf(system, again.get(), "trusted.cgprune.keep") == "1");
}

HIERARCHY_TEST("a rename into another parent, over a cgroup, or to a name with a newline is refused") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    REQUIRE(system.makeDirectoryAt(root.get(), "b", 0755) == 0);
    CHECK(system.renameAt(root.get(), "a", root.get(), "b/a") == -EIO);
    CHECK(system.renameAt(root.get(), "a", root.get(), "b") == -EEXIST);
    CHECK(system.renameAt(root.get(), "a", root.get(), "a\nb") == -EINVAL);
    CHECK(system.renameAt(root.get(), "none", root.get(), "c") == -ENOENT);
    CHECK(system.renameAt(root.get(), "a/tasks", root.get(), "a/t") == -ENOTDIR);
}

HIERARCHY_TEST("names can hold anything but a slash, NUL and newline") {
    TestType world;
    OPEN_ROOT(world);
    for (const char* name : {"a b", "x (deleted)", "-rf", "$(id)", "\xff\xfe", "\x1b[31m", "...", "q\"\\"}) {
        INFO(name);
        CHECK(system.makeDirectoryAt(root.get(), name, 0755) == 0);
        CHECK(system.unlinkAt(root.get(), name, AT_REMOVEDIR) == 0);
    }
    CHECK(system.makeDirectoryAt(root.get(), "a\nb", 0755) == -EINVAL);
}

// --- flock ---

HIERARCHY_TEST("a cgroup can be locked through a descriptor for reading, not through a path-only one") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(system.lockFd(root.get(), LOCK_EX | LOCK_NB) == 0);
    const Fd pathOnly = openFile(system, AT_FDCWD, world.path, O_PATH | O_DIRECTORY);
    CHECK(system.lockFd(pathOnly.get(), LOCK_EX | LOCK_NB) == -EBADF);
}

HIERARCHY_TEST("shared locks go together, an exclusive one goes alone") {
    TestType world;
    OPEN_ROOT(world);
    const Fd other = openDirectory(system, world.path);
    const Fd third = openDirectory(system, world.path);
    CHECK(system.lockFd(root.get(), LOCK_SH | LOCK_NB) == 0);
    CHECK(system.lockFd(other.get(), LOCK_SH | LOCK_NB) == 0);
    CHECK(system.lockFd(third.get(), LOCK_EX | LOCK_NB) == -EWOULDBLOCK);
    CHECK(system.lockFd(root.get(), LOCK_UN) == 0);
    CHECK(system.lockFd(other.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(system.lockFd(root.get(), LOCK_SH | LOCK_NB) == -EWOULDBLOCK);
}

HIERARCHY_TEST("closing a descriptor gives its lock back") {
    TestType world;
    OPEN_ROOT(world);
    Fd other = openDirectory(system, world.path);
    REQUIRE(system.lockFd(other.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(system.lockFd(root.get(), LOCK_EX | LOCK_NB) == -EWOULDBLOCK);
    other.reset();
    CHECK(system.lockFd(root.get(), LOCK_EX | LOCK_NB) == 0);
}

// --- Extended attributes ---

HIERARCHY_TEST("marks are set, read, measured and removed") {
    TestType world;
    OPEN_ROOT(world);
    const char* name = GENERATE("trusted.cgprune.keep", "user.cgprune.keep");
    char buffer[64];
    CHECK(system.getXattr(root.get(), name, buffer, sizeof buffer) == -ENODATA);
    CHECK(system.removeXattr(root.get(), name) == -ENODATA);
    CHECK(system.setXattr(root.get(), name, "yes") == 0);
    CHECK(xattrOf(system, root.get(), name) == "yes");
    CHECK(system.getXattr(root.get(), name, nullptr, 0) == 3);
    CHECK(system.getXattr(root.get(), name, buffer, 2) == -ERANGE);
    CHECK(system.setXattr(root.get(), name, "") == 0);
    CHECK(system.getXattr(root.get(), name, buffer, sizeof buffer) == 0);
    CHECK(system.removeXattr(root.get(), name) == 0);
    CHECK(xattrOf(system, root.get(), name) == "(none)");
}

HIERARCHY_TEST("the value of a mark is read whole, however long it is") {
    TestType world;
    OPEN_ROOT(world);
    const std::string value = GENERATE(std::string(), std::string(3'000, 'x'));
    REQUIRE(system.setXattr(root.get(), "trusted.x", value) == 0);
    const auto read = readXattr(system, root.get(), "trusted.x");
    REQUIRE(read.ok());
    CHECK(read.value() == value);
    CHECK(system.removeXattr(root.get(), "trusted.x") == 0);
    const auto none = readXattr(system, root.get(), "trusted.x");
    REQUIRE(none.ok());
    CHECK_FALSE(none.value());
}

HIERARCHY_TEST("marks are not inherited, and go with the cgroup") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    REQUIRE(system.setXattr(openDirectory(system, world.path + "/a").get(), "trusted.x", "1") == 0);
    REQUIRE(system.makeDirectoryAt(root.get(), "a/b", 0755) == 0);
    CHECK(xattrOf(system, openDirectory(system, world.path + "/a/b").get(), "trusted.x") == "(none)");
    REQUIRE(system.unlinkAt(root.get(), "a/b", AT_REMOVEDIR) == 0);
    REQUIRE(system.unlinkAt(root.get(), "a", AT_REMOVEDIR) == 0);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    CHECK(xattrOf(system, openDirectory(system, world.path + "/a").get(), "trusted.x") == "(none)");
}

HIERARCHY_TEST("marks of an unknown kind, and marks through a path-only descriptor, are refused") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(system.setXattr(root.get(), "other.x", "1") == -EOPNOTSUPP);
    const Fd pathOnly = openFile(system, AT_FDCWD, world.path, O_PATH | O_DIRECTORY);
    char buffer[8];
    CHECK(system.setXattr(pathOnly.get(), "trusted.x", "1") == -EBADF);
    CHECK(system.getXattr(pathOnly.get(), "trusted.x", buffer, sizeof buffer) == -EBADF);
}

HIERARCHY_TEST("an owner can set user marks on its cgroup, but no trusted ones, and none on root's") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "own", 0755) == 0);
    world.setOwner(world.path + "/own", 65534);
    const Fd own = openDirectory(system, world.path + "/own");
    REQUIRE(system.setXattr(own.get(), "trusted.x", "1") == 0);
    char buffer[8];
    int results[5] = {};
    ssize_t seen = 0;
    world.asUser(65534, [&] {
        results[0] = system.setXattr(own.get(), "user.x", "1");
        results[1] = system.setXattr(own.get(), "trusted.y", "1");
        results[2] = system.removeXattr(own.get(), "trusted.x");
        results[3] = system.setXattr(root.get(), "user.x", "1");
        results[4] = system.removeXattr(own.get(), "user.x");
        seen = system.getXattr(own.get(), "trusted.x", buffer, sizeof buffer);
    });
    CHECK(results[0] == 0);
    CHECK(results[1] == -EPERM);
    CHECK(results[2] == -EPERM);
    CHECK(results[3] == -EACCES);
    CHECK(results[4] == 0);
    CHECK(seen == -ENODATA);
    CHECK(xattrOf(system, own.get(), "trusted.x") == "1");
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Opening and path resolution: the double against the real kernel.
#include <sys/stat.h>

#include "support/failing_system.h"
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

/// sub/file, link -> sub, dangling -> none, up -> .., loop -> loop
template <class Folder>
class WithTree {
public:
    WithTree() : top(openDirectory(folder.system, folder.path)) {
        REQUIRE(system.makeDirectoryAt(top.get(), "sub", 0755) == 0);
        const Fd sub = openDirectory(system, path + "/sub");
        REQUIRE(writeWhole(system, sub.get(), "file", "text", 0644).ok());
        REQUIRE(system.symlinkAt("sub", top.get(), "link") == 0);
        REQUIRE(system.symlinkAt("none", top.get(), "dangling") == 0);
        REQUIRE(system.symlinkAt("..", top.get(), "up") == 0);
        REQUIRE(system.symlinkAt("loop", top.get(), "loop") == 0);
    }

    /// 0 or -errno of an open, closed again.
    int tryOpen(const char* name, int flags) { return closed(system.openAt(top.get(), name, flags, 0644)); }
    int tryBeneath(const char* name, int flags) { return closed(system.openBeneath(top.get(), name, flags)); }

    Folder folder;
    System& system = folder.system;
    std::string path = folder.path;
    Fd top;

private:
    int closed(int fd) {
        const Fd closing(system, fd);
        return fd < 0 ? fd : 0;
    }
};

}  // namespace

#define TREE_TEST(sentence) \
    TEMPLATE_TEST_CASE(sentence, "[sys][open]", WithTree<RealFolder>, WithTree<MemoryFolder>)

TREE_TEST("openAt tells what is missing and what is no directory") {
    TestType t;
    CHECK(t.tryOpen("none", O_RDONLY) == -ENOENT);
    CHECK(t.tryOpen("none/file", O_RDONLY) == -ENOENT);
    CHECK(t.tryOpen("", O_RDONLY) == -ENOENT);
    CHECK(t.tryOpen("sub/file/x", O_RDONLY) == -ENOTDIR);
    CHECK(t.tryOpen("sub/file/", O_RDONLY) == -ENOTDIR);
    CHECK(t.tryOpen("sub/file", O_RDONLY | O_DIRECTORY) == -ENOTDIR);
    CHECK(t.tryOpen("sub//./file", O_RDONLY) == 0);
    CHECK(t.tryOpen("sub/../sub/file", O_RDONLY) == 0);
}

TREE_TEST("a descriptor that is not open, or no directory, cannot be a start") {
    TestType t;
    const Fd file = openFile(t.system, t.top.get(), "sub/file");
    CHECK(t.system.openAt(999, "sub", O_RDONLY) == -EBADF);
    CHECK(t.system.openAt(file.get(), "sub", O_RDONLY) == -ENOTDIR);
}

TREE_TEST("openAt follows symlinks, unless told not to") {
    TestType t;
    CHECK(t.tryOpen("link/file", O_RDONLY) == 0);
    CHECK(t.tryOpen("link", O_RDONLY | O_DIRECTORY) == 0);
    CHECK(t.tryOpen("link", O_RDONLY | O_NOFOLLOW) == -ELOOP);
    CHECK(t.tryOpen("link/file", O_RDONLY | O_NOFOLLOW) == 0);
    CHECK(t.tryOpen("link", O_PATH | O_NOFOLLOW) == 0);
    CHECK(t.tryOpen("dangling", O_RDONLY) == -ENOENT);
    CHECK(t.tryOpen("loop", O_RDONLY) == -ELOOP);
}

TREE_TEST("a symlink is not taken for a directory where it may not be followed") {
    TestType t;
    CHECK(t.tryOpen("link", O_RDONLY | O_DIRECTORY | O_NOFOLLOW) == -ENOTDIR);
}

TREE_TEST("O_CREAT makes a file once with O_EXCL, and opens one that is there without") {
    TestType t;
    CHECK(t.tryOpen("new", O_WRONLY | O_CREAT | O_EXCL) == 0);
    CHECK(t.tryOpen("new", O_WRONLY | O_CREAT | O_EXCL) == -EEXIST);
    CHECK(t.tryOpen("new", O_WRONLY | O_CREAT) == 0);
    CHECK(t.tryOpen("dangling", O_WRONLY | O_CREAT | O_EXCL) == -EEXIST);
    CHECK(t.tryOpen("sub", O_RDONLY | O_CREAT) == -EISDIR);
    CHECK(t.tryOpen("none/new", O_WRONLY | O_CREAT) == -ENOENT);
}

TREE_TEST("O_CREAT through a dangling symlink makes what it leads to") {
    TestType t;
    CHECK(t.tryOpen("dangling", O_WRONLY | O_CREAT) == 0);
    CHECK(textIn(t.system, t.path + "/none").empty());
}

TREE_TEST("a directory cannot be opened for writing") {
    TestType t;
    CHECK(t.tryOpen("sub", O_WRONLY) == -EISDIR);
    CHECK(t.tryOpen("sub", O_RDWR) == -EISDIR);
}

TREE_TEST("O_TRUNC empties a file") {
    TestType t;
    CHECK(t.tryOpen("sub/file", O_WRONLY | O_TRUNC) == 0);
    CHECK(textIn(t.system, t.path + "/sub/file").empty());
}

TREE_TEST("descriptors do what they were opened for") {
    TestType t;
    char buffer[8];
    const Fd reading = openFile(t.system, t.top.get(), "sub/file", O_RDONLY);
    const Fd writing = openFile(t.system, t.top.get(), "sub/file", O_WRONLY);
    const Fd pathOnly = openFile(t.system, t.top.get(), "sub/file", O_PATH);
    CHECK(t.system.writeFd(reading.get(), "x") == -EBADF);
    CHECK(t.system.readFd(writing.get(), buffer, sizeof buffer) == -EBADF);
    CHECK(t.system.readFd(pathOnly.get(), buffer, sizeof buffer) == -EBADF);
    CHECK(t.system.readFd(t.top.get(), buffer, sizeof buffer) == -EISDIR);
    CHECK(t.system.readFd(999, buffer, sizeof buffer) == -EBADF);
}

TREE_TEST("reads and writes go on where the last one ended, and O_APPEND at the end") {
    TestType t;
    char buffer[3];
    const Fd reading = openFile(t.system, t.top.get(), "sub/file", O_RDONLY);
    CHECK(t.system.readFd(reading.get(), buffer, 3) == 3);
    CHECK(t.system.readFd(reading.get(), buffer, 3) == 1);
    CHECK(t.system.readFd(reading.get(), buffer, 3) == 0);
    const Fd writing = openFile(t.system, t.top.get(), "sub/file", O_WRONLY);
    CHECK(t.system.writeFd(writing.get(), "T") == 1);
    CHECK(t.system.writeFd(writing.get(), "E") == 1);
    CHECK(textIn(t.system, t.path + "/sub/file") == "TExt");
    const Fd appending = openFile(t.system, t.top.get(), "sub/file", O_WRONLY | O_APPEND);
    CHECK(t.system.writeFd(appending.get(), "!") == 1);
    CHECK(textIn(t.system, t.path + "/sub/file") == "TExt!");
}

// --- openBeneath ---

TREE_TEST("openBeneath opens what lies beneath, dots and all") {
    TestType t;
    CHECK(t.tryBeneath("sub/file", O_RDONLY) == 0);
    CHECK(t.tryBeneath("sub", O_RDONLY | O_DIRECTORY) == 0);
    CHECK(t.tryBeneath("sub/../sub/./file", O_RDONLY) == 0);
    CHECK(t.tryBeneath(".", O_RDONLY | O_DIRECTORY) == 0);
    CHECK(t.tryBeneath("none", O_RDONLY) == -ENOENT);
}

TREE_TEST("openBeneath does not leave the directory") {
    TestType t;
    CHECK(t.tryBeneath("..", O_RDONLY) == -EXDEV);
    CHECK(t.tryBeneath("sub/../..", O_RDONLY) == -EXDEV);
    CHECK(t.tryBeneath("/", O_RDONLY) == -EXDEV);
    CHECK(t.tryBeneath((t.path + "/sub").c_str(), O_RDONLY) == -EXDEV);
}

TREE_TEST("openBeneath follows no symlink, wherever it stands") {
    TestType t;
    CHECK(t.tryBeneath("link", O_RDONLY) == -ELOOP);
    CHECK(t.tryBeneath("link/file", O_RDONLY) == -ELOOP);
    CHECK(t.tryBeneath("up", O_RDONLY) == -ELOOP);
    CHECK(t.tryBeneath("dangling", O_RDONLY) == -ELOOP);
    CHECK(t.tryBeneath("link", O_RDONLY | O_NOFOLLOW) == -ELOOP);
    CHECK(t.tryBeneath("link", O_PATH | O_NOFOLLOW) == 0);
}

TREE_TEST("openBeneath enters no other mount and no magic link") {
    TestType t;
    const Fd root = openDirectory(t.system, "/");
    CHECK(t.system.openBeneath(root.get(), "proc/self/mountinfo", O_RDONLY) == -EXDEV);
    const Fd proc = openDirectory(t.system, "/proc");
    CHECK(t.system.openBeneath(proc.get(), "..", O_RDONLY) == -EXDEV);
    const Fd fds = openDirectory(t.system, "/proc/self/fd");
    CHECK(t.system.openBeneath(fds.get(), std::to_string(t.top.get()).c_str(), O_RDONLY) == -ELOOP);
}

TREE_TEST("openBeneath refuses flags that do not go with O_PATH") {
    TestType t;
    CHECK(t.tryBeneath("sub", O_PATH | O_DIRECTORY | O_NOFOLLOW) == 0);
    CHECK(t.tryBeneath("sub", O_PATH | O_NONBLOCK) == -EINVAL);
}

TEST_CASE("a kernel without openat2 can be shown", "[sys][open][memory]") {
    WithTree<MemoryFolder> t;
    t.folder.system.knowsOpenBeneath = false;
    CHECK(t.tryBeneath("sub", O_RDONLY) == -ENOSYS);
}

// --- What is known of a file ---

TREE_TEST("stat tells type, permissions, size and links") {
    TestType t;
    FileStat known;
    REQUIRE(t.system.statAt(t.top.get(), "sub/file", 0, known) == 0);
    CHECK(known.mode == (S_IFREG | 0644));
    CHECK(known.size == 4);
    CHECK(known.links == 1);
    CHECK(known.owner == t.system.effectiveUser());
    REQUIRE(t.system.statFd(t.top.get(), known) == 0);
    CHECK(known.mode == (S_IFDIR | (known.mode & 07777)));
    CHECK(known.links == 3);
}

TREE_TEST("stat follows a symlink, unless told not to") {
    TestType t;
    FileStat followed;
    FileStat link;
    REQUIRE(t.system.statAt(t.top.get(), "link", 0, followed) == 0);
    REQUIRE(t.system.statAt(t.top.get(), "link", AT_SYMLINK_NOFOLLOW, link) == 0);
    CHECK((followed.mode & S_IFMT) == S_IFDIR);
    CHECK((link.mode & S_IFMT) == S_IFLNK);
    CHECK(link.size == 3);
    CHECK(t.system.statAt(t.top.get(), "dangling", 0, link) == -ENOENT);
}

TREE_TEST("two names in one directory have one device and two inodes") {
    TestType t;
    FileStat one;
    FileStat other;
    REQUIRE(t.system.statAt(t.top.get(), "sub", 0, one) == 0);
    REQUIRE(t.system.statAt(t.top.get(), "sub/file", 0, other) == 0);
    CHECK(one.device == other.device);
    CHECK(one.inode != other.inode);
}

TREE_TEST("a symlink is read as it is, cut where the buffer is short") {
    TestType t;
    char buffer[8];
    CHECK(t.system.readLinkAt(t.top.get(), "dangling", buffer, sizeof buffer) == 4);
    CHECK(std::string_view(buffer, 4) == "none");
    CHECK(t.system.readLinkAt(t.top.get(), "dangling", buffer, 2) == 2);
    CHECK(t.system.readLinkAt(t.top.get(), "sub", buffer, sizeof buffer) == -EINVAL);
    CHECK(t.system.readLinkAt(t.top.get(), "none", buffer, sizeof buffer) == -ENOENT);
}

TREE_TEST("/proc/self/fd tells a descriptor's path, follows a rename, and opens it again") {
    TestType t;
    const Fd sub = openFile(t.system, t.top.get(), "sub", O_PATH | O_DIRECTORY);
    REQUIRE(t.system.renameAt(t.top.get(), "sub", t.top.get(), "renamed") == 0);
    CHECK(pathBehindFd(t.system, sub.get()) == t.path + "/renamed");
    const std::string link = "/proc/self/fd/" + std::to_string(sub.get());
    const Fd again = openDirectory(t.system, link);
    CHECK(textIn(t.system, link + "/file") == "text");
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Changing names, contents, locks and marks of ordinary files: the double against the real kernel.
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <cstring>

#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

template <class Folder>
class WithFiles {
public:
    WithFiles() : top(openDirectory(folder.system, folder.path)) {
        write("one", "1");
        write("two", "22");
        REQUIRE(system.makeDirectoryAt(top.get(), "sub", 0755) == 0);
        write("sub/file", "sub");
        REQUIRE(system.makeDirectoryAt(top.get(), "empty", 0755) == 0);
    }

    void write(const char* name, std::string_view text) {
        const Fd fd = openFile(system, top.get(), name, O_WRONLY | O_CREAT);
        REQUIRE(system.writeFd(fd.get(), text) == static_cast<ssize_t>(text.size()));
    }
    int rename(const char* from, const char* to) { return system.renameAt(top.get(), from, top.get(), to); }
    std::string text(const std::string& name) { return textIn(system, path + "/" + name); }

    Folder folder;
    System& system = folder.system;
    std::string path = folder.path;
    Fd top;
};

}  // namespace

#define FILES_TEST(sentence) \
    TEMPLATE_TEST_CASE(sentence, "[sys][names]", WithFiles<RealFolder>, WithFiles<MemoryFolder>)

FILES_TEST("unlink takes files and rmdir empty directories, and not the other way round") {
    TestType t;
    CHECK(t.system.unlinkAt(t.top.get(), "one", AT_REMOVEDIR) == -ENOTDIR);
    CHECK(t.system.unlinkAt(t.top.get(), "one", 0) == 0);
    CHECK(t.system.unlinkAt(t.top.get(), "one", 0) == -ENOENT);
    CHECK(t.system.unlinkAt(t.top.get(), "sub", 0) == -EISDIR);
    CHECK(t.system.unlinkAt(t.top.get(), "sub", AT_REMOVEDIR) == -ENOTEMPTY);
    CHECK(t.system.unlinkAt(t.top.get(), "empty", AT_REMOVEDIR) == 0);
}

FILES_TEST("a removed file that is open keeps its text and has no link") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two");
    REQUIRE(t.system.unlinkAt(t.top.get(), "two", 0) == 0);
    FileStat known;
    REQUIRE(t.system.statFd(fd.get(), known) == 0);
    CHECK(known.links == 0);
    char buffer[8];
    CHECK(t.system.readFd(fd.get(), buffer, sizeof buffer) == 2);
    CHECK(pathBehindFd(t.system, fd.get()) == t.path + "/two (deleted)");
}

FILES_TEST("rename replaces a file by a file and an empty directory by a directory") {
    TestType t;
    CHECK(t.rename("one", "two") == 0);
    CHECK(t.text("two") == "1");
    CHECK(t.text("one") == "(none)");
    CHECK(t.rename("sub", "empty") == 0);
    CHECK(t.text("empty/file") == "sub");
}

FILES_TEST("rename refuses what does not fit") {
    TestType t;
    CHECK(t.rename("none", "x") == -ENOENT);
    CHECK(t.rename("one", "sub") == -EISDIR);
    CHECK(t.rename("empty", "one") == -ENOTDIR);
    CHECK(t.rename("empty", "sub") == -ENOTEMPTY);
    CHECK(t.rename("sub", "sub/x") == -EINVAL);
    CHECK(t.rename("one", "one") == 0);
    CHECK(t.text("one") == "1");
}

FILES_TEST("mkdir and symlink do not replace anything") {
    TestType t;
    CHECK(t.system.makeDirectoryAt(t.top.get(), "one", 0755) == -EEXIST);
    CHECK(t.system.makeDirectoryAt(t.top.get(), "sub", 0755) == -EEXIST);
    CHECK(t.system.symlinkAt("x", t.top.get(), "one") == -EEXIST);
    CHECK(t.system.makeDirectoryAt(t.top.get(), "none/x", 0755) == -ENOENT);
}

FILES_TEST("a name of 255 bytes is taken, one of 256 is not") {
    TestType t;
    CHECK(t.system.makeDirectoryAt(t.top.get(), std::string(255, 'x').c_str(), 0755) == 0);
    CHECK(t.system.makeDirectoryAt(t.top.get(), std::string(256, 'x').c_str(), 0755) == -ENAMETOOLONG);
}

FILES_TEST("a nameless file gets a name that is free, and no other") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), ".", O_TMPFILE | O_WRONLY);
    CHECK(t.system.writeFd(fd.get(), "text") == 4);
    CHECK(t.system.linkFd(fd.get(), t.top.get(), "one") == -EEXIST);
    CHECK(t.system.linkFd(fd.get(), t.top.get(), "new") == 0);
    CHECK(t.text("new") == "text");
    CHECK(t.text("one") == "1");
    FileStat known;
    REQUIRE(t.system.statFd(fd.get(), known) == 0);
    CHECK(known.links == 1);
}

FILES_TEST("a removed file gets no new name") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "one");
    REQUIRE(t.system.unlinkAt(t.top.get(), "one", 0) == 0);
    CHECK(t.system.linkFd(fd.get(), t.top.get(), "again") == -ENOENT);
}

FILES_TEST("permissions, size and time of a file can be set") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two", O_RDWR);
    CHECK(t.system.changeModeFd(fd.get(), 0600) == 0);
    CHECK(t.system.truncateFd(fd.get(), 1) == 0);
    CHECK(t.system.setTimeFd(fd.get(), 1'234'567'890'123'000'000) == 0);
    FileStat known;
    REQUIRE(t.system.statFd(fd.get(), known) == 0);
    CHECK(known.mode == (S_IFREG | 0600));
    CHECK(known.size == 1);
    CHECK(known.modifiedNs == 1'234'567'890'123'000'000);
    CHECK(t.text("two") == "2");
    CHECK(t.system.truncateFd(fd.get(), 3) == 0);
    CHECK(t.text("two") == std::string("2\0\0", 3));
}

FILES_TEST("a file open for reading only is not cut") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two");
    CHECK(t.system.truncateFd(fd.get(), 0) == -EINVAL);
    CHECK(t.text("two") == "22");
}

FILES_TEST("a mapped file is read as the mapping was written, and the other way round") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two", O_RDWR);
    REQUIRE(t.system.truncateFd(fd.get(), 16) == 0);
    char* memory = static_cast<char*>(t.system.mapFd(fd.get(), 16));
    REQUIRE(memory != nullptr);
    CHECK(std::string_view(memory, 2) == "22");
    std::memcpy(memory, "mapped", 6);
    CHECK(t.text("two").substr(0, 6) == "mapped");
    CHECK(t.system.writeFd(fd.get(), "W") == 1);
    CHECK(std::string_view(memory, 6) == "Wapped");
    t.system.unmap(memory, 16);
    CHECK(t.text("two").substr(0, 6) == "Wapped");
}

FILES_TEST("two mappings of one file are one memory") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two", O_RDWR);
    const Fd other = openFile(t.system, t.top.get(), "two", O_RDWR);
    char* memory = static_cast<char*>(t.system.mapFd(fd.get(), 2));
    char* second = static_cast<char*>(t.system.mapFd(other.get(), 2));
    REQUIRE(memory != nullptr);
    REQUIRE(second != nullptr);
    memory[0] = 'x';
    CHECK(second[0] == 'x');
    t.system.unmap(memory, 2);
    t.system.unmap(second, 2);
}

FILES_TEST("what is not open for reading and writing cannot be mapped") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two");
    CHECK(t.system.mapFd(fd.get(), 2) == nullptr);
    CHECK(t.system.mapFd(999, 2) == nullptr);
}

FILES_TEST("a duplicate shares lock and position, and keeps the file open") {
    TestType t;
    Fd fd = openFile(t.system, t.top.get(), "two");
    const Fd other = openFile(t.system, t.top.get(), "two");
    constexpr int kTarget = 50;
    REQUIRE(t.system.lockFd(fd.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(t.system.duplicateTo(fd.get(), kTarget) == kTarget);
    const Fd duplicate(t.system, kTarget);
    char buffer[1];
    CHECK(t.system.readFd(fd.get(), buffer, 1) == 1);
    fd.reset();
    CHECK(t.system.readFd(kTarget, buffer, 1) == 1);
    CHECK(t.system.readFd(kTarget, buffer, 1) == 0);
    CHECK(t.system.lockFd(other.get(), LOCK_SH | LOCK_NB) == -EWOULDBLOCK);
    CHECK(t.system.lockFd(kTarget, LOCK_SH | LOCK_NB) == 0);
    CHECK(t.system.lockFd(other.get(), LOCK_SH | LOCK_NB) == 0);
}

FILES_TEST("a lock that cannot be made exclusive is lost") {
    TestType t;
    const Fd fd = openFile(t.system, t.top.get(), "two");
    const Fd other = openFile(t.system, t.top.get(), "two");
    REQUIRE(t.system.lockFd(fd.get(), LOCK_SH | LOCK_NB) == 0);
    REQUIRE(t.system.lockFd(other.get(), LOCK_SH | LOCK_NB) == 0);
    CHECK(t.system.lockFd(fd.get(), LOCK_EX | LOCK_NB) == -EWOULDBLOCK);
    CHECK(t.system.lockFd(other.get(), LOCK_EX | LOCK_NB) == 0);
}

// --- Waiting ---

FILES_TEST("a watched directory is readable once something in it changes") {
    TestType t;
    const Fd watch(t.system, t.system.inotifyOpen());
    REQUIRE(watch.valid());
    CHECK(t.system.inotifyAdd(watch.get(), t.path.c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE) == 1);
    CHECK(t.system.inotifyAdd(watch.get(), (t.path + "/none").c_str(), IN_CREATE) == -ENOENT);
    char buffer[1024];
    CHECK(t.system.readFd(watch.get(), buffer, sizeof buffer) == -EAGAIN);
    CHECK(t.system.waitReadable(watch.get(), 0) == 0);
    REQUIRE(writeWhole(t.system, t.top.get(), "new", "text", 0644).ok());
    CHECK(t.system.waitReadable(watch.get(), 0) == 1);
    REQUIRE(t.system.readFd(watch.get(), buffer, sizeof buffer) == sizeof(inotify_event) + 16);
    inotify_event event{};
    std::memcpy(&event, buffer, sizeof event);
    CHECK(event.wd == 1);
    CHECK(event.mask == IN_CREATE);
    CHECK(std::string(buffer + sizeof event) == "new");
    CHECK(t.system.waitReadable(watch.get(), 0) == 0);
    REQUIRE(t.rename("one", "new") == 0);
    REQUIRE(t.system.unlinkAt(t.top.get(), "two", 0) == 0);
    CHECK(t.system.readFd(watch.get(), buffer, sizeof buffer) == 2 * (sizeof(inotify_event) + 16));
}

FILES_TEST("waiting for nothing takes its time and no longer, and waiting for a file is over at once") {
    TestType t;
    const auto before = t.system.bootTimeMs();
    CHECK(t.system.waitReadable(-1, 20) == 0);
    CHECK(t.system.bootTimeMs() - before >= 19);
    const Fd fd = openFile(t.system, t.top.get(), "two");
    CHECK(t.system.waitReadable(fd.get(), -1) == 1);
}

FILES_TEST("a socket can send only to a socket") {
    TestType t;
    const Fd socket(t.system, t.system.datagramSocket());
    REQUIRE(socket.valid());
    CHECK(t.system.sendTo(socket.get(), (t.path + "/none").c_str(), "text") == -ENOENT);
    CHECK(t.system.sendTo(socket.get(), (t.path + "/one").c_str(), "text") == -ECONNREFUSED);
    CHECK(t.system.sendTo(socket.get(), ("/" + std::string(200, 'x')).c_str(), "text") == -ENAMETOOLONG);
    CHECK(t.system.sendTo(t.top.get(), (t.path + "/one").c_str(), "text") == -ENOTSOCK);
    CHECK(t.system.sendTo(999, (t.path + "/one").c_str(), "text") == -EBADF);
}

}  // namespace prune

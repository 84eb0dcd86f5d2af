// SPDX-License-Identifier: MIT
/// The Systems that stand before another one.
#include "support/recording_system.h"

#include <sys/file.h>

#include "support/failing_system.h"
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

using Lines = std::vector<std::string>;

TEST_CASE("a recorded call tells name, arguments and outcome", "[sys][recording]") {
    MemoryHierarchy world;
    RecordingSystem system(world.system);
    const Fd root = openDirectory(system, world.path);
    system.makeDirectoryAt(root.get(), "c 1\n", 0755);
    system.makeDirectoryAt(root.get(), "c1", 0755);
    system.lockFd(root.get(), LOCK_EX | LOCK_NB);
    system.unlinkAt(root.get(), "c1", AT_REMOVEDIR);
    system.unlinkAt(root.get(), "c1", 0);
    CHECK(system.calls() == Lines{"openAt AT_FDCWD '/sys/fs/cgroup/test' RDONLY|DIRECTORY -> 3",
                                  "makeDirectoryAt 3 'c 1\\x0a' -> EINVAL", "makeDirectoryAt 3 'c1' -> 0",
                                  "lockFd 3 LOCK_EX|NB -> 0", "unlinkAt 3 'c1' REMOVEDIR -> 0",
                                  "unlinkAt 3 'c1' -> ENOENT"});
}

TEST_CASE("recorded calls can be chosen by name, and forgotten", "[sys][recording]") {
    MemoryFolder folder;
    RecordingSystem system(folder.system);
    FileStat known;
    system.statAt(AT_FDCWD, "/run", 0, known);
    system.statAt(AT_FDCWD, "/none", AT_SYMLINK_NOFOLLOW, known);
    system.bootTimeMs();
    CHECK(system.callsOf("statAt") ==
          Lines{"statAt AT_FDCWD '/run' -> 0", "statAt AT_FDCWD '/none' NOFOLLOW -> ENOENT"});
    CHECK(system.callsOf("stat").empty());
    system.clear();
    CHECK(system.calls().empty());
}

TEST_CASE("changes are told from looks", "[sys][recording]") {
    MemoryFolder folder;
    folder.system.writeFile("/run/area/f", "old");
    RecordingSystem system(folder.system);
    CHECK(textIn(system, "/run/area/f") == "old");
    CHECK(namesIn(system, "/run/area") == Lines{"f"});
    CHECK(system.changes().empty());
    REQUIRE(system.symlinkAt("f", AT_FDCWD, "/run/area/link") == 0);
    { const Fd fd = openFile(system, AT_FDCWD, "/run/area/g", O_WRONLY | O_CREAT); }
    CHECK(system.changes() == Lines{"symlinkAt 'f' AT_FDCWD '/run/area/link' -> 0",
                                    "openAt AT_FDCWD '/run/area/g' WRONLY|CREAT -> 3"});
}

TEST_CASE("the call of a chosen number fails, and does not happen", "[sys][failing]") {
    MemoryFolder folder;
    FailingSystem system(folder.system);
    system.failCall(2, EMFILE);
    CHECK(system.makeDirectoryAt(AT_FDCWD, "/run/area/a", 0755) == 0);
    CHECK(system.makeDirectoryAt(AT_FDCWD, "/run/area/b", 0755) == -EMFILE);
    CHECK(system.makeDirectoryAt(AT_FDCWD, "/run/area/c", 0755) == 0);
    CHECK(folder.system.names("/run/area") == Lines{"a", "c"});
    CHECK(system.count() == 3);
    CHECK(system.failures() == 1);
}

TEST_CASE("calls of a chosen name fail, as often as said", "[sys][failing]") {
    MemoryFolder folder;
    FailingSystem system(folder.system);
    FileStat known;
    system.failNamed("statAt", EIO, 2);
    system.failNamed("unlinkAt", EBUSY);
    CHECK(system.statAt(AT_FDCWD, "/run", 0, known) == -EIO);
    CHECK(system.statAt(AT_FDCWD, "/run", 0, known) == -EIO);
    CHECK(system.statAt(AT_FDCWD, "/run", 0, known) == 0);
    for (int i = 0; i < 5; ++i) CHECK(system.unlinkAt(AT_FDCWD, "/run/area", AT_REMOVEDIR) == -EBUSY);
    system.clear();
    CHECK(system.unlinkAt(AT_FDCWD, "/run/area", AT_REMOVEDIR) == 0);
    CHECK(system.count() == 1);
}

TEST_CASE("a mapping that fails is no memory", "[sys][failing]") {
    MemoryFolder folder;
    folder.system.writeFile("/run/area/f", "text");
    FailingSystem system(folder.system);
    const Fd fd = openFile(system, AT_FDCWD, "/run/area/f", O_RDWR);
    system.failNamed("mapFd", ENOMEM, 1);
    CHECK(system.mapFd(fd.get(), 4) == nullptr);
    CHECK(system.mapFd(fd.get(), 4) != nullptr);
}

TEST_CASE("closing and the clock cannot be made to fail and do not count", "[sys][failing]") {
    MemoryFolder folder;
    FailingSystem system(folder.system);
    system.failCall(1, EIO);
    system.closeFd(2);
    CHECK(system.bootTimeMs() == folder.system.bootTimeMs());
    CHECK(system.processId() == folder.system.processId());
    CHECK(system.count() == 0);
}

}  // namespace prune

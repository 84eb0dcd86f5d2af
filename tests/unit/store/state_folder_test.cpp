// SPDX-License-Identifier: MIT
// The state folder itself, folders in it, and sweep-needed.
#include "store/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "real_state.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

const std::string kRefusal =
    std::string(kStateFolder) +
    " is not a folder that only root can write; remove it, or give it owner root and mode 0700";

std::string refusal(System& system) {
    const auto status = ensureStateFolder(system);
    REQUIRE_FALSE(status.ok());
    return status.error().text();
}

unsigned modeOf(System& system, const std::string& path) {
    FileStat stat;
    REQUIRE(system.statAt(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, stat) == 0);
    return stat.mode;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the state folder is made for root alone") {
    MemorySystem system;
    REQUIRE(ensureStateFolder(system).ok());
    CHECK(modeOf(system, kStateFolder) == (S_IFDIR | 0700));
}

TEST_CASE("a real state folder is made for root alone") {
    const TemporaryRoot root;
    RealState system(root);
    REQUIRE(ensureStateFolder(system).ok());
    struct stat about {};
    REQUIRE(::lstat(root.state("").c_str(), &about) == 0);
    CHECK(about.st_mode == (S_IFDIR | 0700));
}

TEST_CASE("a state folder that is there is left as it is") {
    MemorySystem memory;
    memory.makeFolder(kStateFolder, GENERATE(0700U, 0755U, 0500U));
    RecordingSystem system(memory);
    CHECK(ensureStateFolder(system).ok());
    CHECK(system.changes().empty());
}

TEST_CASE("a state folder that others can write is refused") {
    MemorySystem system;
    system.makeFolder(kStateFolder, GENERATE(0720U, 0702U, 0777U, 01777U));
    CHECK(refusal(system) == kRefusal);
}

TEST_CASE("a state folder of another owner is refused") {
    MemorySystem system;
    system.makeFolder(kStateFolder, 0700);
    system.setOwner(kStateFolder, 1000);
    CHECK(refusal(system) == kRefusal);
}

TEST_CASE("a link in place of the state folder is refused") {
    MemorySystem system;
    system.makeFolder("/tmp/elsewhere", 0700);
    system.makeSymlink(GENERATE("/tmp/elsewhere", "/tmp/nowhere"), kStateFolder);
    CHECK(refusal(system) == kRefusal);
    CHECK(system.names("/tmp/elsewhere").empty());
}

TEST_CASE("a file in place of the state folder is refused") {
    MemorySystem system;
    system.writeFile(kStateFolder, "", 0600);
    CHECK(refusal(system) == kRefusal);
}

TEST_CASE("a state folder that cannot be made is an error") {
    MemorySystem system;
    system.setReadOnly("/run");
    CHECK(refusal(system) == "make the folder /run/cgprune: Read-only file system (errno 30)");
}

TEST_CASE("a state folder that cannot be looked at is an error") {
    MemorySystem memory;
    FailingSystem system(memory);
    system.failNamed("statAt", EACCES);
    CHECK(refusal(system) == "look at the folder /run/cgprune: Permission denied (errno 13)");
}

TEST_CASE("a state folder that another process makes meanwhile is taken if it is root's alone") {
    MemorySystem system;
    const bool safe = GENERATE(true, false);
    system.beforeCall = [&](std::string_view call) {
        if (call == "makeDirectoryAt") system.makeFolder(kStateFolder, safe ? 0700 : 0777);
    };
    CHECK(ensureStateFolder(system).ok() == safe);
}

TEST_CASE("a folder of the state is made with those above it") {
    MemorySystem system;
    const auto folder = openStateSubfolder(system, "journal/freezer/1000");
    REQUIRE(folder.ok());
    CHECK(system.openPaths() == Names{"/run/cgprune/journal/freezer/1000"});
    for (const char* path : {"/run/cgprune", "/run/cgprune/journal", "/run/cgprune/journal/freezer",
                             "/run/cgprune/journal/freezer/1000"})
        CHECK(modeOf(system, path) == (S_IFDIR | 0700));
}

TEST_CASE("a folder of the state that is there is opened by one call, after a look at the state folder") {
    MemorySystem memory;
    REQUIRE(openStateSubfolder(memory, "journal/freezer").ok());
    RecordingSystem system(memory);
    REQUIRE(openStateSubfolder(system, "journal/freezer").ok());
    CHECK(system.calls().size() == 3);
    CHECK(system.callsOf("statAt").size() == 1);
    CHECK(system.callsOf("openAt").size() == 1);
    CHECK(system.callsOf("closeFd").size() == 1);
}

TEST_CASE("a link or a file in place of a folder of the state is not opened") {
    MemorySystem system;
    system.makeFolder("/tmp/elsewhere");
    REQUIRE(ensureStateFolder(system).ok());
    system.makeSymlink("/tmp/elsewhere", "/run/cgprune/once");
    system.writeFile("/run/cgprune/journal", "");
    CHECK(openStateSubfolder(system, "once").error().code == ENOTDIR);
    CHECK(openStateSubfolder(system, "journal").error().code == ENOTDIR);
    CHECK(listStateSubfolder(system, "once").error().code == ENOTDIR);
}

TEST_CASE("a folder of the state that cannot be made is an error that names it") {
    MemorySystem system;
    REQUIRE(ensureStateFolder(system).ok());
    system.setReadOnly("/run");
    CHECK(openStateSubfolder(system, "journal/x y").error().text() ==
          "make the folder /run/cgprune/journal: Read-only file system (errno 30)");
}

TEST_CASE("no folder of the state is made in one that is not root's alone") {
    MemorySystem system;
    system.makeFolder(kStateFolder, 0777);
    CHECK_FALSE(openStateSubfolder(system, "journal").ok());
    CHECK(system.names(kStateFolder).empty());
}

TEST_CASE("the names of a folder of the state are listed without hidden ones") {
    MemorySystem system;
    REQUIRE(openStateSubfolder(system, "sweep-needed").ok());
    for (const char* name : {"freezer", "cpu,cpuacct", ".tmp.7.0"})
        system.writeFile("/run/cgprune/sweep-needed/" + std::string(name), "");
    CHECK(listStateSubfolder(system, "sweep-needed").value() == Names{"cpu,cpuacct", "freezer"});
}

TEST_CASE("a folder of the state that is missing lists nothing and is not made") {
    MemorySystem system;
    const auto names = listStateSubfolder(system, "journal");
    REQUIRE(names.ok());
    CHECK(names.value().empty());
    CHECK_FALSE(system.exists(kStateFolder));
}

TEST_CASE("a folder of the state that cannot be listed is an error") {
    MemorySystem memory;
    REQUIRE(openStateSubfolder(memory, "journal").ok());
    FailingSystem system(memory);
    system.failNamed(GENERATE("openAt", "readDirectory"), EIO);
    CHECK(listStateSubfolder(system, "journal").error().code == EIO);
    CHECK(memory.openFds().empty());
}

TEST_CASE("no hierarchy needs a sweep at first") {
    MemorySystem system;
    CHECK(sweepsNeeded(system).value().empty());
}

TEST_CASE("a hierarchy needs a sweep once it was said and however often") {
    MemorySystem system;
    REQUIRE(setSweepNeeded(system, "freezer").ok());
    REQUIRE(setSweepNeeded(system, "name=openrc").ok());
    REQUIRE(setSweepNeeded(system, "freezer").ok());
    CHECK(sweepsNeeded(system).value() == Names{"freezer", "name=openrc"});
}

TEST_CASE("a hierarchy needs no sweep once that was cleared") {
    MemorySystem system;
    REQUIRE(setSweepNeeded(system, "freezer").ok());
    REQUIRE(setSweepNeeded(system, "name=openrc").ok());
    REQUIRE(clearSweepNeeded(system, "freezer").ok());
    CHECK(sweepsNeeded(system).value() == Names{"name=openrc"});
    CHECK(clearSweepNeeded(system, "freezer").ok());
}

TEST_CASE("a sweep can be noted without any space") {
    MemorySystem system;
    system.limitSpace("/run", 0);
    REQUIRE(setSweepNeeded(system, "freezer").ok());
    CHECK(sweepsNeeded(system).value() == Names{"freezer"});
}

TEST_CASE("a sweep that cannot be noted or cleared is an error") {
    MemorySystem system;
    REQUIRE(setSweepNeeded(system, "freezer").ok());
    system.setReadOnly("/run");
    CHECK(setSweepNeeded(system, "memory").error().code == EROFS);
    CHECK(clearSweepNeeded(system, "freezer").error().text() ==
          "remove /run/cgprune/sweep-needed/freezer: Read-only file system (errno 30)");
}

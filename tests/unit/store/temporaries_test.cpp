// SPDX-License-Identifier: MIT
// Files of killed writers go; those of living ones stay.
#include "store/temporaries.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>

#include "real_state.h"
#include "store/journal.h"
#include "store/state_folder.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"
#include "sys/files.h"

using namespace prune;

namespace {

using Names = std::vector<std::string>;

const std::string kOwners = "/run/cgprune/journal/freezer";
const std::string kOfRoot = kOwners + "/0";

/// No process of the host in memory has this number, until it has a file below /proc.
const std::string kLitter = ".tmp.77.0";

std::uint64_t droppedIn(System& system, const std::string& relative = "journal/freezer/0") {
    const auto dropped = dropTemporaries(system, relative);
    REQUIRE(dropped.ok());
    return dropped.value();
}

}  // namespace

TEST_CASE("the file of a killed writer is dropped, and nothing else in its folder") {
    MemorySystem system;
    for (const char* name : {".tmp.77.0", ".tmp.78", ".tmp.79.12", "42", "43.broken"})
        system.writeFile(kOfRoot + '/' + name, "x");
    CHECK(droppedIn(system) == 3);
    CHECK(system.names(kOfRoot) == Names{"42", "43.broken"});
}

TEST_CASE("names that tell of no writer are not dropped") {
    MemorySystem system;
    const Names names = {".tmp.",     ".tmp.-1.0", ".tmp.0", ".tmp.2147483648.0",
                         ".tmp.7x.0", ".tmpfile",  "tmp.7.0"};
    for (const auto& name : names) system.writeFile(kOfRoot + '/' + name, "x");
    CHECK(droppedIn(system) == 0);
    CHECK(system.names(kOfRoot).size() == names.size());
}

TEST_CASE("the file of a process that lives stays, whose number it may only have now") {
    MemorySystem system;
    system.writeFile(kOfRoot + '/' + kLitter, "x");
    system.writeFile("/proc/77/stat", "");
    CHECK(droppedIn(system) == 0);
    CHECK(system.names(kOfRoot) == Names{kLitter});
}

TEST_CASE("while a writer holds the folder's lock nothing is dropped there") {
    MemorySystem system;
    system.writeFile(kOfRoot + '/' + kLitter, "x");
    system.lock(kOfRoot, false);
    CHECK(droppedIn(system) == 0);
    CHECK(system.names(kOfRoot) == Names{kLitter});
    system.unlock(kOfRoot);
    CHECK(droppedIn(system) == 1);
}

TEST_CASE("where there is no litter no lock is taken") {
    MemorySystem kernel;
    RecordingSystem system(kernel);
    kernel.writeFile(kOfRoot + "/42", "x");
    CHECK(droppedIn(system) == 0);
    CHECK(system.callsOf("lockFd").empty());
}

TEST_CASE("a file that a new process of that number writes while we wait stays") {
    MemorySystem system;
    system.writeFile(kOfRoot + '/' + kLitter, "x");
    system.beforeCall = [&](std::string_view call) {
        if (call == "lockFd") system.writeFile("/proc/77/stat", "");
    };
    CHECK(droppedIn(system) == 0);
    CHECK(system.names(kOfRoot) == Names{kLitter});
}

TEST_CASE("a folder that is not there has no litter") {
    MemorySystem system;
    CHECK(droppedIn(system, "journal/freezer/1000") == 0);
    CHECK_FALSE(system.exists("/run/cgprune"));
}

TEST_CASE("litter that cannot be removed is told") {
    MemorySystem kernel;
    FailingSystem system(kernel);
    kernel.writeFile(kOfRoot + '/' + kLitter, "x");
    system.failNamed("unlinkAt", EROFS);
    const auto dropped = dropTemporaries(system, "journal/freezer/0");
    REQUIRE_FALSE(dropped.ok());
    CHECK(dropped.error().code == EROFS);
    CHECK(dropped.error().doing == "remove /run/cgprune/journal/freezer/0/.tmp.77.0");
}

TEST_CASE("an owner's folder that a killed writer left empty goes with its litter") {
    MemorySystem system;
    system.writeFile(kOwners + "/1000/" + kLitter, "x");
    system.makeFolder(kOwners + "/1001");
    system.writeFile(kOwners + "/1002/42", "x");
    system.makeFolder(kOfRoot);
    CHECK(Journal(system).dropTemporaries("freezer").value() == 1);
    CHECK(system.names(kOwners) == Names{"0", "1002"});
}

TEST_CASE("on the real system the file of a process that has ended goes, and ours stays") {
    const TemporaryRoot root;
    RealState system(root);
    const auto folder = openStateSubfolder(system, "journal/freezer/0");
    REQUIRE(folder.ok());
    const pid_t ended = ::fork();
    if (ended == 0) ::_exit(0);
    REQUIRE(::waitpid(ended, nullptr, 0) == ended);
    for (const auto pid : {ended, ::getpid()}) {
        const auto name = kTemporary + std::to_string(pid) + ".0";
        REQUIRE(writeWhole(system, folder.value().get(), name.c_str(), "x", 0600).ok());
    }
    CHECK(droppedIn(system) == 1);
    const auto ours = root.state("journal/freezer/0/" + (kTemporary + std::to_string(::getpid())) + ".0");
    CHECK(std::filesystem::exists(ours));
}

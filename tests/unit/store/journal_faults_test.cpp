// SPDX-License-Identifier: MIT
// Putting an entry where space or a call fails: the old entry whole, or the new one whole, and no rubbish.
#include <fcntl.h>

#include <cerrno>

#include "journal_entries.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

JournalEntry foundIn(System& system) {
    const auto entry = Journal(system).find(kKey);
    REQUIRE(entry.ok());
    REQUIRE(entry.value());
    return *entry.value();
}

}  // namespace

TEST_CASE("an entry for which there is no space is an error and leaves nothing") {
    MemorySystem system;
    system.knowsNamelessFiles = GENERATE(true, false);
    system.limitSpace("/run", 0);
    const auto put = Journal(system).put(kKey, plainEntry());
    REQUIRE_FALSE(put.ok());
    CHECK(put.error().code == ENOSPC);
    CHECK(system.names(kEntryFolder).empty());
    CHECK_FALSE(Journal(system).find(kKey).value());
}

TEST_CASE("an entry is put once there is space again") {
    MemorySystem system;
    system.limitSpace("/run", 0);
    REQUIRE_FALSE(Journal(system).put(kKey, plainEntry()).ok());
    system.limitSpace("/run", 1);
    REQUIRE(Journal(system).put(kKey, plainEntry()).ok());
    CHECK(foundIn(system) == plainEntry());
}

TEST_CASE("an entry that cannot be replaced for want of space stays as it was") {
    MemorySystem system;
    system.knowsNamelessFiles = GENERATE(true, false);
    REQUIRE(Journal(system).put(kKey, plainEntry()).ok());
    system.limitSpace("/run", 1);
    CHECK(Journal(system).put(kKey, fullEntry()).error().code == ENOSPC);
    CHECK(foundIn(system) == plainEntry());
    CHECK(system.names(kEntryFolder) == std::vector<std::string>{"42"});
}

TEST_CASE("whichever call fails a new entry is there whole or not at all") {
    int call = 0;
    for (bool failed = true; failed;) {
        MemorySystem memory;
        FailingSystem system(memory);
        system.failCall(++call, EIO);
        const auto put = Journal(system).put(kKey, plainEntry());
        failed = system.failures() > 0;
        INFO("call " << call);
        const auto entry = Journal(memory).find(kKey);
        REQUIRE(entry.ok());
        CHECK(entry.value().has_value() == put.ok());
        CHECK(memory.openFds().empty());
    }
    CHECK(call > 8);
}

TEST_CASE("whichever call fails a replaced entry is the old or the new one") {
    const bool nameless = GENERATE(true, false);
    int call = 0;
    for (bool failed = true; failed;) {
        MemorySystem memory;
        memory.knowsNamelessFiles = nameless;
        REQUIRE(Journal(memory).put(kKey, plainEntry()).ok());
        FailingSystem system(memory);
        system.failCall(++call, EIO);
        const auto put = Journal(system).put(kKey, fullEntry());
        failed = system.failures() > 0;
        INFO("call " << call);
        CHECK(foundIn(memory) == (put.ok() ? fullEntry() : plainEntry()));
        CHECK(memory.names(kEntryFolder) == std::vector<std::string>{"42"});
    }
    CHECK(call > 5);
}

TEST_CASE("an entry that another process drops while it is replaced is there anew") {
    MemorySystem system;
    REQUIRE(Journal(system).put(kKey, plainEntry()).ok());
    system.beforeCall = [&](std::string_view call) {
        if (call == "linkFd" || call == "renameAt") system.unlinkAt(-1, kEntryFile.c_str(), 0);
    };
    CHECK(Journal(system).put(kKey, fullEntry()).ok());
    system.beforeCall = nullptr;
    CHECK(foundIn(system) == fullEntry());
}

TEST_CASE("an entry that another process puts just before is replaced") {
    MemorySystem system;
    system.beforeCall = [&](std::string_view call) {
        if (call == "linkFd") system.writeFile(kEntryFile, formatEntry(kKey, plainEntry()));
    };
    CHECK(Journal(system).put(kKey, fullEntry()).ok());
    system.beforeCall = nullptr;
    CHECK(foundIn(system) == fullEntry());
    CHECK(system.names(kEntryFolder) == std::vector<std::string>{"42"});
}

TEST_CASE("an entry that another process puts just before stays where it may not be replaced") {
    MemorySystem system;
    system.beforeCall = [&](std::string_view call) {
        if (call == "linkFd") system.writeFile(kEntryFile, formatEntry(kKey, plainEntry()));
    };
    CHECK(Journal(system).put(kKey, fullEntry(), Journal::Replace::no).value() == Journal::Put::thereAlready);
    system.beforeCall = nullptr;
    CHECK(foundIn(system) == plainEntry());
}

TEST_CASE("an entry that is there already stays where it may not be replaced") {
    MemorySystem system;
    REQUIRE(Journal(system).put(kKey, plainEntry(), Journal::Replace::no).value() == Journal::Put::written);
    CHECK(Journal(system).put(kKey, fullEntry(), Journal::Replace::no).value() == Journal::Put::thereAlready);
    CHECK(foundIn(system) == plainEntry());
}

TEST_CASE("an entry is put though its folder goes while it is put") {
    MemorySystem system;
    bool removed = false;
    system.beforeCall = [&](std::string_view call) {
        // Between the opening of the folder and the writing into it the journal counts its entries.
        if (call == "filesystemType" && !removed)
            removed = system.unlinkAt(-1, kEntryFolder.c_str(), AT_REMOVEDIR) == 0;
    };
    CHECK(Journal(system).put(kKey, plainEntry()).ok());
    system.beforeCall = nullptr;
    CHECK(removed);
    CHECK(foundIn(system) == plainEntry());
}

TEST_CASE("folders that another process makes meanwhile are no error") {
    MemorySystem system;
    system.beforeCall = [&](std::string_view call) {
        if (call == "makeDirectoryAt") system.makeFolder(kEntryFolder, 0700);
    };
    CHECK(Journal(system).put(kKey, plainEntry()).ok());
    system.beforeCall = nullptr;
    CHECK(foundIn(system) == plainEntry());
}

TEST_CASE("no entry is put where the state folder is not root's alone") {
    MemorySystem system;
    system.makeFolder("/run/cgprune", 0777);
    const auto put = Journal(system).put(kKey, plainEntry());
    REQUIRE_FALSE(put.ok());
    CHECK(put.error().code == 0);
    CHECK(system.names("/run/cgprune").empty());
}

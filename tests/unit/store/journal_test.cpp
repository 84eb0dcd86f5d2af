// SPDX-License-Identifier: MIT
// The journal as one process sees it: what is put is found, and nothing else.
#include "store/journal.h"

#include <algorithm>
#include <cerrno>

#include "journal_entries.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

bool wasPut(System& system, const JournalKey& key, const JournalEntry& entry) {
    const auto put = Journal(system).put(key, entry);
    REQUIRE(put.ok());
    return put.value() == Journal::Put::written;
}

std::optional<JournalEntry> foundEntry(System& system, const JournalKey& key) {
    auto entry = Journal(system).find(key);
    REQUIRE(entry.ok());
    return entry.value();
}

std::vector<JournalKey> keysOf(System& system, const std::string& hierarchy) {
    auto keys = Journal(system).keys(hierarchy);
    REQUIRE(keys.ok());
    std::sort(keys.value().begin(), keys.value().end(), [](const JournalKey& a, const JournalKey& b) {
        return a.owner != b.owner ? a.owner < b.owner : a.id < b.id;
    });
    return keys.value();
}

}  // namespace

TEST_CASE("an entry that was put is found") {
    MemorySystem system;
    CHECK(wasPut(system, kKey, fullEntry()));
    CHECK(foundEntry(system, kKey) == fullEntry());
}

TEST_CASE("an entry that was not put is not found") {
    MemorySystem system;
    CHECK_FALSE(foundEntry(system, kKey));
    REQUIRE(wasPut(system, kKey, plainEntry()));
    CHECK_FALSE(foundEntry(system, {"freezer", 1000, 43}));
    CHECK_FALSE(foundEntry(system, {"freezer", 1001, 42}));
    CHECK_FALSE(foundEntry(system, {"memory", 1000, 42}));
}

TEST_CASE("an entry is put while another may be about to drop it, and a sweep is asked for") {
    MemorySystem system;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    CHECK(system.names("/run/cgprune/sweep-needed").empty());
    system.lock(kEntryFolder);
    CHECK(wasPut(system, {kKey.hierarchy, kKey.owner, kKey.id + 1}, plainEntry()));
    CHECK(system.names("/run/cgprune/sweep-needed") == std::vector<std::string>{kKey.hierarchy});
}

TEST_CASE("an entry is a file named after its cgroup in a folder of its owner") {
    MemorySystem system;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    CHECK(system.fileText(kEntryFile) == formatEntry(kKey, plainEntry()));
    CHECK(system.names(kEntryFolder) == std::vector<std::string>{"42"});
}

TEST_CASE("an entry and its folders can be read by root alone") {
    MemorySystem system;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    FileStat stat;
    REQUIRE(system.statAt(-1, kEntryFile.c_str(), 0, stat) == 0);
    CHECK((stat.mode & 07777) == 0600);
    for (const char* folder : {"/run/cgprune", "/run/cgprune/journal", "/run/cgprune/journal/freezer"}) {
        REQUIRE(system.statAt(-1, folder, 0, stat) == 0);
        CHECK((stat.mode & 07777) == 0700);
    }
}

TEST_CASE("an entry takes the place of one of the same key") {
    MemorySystem system;
    system.knowsNamelessFiles = GENERATE(true, false);
    REQUIRE(wasPut(system, kKey, plainEntry()));
    REQUIRE(wasPut(system, kKey, fullEntry()));
    CHECK(foundEntry(system, kKey) == fullEntry());
    CHECK(system.names(kEntryFolder) == std::vector<std::string>{"42"});
}

TEST_CASE("entries of the greatest ids and owners are found") {
    MemorySystem system;
    const JournalKey key{"name=openrc", 4'294'967'295U, 18'446'744'073'709'551'615U};
    REQUIRE(wasPut(system, key, plainEntry()));
    CHECK(foundEntry(system, key) == plainEntry());
    CHECK(keysOf(system, "name=openrc") == std::vector<JournalKey>{key});
}

TEST_CASE("an entry that was dropped is no longer found and others are") {
    MemorySystem system;
    const JournalKey other{"freezer", 1000, 43};
    REQUIRE(wasPut(system, kKey, plainEntry()));
    REQUIRE(wasPut(system, other, plainEntry()));
    REQUIRE(Journal(system).drop(kKey).ok());
    CHECK_FALSE(foundEntry(system, kKey));
    CHECK(foundEntry(system, other));
}

TEST_CASE("dropping an entry that is not there is no error") {
    MemorySystem system;
    CHECK(Journal(system).drop(kKey).ok());
    REQUIRE(wasPut(system, kKey, plainEntry()));
    REQUIRE(Journal(system).drop(kKey).ok());
    CHECK(Journal(system).drop(kKey).ok());
}

TEST_CASE("an entry that cannot be dropped is an error") {
    MemorySystem system;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    system.setReadOnly("/run");
    const auto dropped = Journal(system).drop(kKey);
    REQUIRE_FALSE(dropped.ok());
    CHECK(dropped.error().text() == "remove " + kEntryFile + ": Read-only file system (errno 30)");
}

TEST_CASE("the keys of a hierarchy are those of its entries") {
    MemorySystem system;
    const std::vector<JournalKey> keys = {{"freezer", 0, 1}, {"freezer", 0, 2}, {"freezer", 1000, 2}};
    for (const auto& key : keys) REQUIRE(wasPut(system, key, plainEntry()));
    REQUIRE(wasPut(system, {"memory", 0, 9}, plainEntry()));
    CHECK(keysOf(system, "freezer") == keys);
    CHECK(keysOf(system, "memory") == std::vector<JournalKey>{{"memory", 0, 9}});
}

TEST_CASE("a hierarchy without entries has no keys") {
    MemorySystem system;
    CHECK(keysOf(system, "freezer").empty());
    REQUIRE(wasPut(system, kKey, plainEntry()));
    REQUIRE(Journal(system).drop(kKey).ok());
    CHECK(keysOf(system, "freezer").empty());
}

TEST_CASE("the hierarchies of the journal are those that had entries") {
    MemorySystem system;
    CHECK(Journal(system).hierarchies().value().empty());
    REQUIRE(wasPut(system, kKey, plainEntry()));
    REQUIRE(wasPut(system, {"cpu,cpuacct", 0, 1}, plainEntry()));
    REQUIRE(Journal(system).drop(kKey).ok());
    CHECK(Journal(system).hierarchies().value() == std::vector<std::string>{"cpu,cpuacct", "freezer"});
}

TEST_CASE("names in the journal that are no keys are passed over") {
    MemorySystem system;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    for (const char* name : {".tmp.77.0", "43.broken", "x", "-1", "18446744073709551616", " 1"})
        system.writeFile(kEntryFolder + "/" + name, "");
    for (const char* owner : {".tmp.77.0", "root", "4294967296", "-1"})
        system.writeFile("/run/cgprune/journal/freezer/" + std::string(owner) + "/7", "");
    CHECK(keysOf(system, "freezer") == std::vector<JournalKey>{kKey});
}

TEST_CASE("a leftover of a killed writer is not in the way of the next one") {
    MemorySystem system;
    system.knowsNamelessFiles = false;
    REQUIRE(wasPut(system, kKey, plainEntry()));
    system.writeFile(kEntryFolder + "/.tmp." + std::to_string(system.processId()) + ".0", "half an ent");
    REQUIRE(wasPut(system, kKey, fullEntry()));
    CHECK(foundEntry(system, kKey) == fullEntry());
}

TEST_CASE("a broken entry is set aside and not deleted") {
    MemorySystem system;
    const std::string text = GENERATE("", "x", "cgprune-journal 2\nboot=\n", "cgprune-journal 1\n");
    system.writeFile(kEntryFile, text);
    const auto entry = Journal(system).find(kKey);
    REQUIRE_FALSE(entry.ok());
    CHECK(entry.error().code == EBADMSG);
    CHECK(entry.error().doing == "read the journal entry " + kEntryFile +
                                     ", which is broken or of another version; it is kept as " + kEntryFile +
                                     ".broken");
    CHECK(system.fileText(kEntryFile + ".broken") == text);
    CHECK_FALSE(system.exists(kEntryFile));
}

TEST_CASE("a broken entry is told once and then is not there") {
    MemorySystem system;
    system.writeFile(kEntryFile, "x");
    REQUIRE_FALSE(Journal(system).find(kKey).ok());
    CHECK_FALSE(foundEntry(system, kKey));
    CHECK(keysOf(system, "freezer").empty());
    REQUIRE(wasPut(system, kKey, plainEntry()));
    CHECK(foundEntry(system, kKey) == plainEntry());
    CHECK(system.fileText(kEntryFile + ".broken") == "x");
}

TEST_CASE("an entry that was cut at any byte is broken") {
    const auto text = formatEntry(kKey, plainEntry());
    for (std::size_t size = 0; size < text.size(); ++size) {
        MemorySystem system;
        system.writeFile(kEntryFile, text.substr(0, size));
        INFO("cut to " << size << " bytes");
        CHECK(Journal(system).find(kKey).error().code == EBADMSG);
    }
}

TEST_CASE("an entry copied to another key is broken there") {
    MemorySystem system;
    system.writeFile(kEntryFolder + "/43", formatEntry(kKey, plainEntry()));
    CHECK(Journal(system).find({"freezer", 1000, 43}).error().code == EBADMSG);
}

TEST_CASE("an entry of endless length is broken and set aside") {
    MemorySystem system;
    system.writeFile(kEntryFile, std::string(70'000, 'x'));
    CHECK(Journal(system).find(kKey).error().code == EBADMSG);
    CHECK(system.exists(kEntryFile + ".broken"));
}

TEST_CASE("an entry that cannot be read is an error and stays in its place") {
    MemorySystem memory;
    REQUIRE(wasPut(memory, kKey, plainEntry()));
    FailingSystem system(memory);
    system.failNamed(GENERATE("openAt", "readFd"), GENERATE(EIO, EMFILE, ENOMEM));
    CHECK_FALSE(Journal(system).find(kKey).ok());
    system.clear();
    CHECK(foundEntry(system, kKey) == plainEntry());
}

TEST_CASE("keys and hierarchies that cannot be listed are errors") {
    MemorySystem memory;
    REQUIRE(wasPut(memory, kKey, plainEntry()));
    FailingSystem system(memory);
    const std::string name = GENERATE("openAt", "readDirectory");
    system.failNamed(name, EIO);
    CHECK(Journal(system).keys("freezer").error().code == EIO);
    CHECK(Journal(system).hierarchies().error().code == EIO);
    CHECK(memory.openFds().empty());
}

TEST_CASE("finding and listing entries changes nothing") {
    MemorySystem memory;
    REQUIRE(wasPut(memory, kKey, plainEntry()));
    RecordingSystem system(memory);
    CHECK(foundEntry(system, kKey));
    CHECK_FALSE(foundEntry(system, {"memory", 0, 1}));
    CHECK(keysOf(system, "freezer").size() == 1);
    CHECK(Journal(system).hierarchies().ok());
    CHECK(system.changes().empty());
}

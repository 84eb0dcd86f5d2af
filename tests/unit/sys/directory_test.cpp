// SPDX-License-Identifier: MIT
#include "sys/directory.h"

#include <dirent.h>

#include <cstring>
#include <set>

#include "base/text.h"
#include "support/failing_system.h"
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

void makeFile(System& system, int directory, const std::string& name) {
    REQUIRE(writeWhole(system, directory, name.c_str(), "", 0644).ok());
}

}  // namespace

TEMPLATE_TEST_CASE("an empty directory has no entries", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    DirectoryReader reader(folder.system, directory.get());
    DirectoryReader::Entry entry;
    const auto more = reader.next(entry);
    REQUIRE(more.ok());
    CHECK_FALSE(more.value());
}

TEMPLATE_TEST_CASE("an entry has its name, inode and type", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(system.makeDirectoryAt(directory.get(), "sub", 0755) == 0);
    FileStat known;
    REQUIRE(system.statAt(directory.get(), "sub", 0, known) == 0);

    DirectoryReader reader(system, directory.get());
    DirectoryReader::Entry entry;
    REQUIRE(reader.next(entry).value());
    CHECK(entry.name == "sub");
    CHECK(entry.inode == known.inode);
    CHECK(entry.type == DT_DIR);
    CHECK_FALSE(reader.next(entry).value());
}

TEMPLATE_TEST_CASE("files and symlinks are told apart", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    makeFile(system, directory.get(), "file");
    REQUIRE(system.symlinkAt("file", directory.get(), "link") == 0);

    std::set<std::pair<std::string, int>> seen;
    DirectoryReader reader(system, directory.get());
    DirectoryReader::Entry entry;
    while (reader.next(entry).value()) seen.emplace(entry.name, entry.type);
    CHECK(seen == std::set<std::pair<std::string, int>>{{"file", DT_REG}, {"link", DT_LNK}});
}

TEMPLATE_TEST_CASE("a name is zero-terminated, so that it can be opened", "[sys][directory]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    makeFile(system, directory.get(), "a name with blanks");
    DirectoryReader reader(system, directory.get());
    DirectoryReader::Entry entry;
    REQUIRE(reader.next(entry).value());
    CHECK(std::strlen(entry.name.data()) == entry.name.size());
    FileStat known;
    CHECK(system.statAt(directory.get(), entry.name.data(), 0, known) == 0);
}

TEMPLATE_TEST_CASE("more entries than fit into one buffer are each seen once", "[sys][directory]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    std::set<std::string> made;
    for (int i = 0; i < 400; ++i) {
        const std::string name = std::string(200, 'n') + decimal(i);
        REQUIRE(system.makeDirectoryAt(directory.get(), name.c_str(), 0755) == 0);
        made.insert(name);
    }

    std::multiset<std::string> seen;
    DirectoryReader reader(system, directory.get());
    DirectoryReader::Entry entry;
    while (reader.next(entry).value()) seen.emplace(entry.name);
    CHECK(seen == std::multiset<std::string>(made.begin(), made.end()));
}

TEMPLATE_TEST_CASE("names that begin with dots are entries", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    makeFile(folder.system, directory.get(), "...");
    makeFile(folder.system, directory.get(), ".x");
    CHECK(namesIn(folder.system, folder.path) == std::vector<std::string>{"...", ".x"});
}

TEMPLATE_TEST_CASE("listing what is no directory is an error", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    makeFile(folder.system, directory.get(), "file");
    const Fd file = openFile(folder.system, directory.get(), "file");
    DirectoryReader reader(folder.system, file.get());
    DirectoryReader::Entry entry;
    const auto more = reader.next(entry);
    REQUIRE_FALSE(more.ok());
    CHECK(more.error().code == ENOTDIR);
}

TEMPLATE_TEST_CASE("listing a removed directory is an error", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(system.makeDirectoryAt(directory.get(), "sub", 0755) == 0);
    const Fd sub = openDirectory(system, folder.path + "/sub");
    REQUIRE(system.unlinkAt(directory.get(), "sub", AT_REMOVEDIR) == 0);
    DirectoryReader reader(system, sub.get());
    DirectoryReader::Entry entry;
    const auto more = reader.next(entry);
    REQUIRE_FALSE(more.ok());
    CHECK(more.error().code == ENOENT);
}

TEMPLATE_TEST_CASE("an interrupted listing goes on", "[sys][directory]", RealFolder, MemoryFolder) {
    TestType folder;
    FailingSystem system(folder.system);
    const Fd directory = openDirectory(system, folder.path);
    makeFile(system, directory.get(), "file");
    system.failNamed("readDirectory", EINTR, 3);
    DirectoryReader reader(system, directory.get());
    DirectoryReader::Entry entry;
    const auto more = reader.next(entry);
    REQUIRE(more.ok());
    CHECK(entry.name == "file");
    CHECK(system.failures() == 3);
}

TEMPLATE_TEST_CASE("a cgroup's name of 4,095 bytes is listed whole", "[sys][directory][cgroup]",
                   RealHierarchy, MemoryHierarchy) {
    TestType world;
    SKIP_UNLESS_READY(world);
    System& system = world.system;
    const Fd root = openDirectory(system, world.path);
    const std::string name(4095, 'x');
    REQUIRE(system.makeDirectoryAt(root.get(), name.c_str(), 0755) == 0);

    bool seen = false;
    DirectoryReader reader(system, root.get());
    DirectoryReader::Entry entry;
    while (reader.next(entry).value()) seen = seen || entry.name == name;
    CHECK(seen);
    CHECK(system.unlinkAt(root.get(), name.c_str(), AT_REMOVEDIR) == 0);
}

}  // namespace prune

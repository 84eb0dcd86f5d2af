// SPDX-License-Identifier: MIT
/// writeWhole: whole or absent, and nothing left over.
#include <sys/stat.h>

#include "base/text.h"
#include "support/failing_system.h"
#include "support/recording_system.h"
#include "sys/files.h"
#include "unit/sys/one_byte_system.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

/// As a System where O_TMPFILE is unknown.
class NoNamelessFiles final : public InterceptedSystem {
public:
    explicit NoNamelessFiles(System& inner, int code = EOPNOTSUPP) : InterceptedSystem(inner), code_(code) {}

private:
    int before(const Call& call) override {
        const bool nameless = call.arguments.find("|TMPFILE") != std::string::npos;
        return call.name == "openAt" && nameless ? code_ : 0;
    }
    void after(const Call&, std::int64_t) override {}

    int code_;
};

using Names = std::vector<std::string>;

}  // namespace

TEMPLATE_TEST_CASE("writeWhole makes a file with its mode", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(folder.system, directory.get(), "f", "text\n", 0600).ok());
    CHECK(textIn(folder.system, folder.path + "/f") == "text\n");
    CHECK(namesIn(folder.system, folder.path) == Names{"f"});
    FileStat known;
    REQUIRE(folder.system.statAt(directory.get(), "f", 0, known) == 0);
    CHECK(known.mode == (S_IFREG | 0600));
}

TEMPLATE_TEST_CASE("writeWhole replaces a file by another one", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(folder.system, directory.get(), "f", "a longer old text", 0600).ok());
    const Fd old = openFile(folder.system, directory.get(), "f");
    REQUIRE(writeWhole(folder.system, directory.get(), "f", "new", 0600).ok());
    CHECK(textIn(folder.system, folder.path + "/f") == "new");
    CHECK(namesIn(folder.system, folder.path) == Names{"f"});
    char buffer[64];
    CHECK(folder.system.readFd(old.get(), buffer, sizeof buffer) == 17);
}

TEMPLATE_TEST_CASE("writeWhole works where nameless files are unknown", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    NoNamelessFiles system(folder.system, GENERATE(EOPNOTSUPP, EISDIR));
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "old", 0600).ok());
    REQUIRE(writeWhole(system, directory.get(), "f", "new", 0600).ok());
    CHECK(textIn(system, folder.path + "/f") == "new");
    CHECK(namesIn(system, folder.path) == Names{"f"});
}

TEMPLATE_TEST_CASE("writes that take less than given are continued", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    OneByteSystem system(folder.system);
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "first text", 0600).ok());
    REQUIRE(writeWhole(system, directory.get(), "f", "second text", 0600).ok());
    CHECK(textIn(folder.system, folder.path + "/f") == "second text");
}

TEMPLATE_TEST_CASE("interrupted calls of writeWhole are repeated", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    FailingSystem system(folder.system);
    const Fd directory = openDirectory(folder.system, folder.path);
    system.failNamed("openAt", EINTR, 1);
    system.failNamed("writeFd", EINTR, 1);
    REQUIRE(writeWhole(system, directory.get(), "f", "text", 0600).ok());
    CHECK(system.failures() == 2);
    CHECK(textIn(folder.system, folder.path + "/f") == "text");
}

TEMPLATE_TEST_CASE("whichever call fails, a new file is whole or absent and nothing else is left",
                   "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    NoNamelessFiles named(folder.system);
    System& below = GENERATE(true, false) ? static_cast<System&>(named) : folder.system;
    FailingSystem system(below);
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "text", 0600).ok());
    const int calls = system.count();
    for (int n = 1; n <= calls; ++n) {
        folder.system.unlinkAt(directory.get(), "f", 0);
        system.failCall(n, EIO);
        const auto status = writeWhole(system, directory.get(), "f", "text", 0600);
        INFO("call " << n << " of " << calls);
        CHECK_FALSE(status.ok());
        CHECK(namesIn(folder.system, folder.path).empty());
    }
}

TEMPLATE_TEST_CASE("whichever call fails, a replaced file is the old or the new one and nothing else is left",
                   "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    FailingSystem system(folder.system);
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(folder.system, directory.get(), "f", "old", 0600).ok());
    REQUIRE(writeWhole(system, directory.get(), "f", "old", 0600).ok());
    const int calls = system.count();
    CHECK(calls >= 6);
    for (int n = 1; n <= calls; ++n) {
        system.failCall(n, EIO);
        const auto status = writeWhole(system, directory.get(), "f", "new", 0600);
        INFO("call " << n << " of " << calls);
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == EIO);
        CHECK(textIn(folder.system, folder.path + "/f") == "old");
        CHECK(namesIn(folder.system, folder.path) == Names{"f"});
    }
}

TEST_CASE("whichever call fails, writeWhole leaves no descriptor open", "[sys][files]") {
    MemoryFolder folder;
    FailingSystem system(folder.system);
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "old", 0600).ok());
    for (int n = 1; n <= 8; ++n) {
        system.failCall(n, EIO);
        (void)writeWhole(system, directory.get(), "f", "new", 0600).ok();
        CHECK(folder.system.openFds() == std::vector<int>{directory.get()});
    }
}

TEST_CASE("between any two calls of writeWhole the file is the old or the new one, whole", "[sys][files]") {
    int looks = 0;
    MemoryFolder folder;
    OneByteSystem system(folder.system);
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "old text", 0600).ok());
    folder.system.beforeCall = [&](std::string_view) {
        const auto text = folder.system.fileText("/run/area/f");
        CHECK((text == "old text" || text == "new text"));
        ++looks;
    };
    REQUIRE(writeWhole(system, directory.get(), "f", "new text", 0600).ok());
    CHECK(looks > 10);
}

TEMPLATE_TEST_CASE("a temporary name that is taken is stepped over, and not followed", "[sys][files]",
                   RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    const std::string temporary = ".tmp." + decimal(system.processId()) + ".";
    REQUIRE(writeWhole(system, directory.get(), "victim", "untouched", 0600).ok());
    REQUIRE(writeWhole(system, directory.get(), (temporary + "0").c_str(), "of a killed process", 0600).ok());
    REQUIRE(system.symlinkAt("victim", directory.get(), (temporary + "1").c_str()) == 0);
    REQUIRE(writeWhole(system, directory.get(), "f", "old", 0600).ok());
    REQUIRE(writeWhole(system, directory.get(), "f", "new", 0600).ok());
    CHECK(textIn(system, folder.path + "/f") == "new");
    CHECK(textIn(system, folder.path + "/victim") == "untouched");
    CHECK(namesIn(system, folder.path) == Names{temporary + "0", temporary + "1", "f", "victim"});
}

TEMPLATE_TEST_CASE("where all temporary names are taken, writeWhole gives up with EEXIST", "[sys][files]",
                   RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "f", "old", 0600).ok());
    for (int n = 0; n < 100; ++n) {
        const std::string name = ".tmp." + decimal(system.processId()) + "." + decimal(n);
        REQUIRE(writeWhole(system, directory.get(), name.c_str(), "", 0600).ok());
    }
    const auto status = writeWhole(system, directory.get(), "f", "new", 0600);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EEXIST);
    CHECK(textIn(system, folder.path + "/f") == "old");
}

TEMPLATE_TEST_CASE("writeWhole replaces a symlink, not what it leads to", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(writeWhole(system, directory.get(), "victim", "untouched", 0600).ok());
    REQUIRE(system.symlinkAt("victim", directory.get(), "f") == 0);
    REQUIRE(writeWhole(system, directory.get(), "f", "new", 0600).ok());
    CHECK(textIn(system, folder.path + "/victim") == "untouched");
    CHECK(textIn(system, folder.path + "/f") == "new");
}

TEMPLATE_TEST_CASE("writeWhole into a removed directory fails", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    System& system = folder.system;
    const Fd directory = openDirectory(system, folder.path);
    REQUIRE(system.makeDirectoryAt(directory.get(), "sub", 0755) == 0);
    const Fd sub = openDirectory(system, folder.path + "/sub");
    REQUIRE(system.unlinkAt(directory.get(), "sub", AT_REMOVEDIR) == 0);
    // With which errno depends on the filesystem.
    CHECK_FALSE(writeWhole(system, sub.get(), "f", "text", 0600).ok());
}

TEST_CASE("on a full filesystem writeWhole says ENOSPC and leaves the old file alone", "[sys][files]") {
    MemoryFolder folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    REQUIRE(writeWhole(folder.system, directory.get(), "f", "old", 0600).ok());
    folder.system.limitSpace("/run", 2);
    const auto replaced = writeWhole(folder.system, directory.get(), "f", std::string(10'000, 'x'), 0600);
    REQUIRE_FALSE(replaced.ok());
    CHECK(replaced.error().code == ENOSPC);
    CHECK(textIn(folder.system, "/run/area/f") == "old");
    CHECK_FALSE(writeWhole(folder.system, directory.get(), "g", std::string(10'000, 'x'), 0600).ok());
    CHECK(namesIn(folder.system, folder.path) == Names{"f"});
    // What failed has given its room back.
    CHECK(writeWhole(folder.system, directory.get(), "g", std::string(4096, 'x'), 0600).ok());
}

TEST_CASE("a new file is made without a temporary name", "[sys][files]") {
    MemoryFolder folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    RecordingSystem system(folder.system);
    REQUIRE(writeWhole(system, directory.get(), "f", "text", 0600).ok());
    CHECK(system.calls() == Names{"openAt 3 '.' WRONLY|TMPFILE -> 4", "writeFd 4 'text' -> 4",
                                  "linkFd 4 3 'f' -> 0", "closeFd 4 -> 0"});
}

}  // namespace prune

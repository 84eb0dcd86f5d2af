// SPDX-License-Identifier: MIT
/// Reading whole files, and writing control files.
#include "sys/files.h"

#include "support/failing_system.h"
#include "support/recording_system.h"
#include "unit/sys/one_byte_system.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

using namespace std::string_literals;

void makeFile(System& system, const std::string& path, std::string_view text) {
    const Fd fd = openFile(system, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC);
    while (!text.empty()) {
        const ssize_t count = system.writeFd(fd.get(), text);
        REQUIRE(count > 0);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

}  // namespace

TEMPLATE_TEST_CASE("readSmall gives the text", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/f", "one\0two\n"s);
    const Fd directory = openDirectory(folder.system, folder.path);
    char buffer[64];
    const auto text = readSmall(folder.system, directory.get(), "f", buffer);
    REQUIRE(text.ok());
    CHECK(text.value() == "one\0two\n"s);
    CHECK(text.value().data() == buffer);
}

TEMPLATE_TEST_CASE("readSmall gives an empty text for an empty file", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/f", "");
    char buffer[8];
    const auto text = readSmall(folder.system, AT_FDCWD, (folder.path + "/f").c_str(), buffer);
    REQUIRE(text.ok());
    CHECK(text.value().empty());
}

TEMPLATE_TEST_CASE("readSmall takes a text that leaves one byte free, and not a longer one", "[sys][files]",
                   RealFolder, MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/7", "1234567");
    makeFile(folder.system, folder.path + "/8", "12345678");
    const Fd directory = openDirectory(folder.system, folder.path);
    char buffer[8];
    CHECK(readSmall(folder.system, directory.get(), "7", buffer).ok());
    const auto longer = readSmall(folder.system, directory.get(), "8", buffer);
    REQUIRE_FALSE(longer.ok());
    CHECK(longer.error().code == EFBIG);
}

TEMPLATE_TEST_CASE("reading a file that is not there is ENOENT, and says its name", "[sys][files]",
                   RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    char buffer[8];
    const auto small = readSmall(folder.system, directory.get(), "no\nfile", buffer);
    REQUIRE_FALSE(small.ok());
    CHECK(small.error().code == ENOENT);
    CHECK(small.error().doing == "open no\\x0afile");
    const auto whole = readWhole(folder.system, directory.get(), "none", 100);
    REQUIRE_FALSE(whole.ok());
    CHECK(whole.error().code == ENOENT);
}

TEMPLATE_TEST_CASE("reading a directory as a file is EISDIR", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    const auto text = readWhole(folder.system, AT_FDCWD, folder.path.c_str(), 100);
    REQUIRE_FALSE(text.ok());
    CHECK(text.error().code == EISDIR);
}

TEMPLATE_TEST_CASE("readWhole takes exactly its limit, and not a byte more", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    const std::size_t size = GENERATE(0U, 1U, 4095U, 4096U, 4097U, 100'000U);
    const std::string text(size, 'x');
    makeFile(folder.system, folder.path + "/f", text);
    const Fd directory = openDirectory(folder.system, folder.path);
    CHECK(readWhole(folder.system, directory.get(), "f", size).value() == text);
    CHECK(readWhole(folder.system, directory.get(), "f", SIZE_MAX).value() == text);
    if (size == 0) return;
    const auto longer = readWhole(folder.system, directory.get(), "f", size - 1);
    REQUIRE_FALSE(longer.ok());
    CHECK(longer.error().code == EFBIG);
}

TEMPLATE_TEST_CASE("reads that give less than asked are continued", "[sys][files]", RealFolder,
                   MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/f", "a longer text");
    OneByteSystem system(folder.system);
    const Fd directory = openDirectory(system, folder.path);
    char buffer[64];
    CHECK(readSmall(system, directory.get(), "f", buffer).value() == "a longer text");
    CHECK(readWhole(system, directory.get(), "f", 64).value() == "a longer text");
}

TEMPLATE_TEST_CASE("interrupted opens and reads are repeated", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/f", "text");
    const Fd directory = openDirectory(folder.system, folder.path);
    FailingSystem system(folder.system);
    system.failNamed("openAt", EINTR, 2);
    system.failNamed("readFd", EINTR, 2);
    CHECK(readWhole(system, directory.get(), "f", 64).value() == "text");
    CHECK(system.failures() == 4);
}

TEST_CASE("reading closes the file, whatever happens", "[sys][files]") {
    MemoryFolder folder;
    makeFile(folder.system, "/run/area/f", "a text");
    FailingSystem system(folder.system);
    char buffer[4];
    for (int n = 1; n <= 4; ++n) {
        system.failCall(n, EIO);
        CHECK_FALSE(readSmall(system, AT_FDCWD, "/run/area/f", buffer).ok());
        CHECK_FALSE(readWhole(system, AT_FDCWD, "/run/area/f", 3).ok());
        CHECK(folder.system.openFds().empty());
    }
}

TEST_CASE("a failed read says its errno", "[sys][files]") {
    MemoryFolder folder;
    makeFile(folder.system, "/run/area/f", "a text");
    FailingSystem system(folder.system);
    system.failNamed("readFd", ENODEV);
    const auto text = readWhole(system, AT_FDCWD, "/run/area/f", 100);
    REQUIRE_FALSE(text.ok());
    CHECK(text.error().code == ENODEV);
    CHECK(text.error().doing == "read /run/area/f");
}

TEST_CASE("readSmall is one open, two reads and a close", "[sys][files]") {
    MemoryFolder folder;
    makeFile(folder.system, "/run/area/f", "text");
    RecordingSystem system(folder.system);
    char buffer[64];
    REQUIRE(readSmall(system, AT_FDCWD, "/run/area/f", buffer).ok());
    CHECK(system.calls() == std::vector<std::string>{"openAt AT_FDCWD '/run/area/f' RDONLY -> 3",
                                                     "readFd 3 -> 4", "readFd 3 -> 0", "closeFd 3 -> 0"});
}

// --- writeText ---

TEST_CASE("writeText is one open, one write and a close", "[sys][files]") {
    MemoryHierarchy world;
    RecordingSystem system(world.system);
    REQUIRE(writeText(system, AT_FDCWD, "/sys/fs/cgroup/test/notify_on_release", "1").ok());
    CHECK(system.calls() ==
          std::vector<std::string>{"openAt AT_FDCWD '/sys/fs/cgroup/test/notify_on_release' WRONLY -> 3",
                                   "writeFd 3 '1' -> 1", "closeFd 3 -> 0"});
    CHECK(world.system.notify(world.name, "/"));
}

TEMPLATE_TEST_CASE("writeText does not make a file", "[sys][files]", RealFolder, MemoryFolder) {
    TestType folder;
    const Fd directory = openDirectory(folder.system, folder.path);
    const auto status = writeText(folder.system, directory.get(), "none", "1");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == ENOENT);
    CHECK(namesIn(folder.system, folder.path).empty());
}

TEMPLATE_TEST_CASE("writeText says what a control file refuses", "[sys][files][cgroup]", RealHierarchy,
                   MemoryHierarchy) {
    TestType world;
    SKIP_UNLESS_READY(world);
    const Fd root = openDirectory(world.system, world.path);
    const auto status = writeText(world.system, root.get(), "notify_on_release", "nonsense");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EINVAL);
    CHECK(status.error().doing == "write notify_on_release");
}

TEMPLATE_TEST_CASE("a write cut short is not continued in a control file, but an error", "[sys][files]",
                   RealFolder, MemoryFolder) {
    TestType folder;
    makeFile(folder.system, folder.path + "/f", "");
    OneByteSystem system(folder.system);
    const auto status = writeText(system, AT_FDCWD, (folder.path + "/f").c_str(), "12");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EIO);
    CHECK(textIn(folder.system, folder.path + "/f") == "1");
}

TEST_CASE("an interrupted writeText is repeated", "[sys][files]") {
    MemoryFolder folder;
    makeFile(folder.system, "/run/area/f", "");
    FailingSystem system(folder.system);
    system.failNamed("openAt", EINTR, 1);
    system.failNamed("writeFd", EINTR, 1);
    REQUIRE(writeText(system, AT_FDCWD, "/run/area/f", "12").ok());
    CHECK(textIn(folder.system, "/run/area/f") == "12");
}

}  // namespace prune

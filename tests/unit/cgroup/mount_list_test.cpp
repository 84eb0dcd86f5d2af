// SPDX-License-Identifier: MIT
// Reading mountinfo through a fixed buffer: wherever reads end, the lines are the same.
#include "cgroup/mount_list.h"

#include <vector>

#include "mountinfo_system.h"
#include "support/catch.h"
#include "support/failing_system.h"

using namespace prune;

namespace {

constexpr std::size_t kBufferSize = 65'536;

std::vector<std::string> mountLines(System& system) {
    const Fd file(system, system.openAt(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY));
    REQUIRE(file.valid());
    MountLines lines(system, file.get());
    std::vector<std::string> found;
    std::string_view line;
    while (true) {
        const auto more = lines.next(line);
        REQUIRE(more.ok());
        if (!more.value()) return found;
        found.emplace_back(line);
    }
}

std::vector<std::string> mountLines(std::string_view text) {
    MountinfoSystem system(text);
    return mountLines(system);
}

std::vector<std::string> mountPointsOf(System& system) {
    std::vector<std::string> found;
    const auto status =
        forEachCgroupMount(system, [&](const CgroupMount& mount) { found.emplace_back(mount.mountPoint); });
    REQUIRE(status.ok());
    return found;
}

std::string freezerLine(std::string_view mountPoint) {
    return "36 31 0:33 / " + std::string(mountPoint) + " rw - cgroup cgroup rw,freezer\n";
}

/// Two cgroup mounts among others.
const std::string kSample = "22 27 0:21 / /proc rw,relatime - proc proc rw\n" + freezerLine("/cg/freezer") +
                            "27 1 254:0 / / rw - ext4 /dev/vda rw\n\n" +
                            "41 31 0:38 / /cg/unified rw - cgroup2 cgroup2 rw\n" +
                            "24 27 0:6 / /dev rw - devtmpfs devtmpfs rw\n";

}  // namespace

TEST_CASE("mountinfo is handed out line by line") {
    CHECK(mountLines("a\nbc\n\nd\n") == std::vector<std::string>{"a", "bc", "", "d"});
}

TEST_CASE("an empty mountinfo has no line") { CHECK(mountLines("").empty()); }

TEST_CASE("a last line of mountinfo without a newline may be cut and is not handed out") {
    CHECK(mountLines("a\nbc") == std::vector<std::string>{"a"});
    CHECK(mountLines("bc").empty());
}

TEST_CASE("lines of mountinfo are the same at every size of reads") {
    MountinfoSystem system(kSample);
    const auto whole = mountLines(system);
    REQUIRE(whole.size() == 6);
    for (std::size_t size = 1; size <= kSample.size(); ++size) {
        system.mostAtOnce = size;
        INFO(size << " bytes a read");
        CHECK(mountLines(system) == whole);
    }
}

TEST_CASE("mountinfo cut at any byte gives the cgroup mounts of its whole lines and no other") {
    MountinfoSystem system("");
    const auto firstEnd = kSample.find("rw,freezer\n") + std::string_view("rw,freezer\n").size();
    const auto secondEnd = kSample.find("cgroup2 rw\n") + std::string_view("cgroup2 rw\n").size();
    for (std::size_t size = 0; size <= kSample.size(); ++size) {
        system.setText(std::string_view(kSample).substr(0, size));
        std::vector<std::string> expected;
        if (size >= firstEnd) expected.emplace_back("/cg/freezer");
        if (size >= secondEnd) expected.emplace_back("/cg/unified");
        INFO("cut to " << size << " bytes");
        CHECK(mountPointsOf(system) == expected);
    }
}

TEST_CASE("a line that just fills the buffer is handed out") {
    const std::string longest(kBufferSize - 1, 'x');
    CHECK(mountLines("a\n" + longest + "\nb\n") == std::vector<std::string>{"a", longest, "b"});
}

TEST_CASE("a line longer than the buffer is passed over and those around it are not") {
    const auto size = GENERATE(as<std::size_t>{}, 65'536, 65'537, 131'071, 131'072, 131'073, 333'333);
    INFO(size);
    const std::string text = "a\n" + std::string(size, 'x') + "\nb\nc\n";
    CHECK(mountLines(text) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("the tail of a line longer than the buffer is never taken for a line") {
    std::string hostile = freezerLine("/evil");
    hostile.pop_back();
    MountinfoSystem system(std::string(kBufferSize, 'x') + hostile + "\n" + freezerLine("/good"));
    system.mostAtOnce = GENERATE(65'536U, 4096U, 1000U);
    CHECK(mountPointsOf(system) == std::vector<std::string>{"/good"});
}

TEST_CASE("a line longer than the buffer at the end of mountinfo ends the list") {
    CHECK(mountLines("a\n" + std::string(3 * kBufferSize, 'x')) == std::vector<std::string>{"a"});
    CHECK(mountLines("a\n" + std::string(3 * kBufferSize, 'x') + "\n") == std::vector<std::string>{"a"});
}

TEST_CASE("each of 2000 cgroup mounts is visited once and in order") {
    std::string text;
    std::vector<std::string> expected;
    for (int n = 0; n < 2000; ++n) {
        expected.push_back("/cg/mount" + std::to_string(n));
        text += freezerLine(expected.back());
    }
    MountinfoSystem system(text);
    system.mostAtOnce = GENERATE(1U, 33U, 4095U, 4096U, 65'536U);
    CHECK(mountPointsOf(system) == expected);
}

TEST_CASE("interrupted reads of mountinfo are repeated") {
    MountinfoSystem mounts(kSample);
    FailingSystem system(mounts);
    system.failNamed("readFd", EINTR, 3);
    CHECK(mountPointsOf(system).size() == 2);
    CHECK(system.failures() == 3);
}

TEST_CASE("a mountinfo that cannot be opened is an error") {
    MountinfoSystem mounts(kSample);
    FailingSystem system(mounts);
    system.failNamed("openAt", EMFILE);
    const auto status = forEachCgroupMount(system, [](const CgroupMount&) { FAIL("visited"); });
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text() == "open /proc/self/mountinfo: Too many open files (errno 24)");
}

TEST_CASE("a mountinfo that cannot be read on is an error and leaves nothing open") {
    MountinfoSystem mounts(kSample);
    mounts.mostAtOnce = 10;
    FailingSystem system(mounts);
    const int call = GENERATE(2, 5);
    system.failCall(call, ENOMEM);
    const auto status = forEachCgroupMount(system, [](const CgroupMount&) {});
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text() == "read /proc/self/mountinfo: Cannot allocate memory (errno 12)");
    CHECK(mounts.memory.openFds().empty());
}

// SPDX-License-Identifier: MIT
// Once-markers: said once among all processes, and in doubt said twice.
#include <cerrno>
#include <utility>

#include "processes.h"
#include "real_state.h"
#include "store/state_folder.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

constexpr std::int64_t kSinceBoot = -1;
constexpr std::int64_t kHour = 3'600'000;

}  // namespace

TEST_CASE("the first caller is the first and the second is not") {
    MemorySystem system;
    const auto interval = GENERATE(as<std::int64_t>{}, kSinceBoot, kHour);
    CHECK(isFirstOf(system, "conf 1", interval));
    CHECK_FALSE(isFirstOf(system, "conf 1", interval));
}

TEST_CASE("a caller about something else is the first of that") {
    MemorySystem system;
    REQUIRE(isFirstOf(system, "conf 1", kSinceBoot));
    CHECK(isFirstOf(system, "conf 2", kSinceBoot));
    CHECK(isFirstOf(system, "", kSinceBoot));
    CHECK(isFirstOf(system, "conf 1 ", kSinceBoot));
    CHECK_FALSE(isFirstOf(system, "", kSinceBoot));
}

TEST_CASE("a marker can be about any bytes") {
    MemorySystem system;
    const std::string about = GENERATE(std::string("../../etc/passwd"), std::string("a\0b", 3),
                                       std::string("\n\xff"), std::string(5000, 'x'));
    CHECK(isFirstOf(system, about, kSinceBoot));
    CHECK_FALSE(isFirstOf(system, about, kSinceBoot));
    CHECK(system.names("/run/cgprune/once").size() == 1);
}

TEST_CASE("a caller after the interval is the first again") {
    MemorySystem system;
    REQUIRE(isFirstOf(system, "x", kHour));
    system.advance(kHour - 1);
    CHECK_FALSE(isFirstOf(system, "x", kHour));
    system.advance(1);
    CHECK(isFirstOf(system, "x", kHour));
    CHECK_FALSE(isFirstOf(system, "x", kHour));
}

TEST_CASE("a caller who is not the first does not begin the interval anew") {
    MemorySystem system;
    REQUIRE(isFirstOf(system, "x", kHour));
    for (int look = 0; look < 3; ++look) {
        system.advance(kHour / 4);
        REQUIRE_FALSE(isFirstOf(system, "x", kHour));
    }
    system.advance(kHour / 4);
    CHECK(isFirstOf(system, "x", kHour));
}

TEST_CASE("a caller of once since boot is never the first again") {
    MemorySystem system;
    REQUIRE(isFirstOf(system, "x", kSinceBoot));
    system.advance(1000 * kHour);
    CHECK_FALSE(isFirstOf(system, "x", kSinceBoot));
}

TEST_CASE("every caller is the first without a state folder or a marker") {
    MemorySystem system;
    system.setReadOnly("/run");
    CHECK(isFirstOf(system, "x", kSinceBoot));
    CHECK(isFirstOf(system, "x", kSinceBoot));
}

TEST_CASE("every caller is the first where markers cannot be opened or looked at") {
    MemorySystem memory;
    REQUIRE(isFirstOf(memory, "x", kHour));
    FailingSystem system(memory);
    system.failNamed(GENERATE("openAt", "statFd"), EMFILE);
    CHECK(isFirstOf(system, "x", kHour));
    CHECK(isFirstOf(system, "x", kHour));
    CHECK(memory.openFds().empty());
}

TEST_CASE("a caller after the interval is the first though the marker cannot be set anew") {
    MemorySystem memory;
    REQUIRE(isFirstOf(memory, "x", kHour));
    memory.advance(kHour);
    FailingSystem system(memory);
    system.failNamed("setTimeFd", EPERM);
    CHECK(isFirstOf(system, "x", kHour));
}

TEST_CASE("of two who make the marker at once one is the first") {
    MemorySystem system;
    system.knowsNamelessFiles = GENERATE(true, false);
    bool other = false;
    bool begun = false;
    system.beforeCall = [&](std::string_view call) {
        if (call == "setTimeFd" && !std::exchange(begun, true)) other = isFirstOf(system, "x", kHour);
    };
    const bool first = isFirstOf(system, "x", kHour);
    REQUIRE(begun);
    CHECK(first != other);
}

TEST_CASE("one who is killed while making the marker leaves another to be the first") {
    MemorySystem memory;
    FailingSystem system(memory);
    system.failNamed("setTimeFd", EIO);  // what comes after it does not happen
    isFirstOf(system, "x", kHour);
    CHECK(memory.names("/run/cgprune/once").empty());
    CHECK(isFirstOf(memory, "x", kHour));
    CHECK_FALSE(isFirstOf(memory, "x", kHour));
}

TEST_CASE("of many processes at once one is the first") {
    const TemporaryRoot root;
    std::vector<Child> children;
    for (int n = 0; n < 100; ++n)
        children.emplace_back([&root] {
            RealState system(root);
            return isFirstOf(system, "x", kSinceBoot) ? 1 : 0;
        });
    int first = 0;
    for (auto& child : children) first += child.wait();
    CHECK(first == 1);
}

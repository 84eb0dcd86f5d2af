// SPDX-License-Identifier: MIT
// Whoever has thousands of entries makes nobody wait for all of them.
#include "prune/turns.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "prune/defer.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr std::uint64_t kFlood = 4'000;

/// "0a": owner 0's a.
std::vector<std::string> inTurns(std::vector<std::string> items, std::uint64_t start = 0) {
    takeTurns(items, start,
              [](const std::string& item) { return static_cast<std::uint32_t>(item.front() - '0'); });
    return items;
}

/// A user's thousands of cgroups, all of them due and kept back by a creator that is not known to be gone,
/// and one of another owner, that is due last of all.
struct Flooded : World {
    explicit Flooded(std::uint32_t other) {
        conf("[agent]\ndrainer = no\n[default]\nlinger = 0\nretry = 1ms..1ms\n");
        for (std::uint64_t i = 0; i < kFlood; ++i) add("/flood/" + decimalUnsigned(i), 2'001, 1);
        add("/other", other, 2);
        kernel.advance(10);
    }

    void add(const std::string& path, std::uint32_t owner, std::int64_t dueMs) {
        const auto id = make(path);
        kernel.setOwner(kernel.cgroupDirectory("freezer", path), owner);
        JournalEntry entry;
        entry.boot = instance.boot;
        entry.hierarchyId = instance.hierarchyId;
        entry.path = path;
        entry.reason = "lingering";
        entry.dueMs = dueMs;
        REQUIRE(Journal(kernel).put({"freezer", owner, id}, entry).ok());
    }
    Instance instance = instanceOf(kernel, "freezer").value();

    /// One pass as an agent makes it: `calls` system calls take its 5 ms.
    void shortPass(int calls) {
        context.conf = loadConf(kernel);
        int made = 0;
        kernel.beforeCall = [&](std::string_view) {
            if (++made % (calls / 5) == 0) kernel.advance(1);
        };
        RetryOptions options;
        options.mayWait = false;
        options.deadlineMs = kernel.bootTimeMs() + 5;
        retryDue(context, options);
        kernel.beforeCall = nullptr;
    }
};

}  // namespace

TEST_CASE("owners take turns, root first in each, and each keeps its own order") {
    CHECK(inTurns({"2a", "2b", "2c", "1a", "0a", "1b"}) ==
          std::vector<std::string>{"0a", "1a", "2a", "1b", "2b", "2c"});
    CHECK(inTurns({}).empty());
    CHECK(inTurns({"1b", "1a"}) == std::vector<std::string>{"1b", "1a"});
}

TEST_CASE("each owner but root is the first of the others in its turn") {
    const std::vector<std::string> items = {"0a", "1a", "2a", "3a"};
    std::vector<std::string> firsts;
    for (std::uint64_t start = 0; start < 4; ++start) firsts.push_back(inTurns(items, start)[1]);
    std::sort(firsts.begin(), firsts.end());
    CHECK(firsts == std::vector<std::string>{"1a", "1a", "2a", "3a"});
}

TEST_CASE("root's entry is served in the first short pass, however many a user has that are due before") {
    Flooded world(0);
    world.shortPass(GENERATE(100, 400));
    CHECK_FALSE(world.has("/other"));
    CHECK(world.has("/flood/3999"));
}

TEST_CASE("another user's entry is served in the first short pass, however many a user has") {
    Flooded world(2'002);
    world.shortPass(400);
    CHECK_FALSE(world.has("/other"));
    CHECK(world.has("/flood/3999"));
}

TEST_CASE(
    "with time for one entry a pass, another user's is served in one of the next, whatever is due before") {
    Flooded world(2'002);
    int passes = 0;
    for (; world.has("/other") && passes < 10; ++passes) {
        world.shortPass(5);
        world.kernel.advance(7);
    }
    CHECK(passes <= 4);
    CHECK(world.has("/flood/3990"));
}

TEST_CASE("a whole pass serves another owner's entry before all but one of a user's thousands") {
    Flooded world(2'002);
    std::size_t before = 0;  // of the user's, that went before it
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "unlinkAt" && world.has("/other")) before = world.counted(Counter::removed);
    };
    world.retry();
    world.kernel.beforeCall = nullptr;
    CHECK_FALSE(world.has("/other"));
    CHECK(before <= 1);
}

}  // namespace prune::test

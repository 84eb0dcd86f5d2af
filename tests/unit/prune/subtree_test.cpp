// SPDX-License-Identifier: MIT
// Removing a cgroup and what is below it, because somebody asks for it.
#include "prune/subtree.h"

#include <cerrno>

#include "unit/prune/world.h"

namespace prune::test {

namespace {

/// "PATH done reason" of each cgroup that was looked at.
struct Heard final : CgroupListener {
    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        const bool removed = outcome.done == Done::removed;
        lines.push_back(std::string(path) + (removed ? " removed" : " ") +
                        (removed || !outcome.reason ? "" : std::string(word(*outcome.reason))));
        return lines.size() < most;
    }
    std::vector<std::string> lines;
    std::size_t most = SIZE_MAX;
};

struct Orchard : World {
    Result<SubtreeResult> prune(const std::string& path) {
        const auto open = openHierarchyByName(system, "freezer");
        REQUIRE(open.ok());
        REQUIRE(open.value());
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        const auto cgroup = openCgroup(system, open.value()->root.get(), parsed.value());
        REQUIRE(cgroup.ok());
        REQUIRE(cgroup.value());
        return removeSubtree(context, {*open.value(), *cgroup.value(), path}, &heard);
    }
    Heard heard;
};

}  // namespace

TEST_CASE("a subtree goes with its children first") {
    Orchard world;
    world.make("/top/a/b");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines ==
          std::vector<std::string>{"/top/a/b removed", "/top/a removed", "/top removed"});
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("a subtree's neighbours stay, those whose names begin alike as well") {
    Orchard world;
    world.make("/top/a");
    world.make("/top2");
    world.make("/to");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.has("/top2"));
    CHECK(world.has("/to"));
}

TEST_CASE("what is populated in a subtree stays, and so does all above it") {
    Orchard world;
    world.make("/top/a/b");
    world.make("/top/c");
    world.kernel.enter(7, "freezer", "/top/a/b");
    const auto done = world.prune("/top");
    REQUIRE(done.ok());
    CHECK(done.value().removed == 1);
    CHECK(done.value().kept == 3);
    CHECK(world.has("/top/a/b"));
    CHECK_FALSE(world.has("/top/c"));
}

TEST_CASE("a subtree's flags do not matter") {
    Orchard world;
    world.make("/top");
    world.kernel.setNotify("freezer", "/top", false);
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("what somebody holds the lock of stays in a subtree") {
    Orchard world;
    world.make("/top");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/top"));
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top lock-held"});
    CHECK(world.has("/top"));
}

TEST_CASE("each removal of a subtree is logged and counted") {
    Orchard world;
    world.log.setLevel(LogLevel::info);
    world.make("/top/a");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.logged("msg=removed").size() == 2);
    CHECK(world.counted(Counter::removed) == 2);
}

TEST_CASE("a subtree's removal ends where the listener says so, and leaves the rest") {
    Orchard world;
    world.heard.most = 1;
    world.make("/top/a");
    const auto done = world.prune("/top");
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == ECANCELED);
    CHECK(world.has("/top"));
    CHECK_FALSE(world.has("/top/a"));
}

TEST_CASE("a dry run over a subtree says what would go and removes nothing") {
    Orchard world;
    world.context.dryRun = true;
    world.make("/top/a");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top/a removed", "/top removed"});
    CHECK(world.rmdirs() == 0);
    CHECK(world.has("/top/a"));
}

TEST_CASE("a subtree's removal leaves no descriptor open") {
    Orchard world;
    world.make("/top/a");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.kernel.openFds().empty());
}

}  // namespace prune::test

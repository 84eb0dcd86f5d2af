// SPDX-License-Identifier: MIT
// Removing a cgroup and what is below it, because somebody asks for it.
#include "prune/subtree.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "cgroup/delegation.h"
#include "cgroup/state.h"
#include "creator/creator.h"
#include "prune/defer.h"
#include "store/registry.h"
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
    Result<SubtreeResult> prune(const std::string& path) { return pruneFor(path, heard); }
    Result<SubtreeResult> pruneFor(const std::string& path, CgroupListener& listener) {
        const auto open = openHierarchyByName(system, "freezer");
        REQUIRE(open.ok());
        REQUIRE(open.value());
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        const auto cgroup = openCgroup(system, open.value()->root.get(), parsed.value());
        REQUIRE(cgroup.ok());
        REQUIRE(cgroup.value());
        options.listener = &listener;
        options.wallNowNs = wallNow();
        return removeSubtree(context, {*open.value(), *cgroup.value(), path}, options);
    }
    std::string directory(const std::string& path) { return kernel.cgroupDirectory("freezer", path); }
    /// What the clock says that directories' times are taken from.
    std::int64_t wallNow() {
        kernel.writeFile("/run/now", "");
        FileStat stat;
        REQUIRE(kernel.statAt(AT_FDCWD, "/run/now", 0, stat) == 0);
        return stat.modifiedNs;
    }
    /// As touch(1), which the owner can do.
    void setModified(const std::string& path, std::int64_t ns) {
        const Fd fd(kernel, kernel.openAt(AT_FDCWD, directory(path).c_str(), O_RDONLY | O_DIRECTORY));
        REQUIRE(kernel.setTimeFd(fd.get(), ns) == 0);
    }
    Heard heard;
    SubtreeOptions options;
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

TEST_CASE("what is too deep for any path is told, and the rest of the subtree goes") {
    Orchard world;
    std::string deep = "/top";
    while (deep.size() <= CgroupPath::kMaxBytes) deep += '/' + std::string(250, 'x');
    world.make(deep);
    world.make("/top/z");
    const auto done = world.prune("/top");
    REQUIRE(done.ok());
    CHECK(done.value().failed == 1);
    CHECK_FALSE(world.has("/top/z"));
    CHECK(world.has(deep));
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

TEST_CASE("of a subtree only what the pattern fits goes, and what is above the rest stays") {
    Orchard world;
    world.options.match = "/top/**/job*";
    world.make("/top/a/job1");
    world.make("/top/a/other");
    world.make("/top/b/job2/job3");
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top/a/job1"));
    CHECK(world.has("/top/a/other"));
    CHECK_FALSE(world.has("/top/b/job2"));
    CHECK(world.has("/top/b"));
    CHECK(world.heard.lines.back() == "/top not-matched");
}

TEST_CASE("a cgroup that the pattern does not fit is not asked why else it would stay") {
    Orchard world;
    world.options.match = "/other";
    world.make("/top");
    world.kernel.enter(7, "freezer", "/top");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top not-matched"});
}

TEST_CASE("what was made just now is too young for a subtree's removal by age") {
    Orchard world;
    world.options.olderThanMs = 60'000;
    world.make("/top/old");
    world.kernel.advance(60'000);
    world.make("/top/young");
    const auto done = world.prune("/top");
    REQUIRE(done.ok());
    CHECK(done.value().kept == 2);
    CHECK_FALSE(world.has("/top/old"));
    CHECK(world.heard.lines.back() == "/top has-children");
    CHECK(std::count(world.heard.lines.begin(), world.heard.lines.end(), "/top/young too-young") == 1);
}

TEST_CASE("a cgroup is no younger for its children having gone just now") {
    Orchard world;
    world.options.olderThanMs = 60'000;
    world.make("/top/a");
    world.kernel.advance(60'000);
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("the journal tells the age of what looks new") {
    Orchard world;
    world.make("/top");
    world.release("/top");
    world.kernel.advance(60'000);
    world.setModified("/top", world.wallNow());
    world.options.olderThanMs = 60'000;
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("no cgroup is older than the boot, whatever its directory's time says") {
    Orchard world;
    world.make("/top");
    world.setModified("/top", 0);
    world.options.olderThanMs = world.kernel.bootTimeMs() + 3'600'000;
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top too-young"});
}

TEST_CASE("a keep mark in a subtree gives way only where that is forced") {
    Orchard world;
    world.make("/top");
    world.kernel.setXattrOf(world.directory("/top"), kKeepByRoot, "");
    world.options.force.creator = world.options.force.lock = world.options.force.delegated = true;
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top kept"});
    world.options.force = {.kept = true};
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("a lock that somebody holds in a subtree gives way only where that is forced") {
    Orchard world;
    world.make("/top");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/top"));
    world.options.force = {.kept = true, .creator = true, .delegated = true};
    REQUIRE(world.prune("/top").ok());
    CHECK(world.has("/top"));
    world.options.force = {.lock = true};
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("a creator whose life nobody can tell gives way in a subtree only where that is forced") {
    Orchard world;
    const auto id = world.make("/top");
    world.kernel.writeFile("/run/cgprune/registry/freezer/" + std::to_string(id) + ".creator", "rubbish");
    world.options.force = {.kept = true, .lock = true, .delegated = true};
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top creator-undetermined"});
    world.options.force = {.creator = true};
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("what was handed to another in a subtree is entered only where that is forced") {
    Orchard world;
    world.make("/top/theirs/below");
    world.kernel.setXattrOf(world.directory("/top/theirs"), kDelegateByRoot, "1");
    world.options.force = {.kept = true, .creator = true, .lock = true};
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines ==
          std::vector<std::string>{"/top/theirs inside-delegation", "/top has-children"});
    world.options.force = {.delegated = true};
    REQUIRE(world.prune("/top").ok());
    CHECK_FALSE(world.has("/top"));
}

TEST_CASE("what was handed to another stays where it comes to the place of what was not") {
    /// What the owner of /top can do meanwhile.
    struct Swap final : CgroupListener {
        explicit Swap(MemorySystem& system) : kernel(system) {}
        bool onCgroup(std::string_view path, const Outcome&) override {
            if (done || !path.starts_with("/top/mine/")) return true;
            done = true;
            kernel.renameCgroup("freezer", "/top/mine", "moved");
            kernel.renameCgroup("freezer", "/top/theirs", "mine");
            return true;
        }
        MemorySystem& kernel;
        bool done = false;
    };
    Orchard world;
    const bool hasChildren = GENERATE(true, false);
    world.make("/top/mine/a");
    world.make("/top/mine/b");
    world.make("/top/theirs");
    if (hasChildren) world.make("/top/theirs/a");
    if (hasChildren) world.make("/top/theirs/b");
    world.kernel.setXattrOf(world.directory("/top/theirs"), kDelegateByRoot, "1");
    Swap swap(world.kernel);
    REQUIRE(world.pruneFor("/top", swap).ok());
    REQUIRE(swap.done);
    CHECK(world.has("/top/mine"));
    CHECK(world.has("/top/mine/a") == hasChildren);
    CHECK(world.has("/top/mine/b") == hasChildren);
}

TEST_CASE("no force removes what is populated from a subtree") {
    Orchard world;
    world.make("/top/a");
    world.kernel.enter(7, "freezer", "/top/a");
    world.options.force = {true, true, true, true};
    REQUIRE(world.prune("/top").ok());
    CHECK(world.has("/top/a"));
    CHECK(world.rmdirs() == 0);
}

TEST_CASE("while the conf has errors an owner's keep mark counts in a subtree") {
    Orchard world;
    world.make("/top");
    world.kernel.setXattrOf(world.directory("/top"), kKeepByOwner, "");
    world.conf("[default]\nowner-keep = no\nlinger = soon\n");
    readConf(world.context);
    REQUIRE_FALSE(world.context.conf.errors.empty());
    REQUIRE(world.prune("/top").ok());
    CHECK(world.heard.lines == std::vector<std::string>{"/top kept"});
}

TEST_CASE("what fails in a subtree is told with its errno, and the rest goes") {
    struct Codes final : CgroupListener {
        bool onCgroup(std::string_view path, const Outcome& outcome) override {
            if (outcome.done == Done::failed)
                seen.push_back(std::string(path) + ' ' + std::to_string(outcome.code));
            return true;
        }
        std::vector<std::string> seen;
    };
    Orchard world;
    Codes codes;
    world.make("/top/a");
    world.make("/top/b");
    world.kernel.mountOn(world.directory("/top/a"));
    const auto done = world.pruneFor("/top", codes);
    REQUIRE(done.ok());
    CHECK(done.value().failed == 1);
    CHECK(codes.seen == std::vector<std::string>{"/top/a " + std::to_string(EXDEV)});
    CHECK_FALSE(world.has("/top/b"));
}

TEST_CASE("what is known of a cgroup that is renamed while its subtree is removed stays known") {
    Orchard world;
    const FactKey key{"freezer", world.make("/top"), FactKind::creator};
    const auto instance = instanceOf(world.kernel, "freezer").value();
    RecordWriter writer;
    Creator ended;
    ended.task = {777, 100, 0, std::nullopt};
    writeCreator(writer, ended);
    const Fact fact{instance.boot, instance.hierarchyId, "/top", FactSource::registered, 0, writer.str()};
    REQUIRE(Registry(world.kernel).put(key, fact).ok());
    const std::string before = GENERATE(as<std::string>{}, "getXattr", "unlinkAt");
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == before && world.has("/top")) world.kernel.renameCgroup("freezer", "/top", "moved");
    };
    REQUIRE(world.prune("/top").ok());
    world.kernel.beforeCall = nullptr;
    INFO("renamed before " << before);
    REQUIRE(world.has("/moved"));
    CHECK(Registry(world.kernel).find(key).value() == fact);
}

TEST_CASE("a subtree's removal leaves no descriptor open") {
    Orchard world;
    world.make("/top/a");
    REQUIRE(world.prune("/top").ok());
    CHECK(world.kernel.openFds().empty());
}

}  // namespace prune::test

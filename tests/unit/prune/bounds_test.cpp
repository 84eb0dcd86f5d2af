// SPDX-License-Identifier: MIT
// What users can do as often as they like costs the host a bounded number of files and log lines.
#include <linux/magic.h>

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "prune/settle.h"
#include "prune/sweep.h"
#include "store/registry.h"
#include "support/failing_system.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

/// A file for each fact, by the shortest way.
void fillRegistry(MemorySystem& kernel, std::uint64_t facts) {
    kernel.makeFolder(kRegistry, 0700);
    for (std::uint64_t id = 1; id <= facts; ++id)
        kernel.writeFile(kRegistry + '/' + decimalUnsigned(id) + ".creator", "", 0600);
}

/// The system in memory does not tell by a folder's size how much is in it, as a real tmpfs does.
struct NoTmpfs final : InterceptedSystem {
    using InterceptedSystem::InterceptedSystem;
    int filesystemType(int, std::uint64_t& out) override {
        out = EXT4_SUPER_MAGIC;
        return 0;
    }
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

Result<bool> putFact(System& system, std::uint64_t id, FactSource source) {
    return Registry(system).put({"freezer", id, FactKind::creator}, {"boot", 1, "/a", source, 0, "name=x\n"});
}

}  // namespace

TEST_CASE("an observed fact is not added to as many as there may be, a registered one is") {
    World world;
    fillRegistry(world.kernel, kMaxFactsObserved);
    NoTmpfs counting(world.kernel);
    const auto refused = putFact(counting, 1'000'000, FactSource::observed);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ENOSPC);
    CHECK(putFact(counting, 1'000'000, FactSource::registered).ok());
}

TEST_CASE("the last observed fact that fits is added") {
    World world;
    fillRegistry(world.kernel, kMaxFactsObserved - 1);
    NoTmpfs counting(world.kernel);
    CHECK(putFact(counting, 1'000'000, FactSource::observed).ok());
    CHECK_FALSE(putFact(counting, 1'000'001, FactSource::observed).ok());
}

TEST_CASE(
    "that there is no room in the journal is said once an hour of root's and once of all users' entries") {
    World world;
    for (const std::uint32_t owner : {0U, 2'001U, 2'002U, 2'003U}) {
        const auto path = "/" + decimalUnsigned(owner);
        world.make(path);
        world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", path), owner);
    }
    FailingSystem full(world.kernel);
    full.failNamed("writeFd", ENOSPC);  // what has no content has room
    Context context{full, world.log, {}, false};
    for (const char* path : {"/0", "/2001", "/2002", "/2003", "/2001"}) release(context, kAlias, path);
    CHECK(world.logged("msg=not-journaled").size() == 2);
    world.kernel.advance(3'600'001);
    release(context, kAlias, "/2002");
    CHECK(world.logged("msg=not-journaled").size() == 3);
}

TEST_CASE("a sweep says of thousands of cgroups that cannot be looked at what it would say of one") {
    World world;
    world.conf("[default]\nsweep = yes\n");
    readConf(world.context);
    std::string path;
    while (path.size() <= CgroupPath::kMaxBytes) path += '/' + std::string(4'000, 'd');
    for (int i = 0; i < 50; ++i) world.make(path + '/' + decimal(i));
    const auto open = openHierarchyByName(world.system, "freezer");
    const auto result = sweepHierarchy(world.context, *open.value(), {});
    REQUIRE(result.ok());
    CHECK(result.value().failed >= 1);
    CHECK(world.logged("msg=sweep-fault").size() == 1);
}

TEST_CASE("a cgroup renamed while it is removed is looked at again and no failure is logged") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    bool renamed = false;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "unlinkAt" || std::exchange(renamed, true)) return;
        REQUIRE(world.kernel.renameCgroup("freezer", "/a", "b") == 0);
    };
    CHECK(world.release("/a").deferred);
    CHECK(world.logged("msg=removal-failed").empty());
    CHECK(world.entry().reason == "lingering");
    CHECK_FALSE(world.entry().failingSinceMs);
    world.retryFor(10'000);
    CHECK_FALSE(world.has("/b"));
}

}  // namespace prune::test

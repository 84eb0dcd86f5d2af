// SPDX-License-Identifier: MIT
// A state folder that others than root can write: nothing in it is believed, nothing is written through it,
// and no cgroup is removed until it is mended.
#include "base/text.h"
#include "prune/defer.h"
#include "prune/register_facts.h"
#include "prune/subtree.h"
#include "prune/sweep.h"
#include "store/state_folder.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr const char* kElsewhere = "/tmp/elsewhere";
const std::string kWhy =
    "/run/cgprune\\x20is\\x20not\\x20a\\x20folder\\x20that\\x20only\\x20root\\x20can\\x20write";

enum class Harm { owner, groupWritable, othersWritable, link, file };

/// /a is empty, flagged, and would go at once; a creator that has ended is registered for it.
struct Untrusted : World {
    explicit Untrusted(const std::string& more = {}) {
        conf("[default]\nlinger = 0\nsweep = yes\nsweep-linger = 0\n" + more);
        id = make("/a");
    }

    void harm(Harm how) {
        kernel.makeFolder(kElsewhere);
        kernel.makeFolder(std::string(kElsewhere) + "/counters");
        kernel.makeFolder(std::string(kElsewhere) + "/journal");
        switch (how) {
            case Harm::owner:
                return kernel.setOwner(kStateFolder, 1'000);
            case Harm::groupWritable:
                return kernel.setMode(kStateFolder, 0770);
            case Harm::othersWritable:
                return kernel.setMode(kStateFolder, 0702);
            case Harm::link:
                moveAway();
                return kernel.makeSymlink(kElsewhere, kStateFolder);
            case Harm::file:
                moveAway();
                return kernel.writeFile(kStateFolder, "", 0600);
        }
    }
    void moveAway() { REQUIRE(kernel.renameAt(-1, kStateFolder, -1, "/run/moved") == 0); }
    void journalIt() {
        JournalEntry entry;
        const auto instance = instanceOf(kernel, "freezer");
        entry.boot = instance.value().boot;
        entry.hierarchyId = instance.value().hierarchyId;
        entry.path = "/a";
        REQUIRE(Journal(kernel).put({"freezer", 0, id}, entry).ok());
    }
    /// What is in the link's target now.
    std::vector<std::string> leftElsewhere() {
        auto names = kernel.names(kElsewhere);
        for (const char* folder : {"/counters", "/journal"})
            for (const auto& name : kernel.names(kElsewhere + std::string(folder))) names.push_back(name);
        return names;
    }

    std::uint64_t id = 0;
};

Harm anyHarm() {
    return GENERATE(Harm::owner, Harm::groupWritable, Harm::othersWritable, Harm::link, Harm::file);
}

const std::vector<std::string> kAsBefore = {"counters", "journal"};

}  // namespace

TEST_CASE("a release is not acted on while others can write the state") {
    Untrusted world;
    world.harm(anyHarm());
    world.kernel.setAgent("freezer", "/usr/libexec/cgprune/release-agent");
    const auto released = world.releaseAs("/usr/libexec/cgprune/release-agent", "/a");
    CHECK(released.failed);
    CHECK_FALSE(released.deferred);
    CHECK(world.has("/a"));
    CHECK(world.logged("msg=release-failed agent=/usr/libexec/cgprune/release-agent cgroup=/a why=" + kWhy)
              .size() == 1);
    CHECK(world.leftElsewhere() == kAsBefore);
}

TEST_CASE("policy always, which asks for no facts, is not acted on either while others can write the state") {
    Untrusted world("policy = always\n");
    world.harm(anyHarm());
    world.kernel.setAgent("freezer", "/usr/libexec/cgprune/release-agent");
    world.releaseAs("/usr/libexec/cgprune/release-agent", "/a");
    CHECK(world.has("/a"));
}

TEST_CASE("a release is acted on again once the state is root's alone") {
    Untrusted world;
    world.harm(GENERATE(Harm::owner, Harm::groupWritable));
    REQUIRE(world.release("/a").failed);
    world.kernel.setOwner(kStateFolder, 0);
    world.kernel.setMode(kStateFolder, 0700);
    CHECK_FALSE(world.release("/a").failed);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("an entry of the journal is not acted on while others can write the state") {
    Untrusted world;
    world.journalIt();
    world.harm(GENERATE(Harm::owner, Harm::groupWritable, Harm::othersWritable));
    const auto result = world.retry();
    CHECK(world.has("/a"));
    CHECK(result.removed == 0);
    CHECK(result.pending == 1);
    CHECK(result.unlisted == 1);
    CHECK(world.logged("msg=state-fault").size() == 1);
    world.kernel.setOwner(kStateFolder, 0);
    world.kernel.setMode(kStateFolder, 0700);
    CHECK(world.retry().removed == 1);
}

TEST_CASE("entries that somebody names are not acted on while others can write the state") {
    Untrusted world;
    world.journalIt();
    world.harm(GENERATE(Harm::owner, Harm::othersWritable));
    world.context.conf = loadConf(world.system);
    CHECK(retryEntries(world.context, "freezer", {{"freezer", 0, world.id}}).pending == 1);
    CHECK(world.has("/a"));
}

TEST_CASE("a sweep and a prune refuse while others can write the state") {
    Untrusted world;
    world.harm(anyHarm());
    world.context.conf = loadConf(world.system);
    const auto open = openHierarchyByName(world.system, "freezer");
    CHECK_FALSE(sweepNow(world.context, *open.value(), {}).ok());
    const auto path = CgroupPath::parse("/a");
    const auto opened = openCgroup(world.system, open.value()->root.get(), path.value());
    const SubtreeOptions options;
    CHECK_FALSE(removeSubtree(world.context, {*open.value(), *opened.value(), "/a"}, options).ok());
    CHECK(world.has("/a"));
    CHECK(world.leftElsewhere() == kAsBefore);
}

TEST_CASE("nothing is registered through a state folder that others can write") {
    Untrusted world;
    world.harm(anyHarm());
    const auto open = openHierarchyByName(world.system, "freezer");
    const auto path = CgroupPath::parse("/a");
    const auto opened = openCgroup(world.system, open.value()->root.get(), path.value());
    CHECK_FALSE(registerDelegation(world.context, {*open.value(), *opened.value(), "/a"}, {1'000, 1'000},
                                   FactSource::registered)
                    .ok());
    CHECK(world.leftElsewhere() == kAsBefore);
}

TEST_CASE(
    "a call of no hierarchy, and one with a cut path, write nothing either while others can write the "
    "state") {
    Untrusted world;
    world.harm(anyHarm());
    world.system.clear();
    CHECK(world.releaseAs("/opt/unknown", "/a").failed);
    CHECK(world.releaseAs(kAlias, '/' + std::string(kCutPathBytes - 1, 'd')).failed);
    for (const auto& call : world.system.changes()) CHECK(call.starts_with("sendTo"));
    CHECK(world.leftElsewhere() == kAsBefore);
}

}  // namespace prune::test

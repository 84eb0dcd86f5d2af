// SPDX-License-Identifier: MIT
// Cgroups whose creator is registered: they stay while it lives, and go when it is gone.
#include "prune/register_facts.h"

#include <cerrno>

#include "base/text.h"
#include "prune/stale_facts.h"
#include "support/failing_system.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr int kAsker = 777;

/// A host with one process that asks for cgroups. It is told by pid and start time, as on the oldest kernels.
struct CreatorWorld : World {
    CreatorWorld() {
        conf(kNoLinger);
        start(100);
    }

    /// A process with the number kAsker.
    void start(std::uint64_t startTicks) {
        kernel.writeFile("/proc/" + decimal(kAsker) + "/stat",
                         decimal(kAsker) + " (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " +
                             decimalUnsigned(startTicks) + " 0 0\n");
    }
    void end() { kernel.removeTree("/proc/" + decimal(kAsker)); }

    static Creator creator() {
        Creator made;
        made.name = "sh";
        made.task = {kAsker, 100, 0, std::nullopt};
        return made;
    }

    /// Does `act` with the cgroup opened.
    template <class Act>
    auto with(const std::string& path, Act act) {
        const auto known = hierarchyByName(system, "freezer");
        REQUIRE(known.ok());
        const auto open = openHierarchy(system, *known.value());
        REQUIRE(open.ok());
        const auto parsed = CgroupPath::parse(path);
        auto opened = openCgroup(system, open.value().root.get(), parsed.value());
        REQUIRE(opened.ok());
        REQUIRE(opened.value());
        return act(Subject{open.value(), *opened.value(), path});
    }
    Result<Change> registers(const std::string& path, const Creator& who = creator()) {
        return with(path, [&](const Subject& subject) {
            return registerCreator(context, subject, who, FactSource::registered);
        });
    }
    void makeRegistered(const std::string& path) {
        make(path);
        REQUIRE(registers(path).ok());
    }
    std::string reason() { return entry().reason; }
};

}  // namespace

TEST_CASE("a cgroup whose creator lives is deferred, for ever if need be") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.release("/a");
    CHECK(world.reason() == "creator-alive");
    world.retryFor(30LL * 24 * 3'600'000);
    CHECK(world.has("/a"));
    CHECK(world.reason() == "creator-alive");
    CHECK_FALSE(world.entry().stuck);
}

TEST_CASE("a creator that dies on day 30 takes its cgroup along at the next retry") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.release("/a");
    world.kernel.advance(30LL * 24 * 3'600'000);
    world.end();
    world.retry();
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a cgroup whose creator is gone is removed at once, without linger") {
    CreatorWorld world;
    world.conf("[default]\nlinger = 1h\n");
    world.makeRegistered("/a");
    world.end();
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(world.logged("reason=creator-gone").size() <= 1);
}

TEST_CASE("a process that got the creator's number is not the creator") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.end();
    world.start(101);
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("the facts go with the cgroup") {
    CreatorWorld world;
    world.makeRegistered("/a");
    CHECK(world.kernel.names(kRegistry).size() == 1);
    world.end();
    world.release("/a");
    CHECK(world.kernel.names(kRegistry).empty());
}

TEST_CASE("a cgroup made anew under the name of one with a creator has none") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.kernel.removeCgroup("freezer", "/a");
    world.make("/a");
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup that is entered again while its creator lives leaves the journal") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.release("/a");
    world.kernel.enter(9, "freezer", "/a");
    world.retryFor(120'000);
    CHECK(world.entries().empty());
    CHECK(world.kernel.names(kRegistry).size() == 1);
}

TEST_CASE("a deferred cgroup whose flag is cleared is kept when its creator is gone") {
    CreatorWorld world;
    world.makeRegistered("/a");
    world.release("/a");
    world.kernel.setNotify("freezer", "/a", false);
    world.end();
    world.retryFor(120'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a fact of another boot or instance of the hierarchy counts as none") {
    CreatorWorld world;
    world.makeRegistered("/a");
    const auto file = kRegistry + '/' + world.kernel.names(kRegistry).front();
    auto text = *world.kernel.fileText(file);
    const bool boot = GENERATE(true, false);
    const auto at = text.find(boot ? "boot=" : "hierarchy-id=") + (boot ? 5 : 13);
    text.insert(at, boot ? "x" : "9");
    world.kernel.writeFile(file, text, 0600);
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a broken fact keeps its cgroup, says so once, and is not deleted") {
    CreatorWorld world;
    world.makeRegistered("/a");
    const auto name = world.kernel.names(kRegistry).front();
    world.kernel.writeFile(kRegistry + '/' + name, "rubbish", 0600);
    world.end();
    world.release("/a");
    world.retryFor(3'600'000);
    CHECK(world.has("/a"));
    CHECK(world.reason() == "creator-undetermined");
    CHECK(world.kernel.fileText(kRegistry + '/' + name + ".broken") == "rubbish");
    CHECK(world.logged("msg=state-fault").size() == 1);
}

TEST_CASE("a fact whose lines are no creator's keeps its cgroup") {
    CreatorWorld world;
    world.makeRegistered("/a");
    const auto file = kRegistry + '/' + world.kernel.names(kRegistry).front();
    world.kernel.writeFile(file, *world.kernel.fileText(file) + "more=1\n", 0600);
    world.end();
    world.release("/a");
    CHECK(world.has("/a"));
    CHECK(world.reason() == "creator-undetermined");
}

TEST_CASE("a policy that does not ask for creators reads no fact") {
    CreatorWorld world;
    world.conf("[default]\nlinger = 0\npolicy = always\n");
    world.makeRegistered("/a");
    world.system.clear();
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
    for (const auto& call : world.system.callsOf("openAt")) CHECK(call.find("registry") == std::string::npos);
}

TEST_CASE("a mark of delegation does not wait for the creator") {
    CreatorWorld world;
    world.makeRegistered("/a");
    REQUIRE(
        world
            .with("/a",
                  [&](const Subject& subject) {
                      return registerDelegation(world.context, subject, {1000, 1000}, FactSource::registered);
                  })
            .ok());
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(world.kernel.names(kRegistry).empty());
}

TEST_CASE("delegation by ownership alone waits for a living creator") {
    CreatorWorld world;
    world.conf("[default]\nlinger = 0\ndelegated-by-owner = yes\n");
    world.make("/a");
    const auto directory = world.kernel.cgroupDirectory("freezer", "/a");
    world.kernel.setOwner(directory, 1000);
    world.kernel.setOwner(directory + "/cgroup.procs", 1000);
    REQUIRE(world.registers("/a").ok());
    world.release("/a");
    CHECK(world.has("/a"));
    CHECK(world.reason() == "creator-alive");
}

TEST_CASE("registering a cgroup that is removed meanwhile is an error and leaves no fact") {
    CreatorWorld world;
    world.make("/a");
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "linkFd") world.kernel.removeCgroup("freezer", "/a");
    };
    const auto changed = world.registers("/a");
    world.kernel.beforeCall = nullptr;
    REQUIRE_FALSE(changed.ok());
    CHECK(changed.error().code == ENOENT);
    CHECK(world.kernel.names(kRegistry).empty());
}

TEST_CASE("registering waits a second for the lock, and says that it did without") {
    CreatorWorld world;
    world.make("/a");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/a"));
    const auto before = world.kernel.bootTimeMs();
    const auto changed = world.registers("/a");
    REQUIRE(changed.ok());
    CHECK(changed.value().changed);
    CHECK(changed.value().withoutLock);
    CHECK(world.kernel.bootTimeMs() - before >= 1'000);
}

TEST_CASE("in a dry run nothing is registered or forgotten") {
    CreatorWorld world;
    world.make("/a");
    world.context.dryRun = true;
    CHECK(world.registers("/a").ok());
    CHECK(world.kernel.names(kRegistry).empty());
    world.context.dryRun = false;
    REQUIRE(world.registers("/a").ok());
    world.context.dryRun = true;
    const auto forgotten = world.with(
        "/a", [&](const Subject& subject) { return forget(world.context, subject, FactKind::creator); });
    CHECK(forgotten.value().changed);
    CHECK(world.kernel.names(kRegistry).size() == 1);
}

TEST_CASE("every 64th register drops facts whose cgroups are gone") {
    CreatorWorld world;
    world.make("/gone");
    world.make("/a");
    REQUIRE(world.registers("/gone").ok());
    world.kernel.removeCgroup("freezer", "/gone");
    for (int i = 2; i < 64; ++i) REQUIRE(world.registers("/a").ok());
    CHECK(world.kernel.names(kRegistry).size() == 2);
    REQUIRE(world.registers("/a").ok());
    CHECK(world.kernel.names(kRegistry).size() == 1);
}

TEST_CASE("among more than 64 facts only every 128th register looks at them all") {
    CreatorWorld world;
    for (int i = 0; i < 66; ++i) {
        const auto path = "/c" + std::to_string(i);
        world.make(path);
        REQUIRE(world.registers(path).ok());
    }
    world.kernel.removeCgroup("freezer", "/c0");
    for (int i = 67; i < 128; ++i) REQUIRE(world.registers("/c1").ok());
    CHECK(world.kernel.names(kRegistry).size() == 66);
    REQUIRE(world.registers("/c1").ok());
    CHECK(world.kernel.names(kRegistry).size() == 65);
}

TEST_CASE("a drop of stale facts leaves those of living cgroups, broken ones too") {
    CreatorWorld world;
    world.make("/a");
    world.make("/b");
    REQUIRE(world.registers("/a").ok());
    REQUIRE(world.registers("/b").ok());
    const auto names = world.kernel.names(kRegistry);
    world.kernel.writeFile(kRegistry + '/' + names[1], "rubbish", 0600);
    world.kernel.writeFile(kRegistry + "/999.creator", "rubbish", 0600);
    const auto dropped = world.with(
        "/a", [&](const Subject& subject) { return dropStaleFacts(world.context, subject.hierarchy); });
    CHECK(dropped == 1);
    CHECK(world.kernel.names(kRegistry) == std::vector<std::string>{names[0], names[1] + ".broken"});
}

TEST_CASE("facts of a hierarchy that ended are dropped, and those of one that only is not mounted stay") {
    CreatorWorld world;
    const bool ended = GENERATE(true, false);
    world.make("/a");
    REQUIRE(world.registers("/a").ok());
    if (ended) world.kernel.removeCgroup("freezer", "/a");
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    dropAllStaleFacts(world.context);
    CHECK(world.kernel.names(kRegistry).empty() == ended);
}

TEST_CASE("nothing is removed whatever look at the creator fails") {
    int call = 0;
    int tried = 0;
    while (true) {
        CreatorWorld world;
        world.makeRegistered("/a");
        FailingSystem failing(world.kernel);
        Log log(failing, "release-agent");
        Context context{failing, log, {}, false};
        failing.failCall(++call, EIO);
        release(context, kAlias, "/a");
        if (failing.failures() == 0) break;
        ++tried;
        CHECK(world.has("/a"));
    }
    CHECK(tried > 30);
}

}  // namespace prune::test

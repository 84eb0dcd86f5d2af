// SPDX-License-Identifier: MIT
// Litter that is dropped while somebody writes anew under the same name: what was written since stays.
#include "base/text.h"
#include "prune/defer.h"
#include "prune/register_facts.h"
#include "prune/stale_facts.h"
#include "store/registry.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr std::int64_t kPatienceMs = 1'000;

Creator creator() {
    Creator made;
    made.name = "sh";
    made.task = {777, 100, 0, std::nullopt};
    return made;
}

/// A host where process 777 lives, and /a is a flagged cgroup.
struct Raced : World {
    Raced() {
        conf(kNoLinger);
        readConf(context);
        kernel.writeFile("/proc/777/stat", "777 (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n");
        id = make("/a");
    }

    FactKey key() const { return {"freezer", id, FactKind::creator}; }
    Fact factOfAnotherBoot(FactSource source = FactSource::registered) {
        RecordWriter writer;
        writeCreator(writer, creator());
        return {"old-boot", 1, "/a", source, 0, writer.str()};
    }
    /// What another process does: registers the creator of /a.
    bool registers(FactSource source = FactSource::registered) {
        const auto open = openHierarchyByName(kernel, "freezer");
        const auto path = CgroupPath::parse("/a");
        auto opened = openCgroup(kernel, open.value()->root.get(), path.value());
        Context other{kernel, log, context.conf, false};
        const auto changed =
            registerCreator(other, {*open.value(), *opened.value(), "/a"}, creator(), source);
        return changed.ok() && changed.value().changed;
    }
    void releases() {
        Context other{kernel, log, context.conf, false};
        static_cast<void>(prune::release(other, kAlias, "/a"));
    }
    bool hasFact() { return kernel.exists(kRegistry + '/' + decimalUnsigned(id) + ".creator"); }

    std::uint64_t id = 0;
    bool isRegistered = false;  ///< and was told so
};

/// Has `other` done before each call in turn that `act` makes, each time in a world that `prepare` made, and
/// then checks. Where `other` would wait for a lock that `act` holds it cannot happen there, and is passed
/// over.
template <class Prepare, class Act, class Other, class Check>
void atEachCall(Prepare prepare, Act act, Other other, Check check) {
    int checked = 0;
    for (int at = 1;; ++at) {
        Raced world;
        prepare(world);
        int calls = 0;
        bool waited = false;
        world.kernel.beforeCall = [&](std::string_view) {
            if (++calls != at) return;
            const auto before = world.kernel.bootTimeMs();
            other(world);
            waited = world.kernel.bootTimeMs() - before >= kPatienceMs;
        };
        act(world);
        world.kernel.beforeCall = nullptr;
        if (calls < at) break;
        if (waited) continue;
        ++checked;
        INFO("before call " << at);
        check(world);
    }
    CHECK(checked > 10);
}

}  // namespace

TEST_CASE("a fact registered while litter of the same id is dropped stays") {
    atEachCall(
        [](Raced& world) {
            REQUIRE(Registry(world.kernel).put(world.key(), world.factOfAnotherBoot()).ok());
        },
        [](Raced& world) { dropAllStaleFacts(world.context); },
        [](Raced& world) { world.isRegistered = world.registers(); },
        [](Raced& world) { CHECK((world.isRegistered && world.hasFact())); });
}

TEST_CASE("a fact registered while a broken one is set aside stays") {
    atEachCall(
        [](Raced& world) {
            REQUIRE(world.registers());
            world.kernel.writeFile(kRegistry + '/' + decimalUnsigned(world.id) + ".creator", "rubbish");
        },
        [](Raced& world) { dropAllStaleFacts(world.context); },
        [](Raced& world) { world.isRegistered = world.registers(); },
        [](Raced& world) { CHECK((world.isRegistered && world.hasFact())); });
}

TEST_CASE("a fact of a hierarchy made anew while those of the ended one are dropped stays") {
    Raced world;
    const auto litter = world.factOfAnotherBoot();
    for (std::uint64_t id = 1; id < 100; ++id)
        REQUIRE(Registry(world.kernel).put({"name=mgr", id, FactKind::creator}, litter).ok());
    std::uint64_t id = 0;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "lockFd" || id != 0) return;
        world.kernel.addHierarchy("name=mgr", "/mnt/mgr");
        id = world.kernel.makeCgroup("name=mgr", "/c");
        auto fact = litter;
        const auto instance = instanceOf(world.kernel, "name=mgr");
        fact.boot = instance.value().boot;
        fact.hierarchyId = instance.value().hierarchyId;
        REQUIRE(Registry(world.kernel).put({"name=mgr", id, FactKind::creator}, fact).ok());
    };
    dropAllStaleFacts(world.context);
    world.kernel.beforeCall = nullptr;
    REQUIRE(id != 0);
    CHECK(world.kernel.names("/run/cgprune/registry/name=mgr") ==
          std::vector<std::string>{decimalUnsigned(id) + ".creator"});
}

TEST_CASE("a release that comes while litter of the same id is dropped is not lost") {
    atEachCall(
        [](Raced& world) {
            world.conf("[default]\nlinger = 2s\n");
            JournalEntry litter;
            litter.boot = "old-boot";
            litter.hierarchyId = 1;
            litter.path = "/a";
            litter.agent = kAlias;
            putOff(world.context, {"freezer", 0, world.id}, litter, Reason::lingering);
        },
        [](Raced& world) { world.retry(); }, [](Raced& world) { world.releases(); },
        [](Raced& world) {
            world.retryFor(60'000);
            CHECK_FALSE(world.has("/a"));
        });
}

TEST_CASE("a release that comes while a swept entry is dropped is not lost") {
    atEachCall(
        [](Raced& world) {
            world.conf("[default]\nlinger = 2s\nsweep-linger = 0\n");
            JournalEntry swept;
            swept.path = "/a";
            swept.swept = true;
            swept.emptySinceMs = world.kernel.bootTimeMs();
            putOff(world.context, {"freezer", 0, world.id}, swept, Reason::seenEmpty);
        },
        [](Raced& world) { world.retry(); }, [](Raced& world) { world.releases(); },
        [](Raced& world) {
            world.retryFor(60'000);
            CHECK_FALSE(world.has("/a"));
        });
}

TEST_CASE("an observed creator does not count beside a registered one that is broken") {
    Raced world;
    REQUIRE(world.registers());
    world.kernel.writeFile(kRegistry + '/' + decimalUnsigned(world.id) + ".creator", "rubbish");
    if (GENERATE(true, false)) REQUIRE_FALSE(Registry(world.kernel).find(world.key()).ok());
    CHECK_FALSE(world.registers(FactSource::observed));
}

TEST_CASE("an observed creator replaces litter of another boot") {
    Raced world;
    REQUIRE(Registry(world.kernel).put(world.key(), world.factOfAnotherBoot()).ok());
    CHECK(world.registers(FactSource::observed));
    CHECK_FALSE(world.registers(FactSource::observed));
}

TEST_CASE("a broken delegated fact keeps the cgroup of a creator that is gone") {
    Raced world;
    REQUIRE(world.registers());
    world.kernel.writeFile(kRegistry + '/' + decimalUnsigned(world.id) + ".delegated", "rubbish");
    world.kernel.removeTree("/proc/777");
    world.release("/a");
    CHECK(world.has("/a"));
    CHECK(world.entry().reason == "creator-undetermined");
}

TEST_CASE("a broken creator's fact keeps a cgroup that was delegated, until it is dropped") {
    Raced world;
    REQUIRE(world.registers());
    world.kernel.setXattrOf(world.kernel.cgroupDirectory("freezer", "/a"), "trusted.delegate", "1");
    world.kernel.writeFile(kRegistry + '/' + decimalUnsigned(world.id) + ".creator", "rubbish");
    world.release("/a");
    world.retryFor(3'600'000);
    CHECK(world.has("/a"));
    CHECK(world.entry().reason == "creator-undetermined");
    REQUIRE(Registry(world.kernel).drop(world.key()).ok());
    world.retryFor(3'600'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("policy always asks for no facts, and so for no broken ones") {
    Raced world;
    REQUIRE(world.registers());
    world.conf("[default]\npolicy = always\nlinger = 0\n");
    world.context.conf = loadConf(world.system);
    world.kernel.writeFile(kRegistry + '/' + decimalUnsigned(world.id) + ".creator", "rubbish");
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

}  // namespace prune::test

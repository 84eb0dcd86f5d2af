// SPDX-License-Identifier: MIT
// A pass over the journal: backoff, giving up, and entries that are litter.
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "prune/defer.h"
#include "prune/sweep.h"
#include "store/state_folder.h"
#include "support/failing_system.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

/// A cgroup whose removal fails, journaled.
void failOne(World& world) {
    world.make("/a");
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer");
    world.release("/a");
}

class RetryCollector final : public RetryListener {
public:
    bool onEntry(const JournalKey& key, const JournalEntry&, const Outcome& outcome) override {
        seen.push_back(decimalUnsigned(key.id) + ' ' + std::string(word(outcome.done)));
        return seen.size() < most;
    }
    std::vector<std::string> seen;
    std::size_t most = SIZE_MAX;  ///< then it ends the pass
};

}  // namespace

TEST_CASE("a failing removal is tried again after 1, 2, 4 ... seconds, at most retry's second value apart") {
    World world;
    world.conf("[default]\nlinger = 0\nretry = 1s..5s\n");
    failOne(world);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 5; ++i) {
        const auto due = world.entry().dueMs;
        waits.push_back(due - world.kernel.bootTimeMs());
        world.kernel.setClock(due);
        world.retry();
    }
    CHECK(waits == std::vector<std::int64_t>{1'000, 2'000, 4'000, 5'000, 5'000});
}

TEST_CASE("backoff never overflows, however many looks there were") {
    Rule rule;
    rule.retryFirstMs = 1;
    rule.retryMaxMs = 60'000;
    CHECK(backoffMs(rule, 0) == 1);
    CHECK(backoffMs(rule, 10) == 1'024);
    CHECK(backoffMs(rule, UINT64_MAX) == 60'000);
}

TEST_CASE("a removal that fails for give-up is stuck: listed, logged, and not tried again by itself") {
    World world;
    world.conf("[default]\nlinger = 0\ngive-up = 10s\n");
    failOne(world);
    world.retryFor(3'600'000);
    CHECK(world.entry().stuck);
    CHECK(world.entry().reason == "stuck");
    CHECK(world.logged("msg=stuck").size() == 1);
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer", false);
    const auto result = world.retry();
    CHECK(result.stuck == 1);
    CHECK(result.pending == 0);
    CHECK(result.nextDueMs == kNever);
    CHECK(world.has("/a"));
}

TEST_CASE("a stuck entry is tried again when asked for") {
    World world;
    world.conf("[default]\nlinger = 0\ngive-up = 10s\n");
    failOne(world);
    world.retryFor(3'600'000);
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer", false);
    RetryOptions options;
    options.includeStuck = true;
    CHECK(retryDue(world.context, options).removed == 1);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a stuck entry that is tried again and put off for another reason is tried again by itself") {
    World world;
    world.conf("[default]\nlinger = 0\ngive-up = 10s\n");
    failOne(world);
    world.retryFor(3'600'000);
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer", false);
    world.kernel.lock("/sys/fs/cgroup/freezer/a", false);
    RetryOptions options;
    options.includeStuck = true;
    const auto result = retryDue(world.context, options);
    CHECK(result.pending == 1);
    CHECK(world.entry().reason == "lock-held");
    CHECK_FALSE(world.entry().stuck);
    world.kernel.unlock("/sys/fs/cgroup/freezer/a");
    world.retryFor(10'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a new release of a stuck cgroup starts it over") {
    World world;
    world.conf("[default]\nlinger = 0\ngive-up = 10s\n");
    failOne(world);
    world.retryFor(3'600'000);
    world.kernel.setReadOnly("/sys/fs/cgroup/freezer", false);
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("an entry of another boot is dropped and its cgroup left alone") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.setBootId("11111111-2222-3333-4444-555555555555");
    world.retryFor(10'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("an entry of an earlier instance of the hierarchy is dropped, though the id is there again") {
    World world;
    const auto id = world.make("/a");
    world.release("/a");
    REQUIRE(world.kernel.removeCgroup("freezer", "/a") == 0);
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    world.enable("freezer");
    REQUIRE(world.make("/a") == id);
    world.retryFor(10'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("where release_agent is no longer ours nothing more is removed") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.setAgent("freezer", "/usr/lib/other/agent");
    world.retryFor(10'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("an entry made under a plain path is still ours when enable gave the alias") {
    World world;
    world.kernel.setAgent("freezer", "/opt/agent");
    world.make("/a");
    world.releaseAs("/opt/agent", "/a");
    world.kernel.setAgent("freezer", kAlias);
    world.retryFor(10'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE(
    "a hierarchy that lives on without a mount keeps its entries, and they go when it is mounted again") {
    World world;
    world.make("/a");
    world.release("/a");
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    world.kernel.advance(5'000);
    world.retry();
    CHECK(world.entry().reason == "not-mounted");
    world.kernel.addHierarchy("freezer", "/mnt");
    world.retryFor(60'000);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("entries of a hierarchy that is no more are dropped") {
    World world;
    world.make("/a");
    world.release("/a");
    REQUIRE(world.kernel.removeCgroup("freezer", "/a") == 0);
    REQUIRE(world.kernel.unmount("/sys/fs/cgroup/freezer") == 0);
    world.kernel.advance(5'000);
    world.retry();
    CHECK(world.entries().empty());
}

TEST_CASE("an entry whose cgroup was chowned meanwhile moves to the new owner's, once") {
    World world;
    const auto id = world.make("/a");
    world.release("/a");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/a"));
    world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", "/a"), 1000);
    world.kernel.advance(2'000);
    world.retry();
    REQUIRE(world.entries().size() == 1);
    CHECK(world.entries().front() == JournalKey{"freezer", 1000, id});
}

TEST_CASE("an entry that could not be written anew stays, and stays pending") {
    World world;
    const auto id = world.make("/a");
    world.release("/a");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/a"));
    if (GENERATE(false, true)) world.kernel.setOwner(world.kernel.cgroupDirectory("freezer", "/a"), 1000);
    world.kernel.advance(2'000);
    world.kernel.limitSpace("/run", 0);
    const auto result = world.retry();
    CHECK(result.failed == 1);
    CHECK(result.pending == 1);
    CHECK(result.nextDueMs < kNever);
    CHECK(world.entries() == std::vector<JournalKey>{{"freezer", 0, id}});
}

TEST_CASE("what a pass could not read stays pending") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(2'000);
    FailingSystem failing(world.kernel);
    Log log(failing, "release-agent");
    Context context{failing, log, {}, false};
    failing.failNamed(GENERATE(as<std::string>{}, "readDirectory", "readFd"), ENOMEM);
    const auto result = retryDue(context, {});
    CHECK(result.pending > 0);
    CHECK(result.nextDueMs < kNever);
    CHECK(nextDue(world.kernel) == result.nextDueMs);
}

TEST_CASE("a swept entry emptied again while it is dropped is still a swept one") {
    World world;
    world.conf("[default]\nsweep = yes\nsweep-linger = 60s\n");
    world.make("/a");
    world.context.conf = loadConf(world.system);
    const auto open = openHierarchy(world.system, *hierarchyByName(world.system, "freezer").value());
    REQUIRE(noteSeenEmpty(world.context, open.value(), "/a").done == Done::deferred);
    world.kernel.enter(7, "freezer", "/a");
    world.kernel.advance(60'000);
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call == "unlinkAt") world.kernel.leave(7);
    };
    world.retry();
    CHECK(world.entry().swept);
    CHECK(world.entry().dueMs == world.kernel.bootTimeMs() + 60'000);
}

TEST_CASE("a pass for one hierarchy leaves the others' entries") {
    World world;
    world.enable("name=openrc");
    world.make("/a");
    world.kernel.makeCgroup("name=openrc", "/a");
    world.kernel.setNotify("name=openrc", "/a");
    world.release("/a");
    world.releaseAs("/run/cgprune/agents/name=openrc", "/a");
    world.kernel.advance(2'000);
    RetryOptions options;
    options.onlyHierarchy = "name=openrc";
    CHECK(retryDue(world.context, options).removed == 1);
    CHECK(world.has("/a"));
}

TEST_CASE("ignoring the backoff does not cut a linger short") {
    World world;
    world.make("/a");
    world.release("/a");
    RetryOptions options;
    options.ignoreBackoff = true;
    CHECK(retryDue(world.context, options).pending == 1);
    CHECK(world.has("/a"));
}

TEST_CASE("a listener hears of each entry that was looked at") {
    World world;
    const auto id = world.make("/a");
    world.make("/b");
    world.release("/a");
    world.kernel.advance(1'000);
    world.release("/b");
    world.kernel.advance(1'000);
    RetryCollector collector;
    RetryOptions options;
    options.listener = &collector;
    retryDue(world.context, options);
    CHECK(collector.seen == std::vector<std::string>{decimalUnsigned(id) + " removed"});
}

TEST_CASE("a listener can end a pass, and what is left stays") {
    World world;
    for (const char* cgroup : {"/a", "/b", "/c"}) {
        world.make(cgroup);
        world.release(cgroup);
    }
    world.kernel.advance(2'000);
    RetryCollector collector;
    collector.most = 2;
    RetryOptions options;
    options.listener = &collector;
    const auto result = retryDue(world.context, options);
    CHECK(result.stopped);
    CHECK(collector.seen.size() == 2);
    CHECK(world.entries().size() == 1);
    CHECK(result.pending == 1);
}

TEST_CASE("a dry run says what would go and changes nothing") {
    World world;
    world.make("/a");
    world.release("/a");
    world.kernel.advance(2'000);
    const auto before = world.entry();
    world.system.clear();
    world.context.dryRun = true;
    CHECK(retryDue(world.context, {}).removed == 1);
    CHECK(world.has("/a"));
    CHECK(world.entry() == before);
    CHECK(world.system.changes().empty());
}

TEST_CASE("past its deadline a pass does one thing that is due and leaves the others") {
    World world;
    for (const char* cgroup : {"/a", "/b"}) {
        world.make(cgroup);
        world.release(cgroup);
        world.kernel.advance(5'000);
    }
    RetryOptions options;
    options.deadlineMs = world.kernel.bootTimeMs() - 1;
    const auto result = retryDue(world.context, options);
    CHECK(result.pending == 1);
    CHECK(result.nextDueMs <= world.kernel.bootTimeMs());
    CHECK_FALSE(world.has("/a"));
    CHECK(world.has("/b"));
}

TEST_CASE("passes whose time is too short for all entries come to each of them in the end") {
    World world;
    std::vector<std::string> cgroups;
    for (char name = 'A'; name <= 'z'; ++name) cgroups.push_back(std::string("/") + name);
    for (const auto& cgroup : cgroups) {
        world.make(cgroup);
        world.release(cgroup);
    }
    world.kernel.advance(60'000);
    RetryOptions options;
    options.mayWait = false;
    for (int pass = 0; pass < 200; ++pass) {
        world.kernel.advance(7);
        options.deadlineMs = world.kernel.bootTimeMs() + 4;
        bool isReading = false;
        world.kernel.beforeCall = [&](std::string_view call) {
            if (call == "readFd" && !std::exchange(isReading, true)) world.kernel.advance(3);
        };
        retryDue(world.context, options);
    }
    world.kernel.beforeCall = nullptr;
    for (const auto& cgroup : cgroups) {
        INFO(cgroup);
        CHECK_FALSE(world.has(cgroup));
    }
}

TEST_CASE("a pass announces when the next entry is due") {
    World world;
    world.make("/a");
    world.release("/a");
    CHECK(nextDue(world.system) == 1'002'000);
    world.kernel.advance(2'000);
    world.retry();
    CHECK(nextDue(world.system) == kNever);
}

TEST_CASE("a broken entry is set aside and removes nothing") {
    World world;
    const auto id = world.make("/a");
    world.release("/a");
    const auto file = "/run/cgprune/journal/freezer/0/" + decimalUnsigned(id);
    world.kernel.writeFile(file, "cgprune-journal 99\nid=1\n");
    world.retryFor(10'000);
    CHECK(world.has("/a"));
    CHECK(world.kernel.exists(file + ".broken"));
    CHECK(world.logged("msg=state-fault").size() == 1);
}

TEST_CASE("a dry run leaves a broken entry where it is") {
    World world;
    const auto id = world.make("/a");
    world.release("/a");
    const auto file = "/run/cgprune/journal/freezer/0/" + decimalUnsigned(id);
    world.kernel.writeFile(file, "broken");
    world.context.dryRun = true;
    retryDue(world.context, {});
    CHECK(world.kernel.exists(file));
}

TEST_CASE("no pass leaves a descriptor open") {
    World world;
    world.make("/a");
    world.release("/a");
    world.retryFor(10'000);
    CHECK(world.kernel.openPaths().empty());
}

}  // namespace prune::test

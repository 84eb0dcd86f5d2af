// SPDX-License-Identifier: MIT
// Which entries of the journal are told as new or changed.
#include "watch/journal_watch.h"

#include <algorithm>

#include "unit/watch/watch_world.h"

namespace prune::test {

namespace {

using Keys = std::vector<JournalKey>;

struct Journals : WatchWorld {
    JournalWatch watch{system};

    Journals() { REQUIRE(watch.open().ok()); }

    void put(const JournalKey& key, std::int64_t dueMs = 5) {
        JournalEntry entry;
        entry.boot = "3f0e2b7c-9a55-4c1d-8e42-6d1f5b9a7c10";
        entry.path = "/a";
        entry.reason = "lingering";
        entry.dueMs = dueMs;
        REQUIRE(Journal(system).put(key, entry).ok());
    }
    void drop(const JournalKey& key) { REQUIRE(Journal(system).drop(key).ok()); }
    Keys add(const std::string& hierarchy = kFreezer) { return valueOf(watch.add(hierarchy)); }
    /// What has changed, each key once.
    Keys changed() { return valueOf(watch.changed()); }

private:
    static Keys valueOf(const Result<Keys>& result) {
        REQUIRE(result.ok());
        auto keys = result.value();
        std::sort(keys.begin(), keys.end(), [](const JournalKey& a, const JournalKey& b) {
            return std::tie(a.hierarchy, a.owner, a.id) < std::tie(b.hierarchy, b.owner, b.id);
        });
        keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
        return keys;
    }
};

const JournalKey kOfRoot{kFreezer, 0, 41};
const JournalKey kOfUser{kFreezer, 1000, 42};

}  // namespace

TEST_CASE("entries that are there when the watch begins are told at once") {
    Journals world;
    world.put(kOfRoot);
    world.put(kOfUser);
    CHECK(world.add() == Keys{kOfRoot, kOfUser});
    CHECK(world.changed().empty());
}

TEST_CASE("a journal that nobody has written to can be watched") {
    Journals world;
    CHECK(world.add().empty());
    world.put(kOfUser);
    CHECK(world.changed() == Keys{kOfUser});
}

TEST_CASE("a new entry and one that is written anew are told") {
    Journals world;
    world.put(kOfRoot);
    world.add();
    world.put({kFreezer, 0, 50});
    CHECK(world.changed() == Keys{{kFreezer, 0, 50}});
    world.put(kOfRoot, 99);
    CHECK(world.changed() == Keys{kOfRoot});
}

TEST_CASE("an entry that is dropped is not told") {
    Journals world;
    world.put(kOfRoot);
    world.put({kFreezer, 0, 50});
    world.add();
    world.drop(kOfRoot);
    CHECK(world.changed().empty());
}

TEST_CASE("the folder of a new owner is watched from its first entry on") {
    Journals world;
    world.put(kOfRoot);
    world.add();
    world.put(kOfUser);
    CHECK(world.changed() == Keys{kOfUser});
    world.put({kFreezer, 1000, 43});
    CHECK(world.changed() == Keys{{kFreezer, 1000, 43}});
}

TEST_CASE("an owner's folder that went with its last entry is watched again when it is back") {
    Journals world;
    world.put(kOfUser);
    world.add();
    for (int round = 0; round < 3; ++round) {
        world.drop(kOfUser);
        CHECK(world.changed().empty());
        world.put(kOfUser);
        CHECK(world.changed() == Keys{kOfUser});
    }
}

TEST_CASE("an owner's folder that is gone before it is looked at is nothing") {
    Journals world;
    world.put(kOfRoot);
    world.add();
    world.put(kOfUser);
    world.drop(kOfUser);
    CHECK(world.changed().empty());
}

TEST_CASE("hierarchies are told apart, and one that was not added is not told") {
    Journals world;
    world.add(kFreezer);
    world.add("name=x");
    world.put(kOfRoot);
    world.put({"name=x", 0, 41});
    world.put({"memory", 0, 41});
    CHECK(world.changed() == Keys{kOfRoot, {"name=x", 0, 41}});
}

TEST_CASE("what has no name of an entry is not told") {
    Journals world;
    world.put(kOfRoot);
    world.add();
    world.kernel.writeFile("/run/cgprune/journal/freezer/0/41.broken", "x");
    world.kernel.writeFile("/run/cgprune/journal/freezer/0/.tmp", "x");
    world.kernel.makeFolder("/run/cgprune/journal/freezer/nobody");
    CHECK(world.changed().empty());
}

TEST_CASE("when changes of the journal were lost all entries are told, of all hierarchies") {
    Journals world;
    world.put({kUnified, 0, 7});
    world.add(kFreezer);
    world.add(kUnified);
    world.kernel.limitEvents(1);
    world.put(kOfRoot);
    world.put(kOfUser);
    world.kernel.limitEvents(SIZE_MAX);
    CHECK(world.changed() == Keys{kOfRoot, kOfUser, {kUnified, 0, 7}});
    world.put({kFreezer, 1000, 43});
    CHECK(world.changed() == Keys{{kFreezer, 1000, 43}});
}

TEST_CASE("where the kernel watches no more, the entries that are there are told all the same") {
    Journals world;
    world.kernel.limitWatches(0);
    const auto added = world.watch.add(kFreezer);
    REQUIRE(added.ok());
    CHECK(added.value() == Keys());
}

TEST_CASE("without a descriptor for inotify the journal cannot be watched") {
    WatchWorld world;
    world.kernel.hasInotify = false;
    JournalWatch watch(world.system);
    const auto status = watch.open();
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EMFILE);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// Creators whose end is waited for.
#include "watch/creator_watch.h"

#include <algorithm>

#include "unit/creator/ages.h"

namespace prune::test {

namespace {

using Waits = CreatorWatch::Waits;
using Keys = std::vector<JournalKey>;

const JournalKey kFirst{"freezer", 0, 41};
const JournalKey kSecond{"unified", 1000, 42};

struct WatchedCreators {
    TaskKernel kernel;
    CreatorWatch watch;
    int fd = -1;

    explicit WatchedCreators(KernelAge age = KernelAge::v6_12, std::size_t most = 2)
        : kernel(age), watch(kernel, most) {
        kernel.start(kPid, 100);
    }

    Waits add(const JournalKey& key, int pid = kPid) { return watch.add(key, captured(kernel, pid), fd); }
    bool hasEnded() { return kernel.waitReadable(fd, 0) == 1; }
    std::size_t open() { return kernel.memory().openFds().size(); }
};

}  // namespace

TEST_CASE("the end of a creator is told by its descriptor, with all that wait for it", "[creator]") {
    WatchedCreators world(GENERATE(from_range(ages(KernelAge::v6_1))));
    CHECK(world.add(kFirst) == Waits::yes);
    const int fd = world.fd;
    CHECK(world.add(kSecond) == Waits::yes);
    CHECK(world.fd == fd);
    CHECK(world.watch.size() == 1);
    CHECK(world.watch.has(fd));
    CHECK_FALSE(world.hasEnded());
    world.kernel.end(kPid);
    CHECK(world.hasEnded());
    CHECK(world.watch.takeEnded(fd) == Keys{kFirst, kSecond});
    CHECK(world.watch.size() == 0);
    CHECK_FALSE(world.watch.has(fd));
    CHECK(world.open() == 0);
}

TEST_CASE("a cgroup that is put off again waits once") {
    WatchedCreators world;
    for (int round = 0; round < 3; ++round) world.add(kFirst);
    world.kernel.end(kPid);
    CHECK(world.watch.takeEnded(world.fd) == Keys{kFirst});
}

TEST_CASE("a creator that has ended already is told as that, and nothing is held") {
    WatchedCreators world;
    const auto creator = captured(world.kernel, kPid);
    world.kernel.end(kPid, GENERATE(true, false));
    CHECK(world.watch.add(kFirst, creator, world.fd) == Waits::ended);
    CHECK(world.watch.size() == 0);
    CHECK(world.open() == 0);
}

TEST_CASE("a process that got the creator's number is not waited for") {
    WatchedCreators world;
    const auto creator = captured(world.kernel, kPid);
    world.kernel.end(kPid);
    world.kernel.start(kPid, 200);
    CHECK(world.watch.add(kFirst, creator, world.fd) == Waits::ended);
    CHECK(world.add(kSecond) == Waits::yes);
    CHECK(world.watch.size() == 1);
}

TEST_CASE("a kernel without descriptors of processes leaves creators to the timers") {
    WatchedCreators world(KernelAge::v5_2);
    CHECK(world.add(kFirst) == Waits::cannot);
    CHECK(world.watch.size() == 0);
}

TEST_CASE("no process is waited for where a namespace decides") {
    WatchedCreators world;
    auto& proc = world.kernel.startInside(800, 300);
    proc.space(NamespaceType::net) = world.kernel.makeSpace(NamespaceType::net);
    const auto creator = captured(world.kernel, 800, {false, NamespaceType::net});
    CHECK(world.watch.add(kFirst, creator, world.fd) == Waits::cannot);
    CHECK(world.open() == 0);
}

TEST_CASE("of a creator in a pid namespace the first process of that is waited for") {
    WatchedCreators world;
    const auto space = world.kernel.startInside(800, 300).space(NamespaceType::pid);
    world.kernel.startInside(801, 310, 2, space);
    CHECK(world.add(kFirst, 801) == Waits::yes);
    world.kernel.end(801);
    CHECK_FALSE(world.hasEnded());
    world.kernel.end(800);
    CHECK(world.hasEnded());
}

TEST_CASE("no more creators are waited for than were asked for, until one has ended") {
    WatchedCreators world;
    for (const int pid : {701, 702}) world.kernel.start(pid, 100);
    CHECK(world.add(kFirst) == Waits::yes);
    const int fd = world.fd;
    CHECK(world.add(kFirst, 701) == Waits::yes);
    CHECK(world.add(kFirst, 702) == Waits::noRoom);
    CHECK(world.add(kSecond) == Waits::yes);
    CHECK(world.watch.size() == 2);
    world.kernel.end(kPid);
    world.watch.takeEnded(fd);
    CHECK(world.add(kFirst, 702) == Waits::yes);
}

TEST_CASE("with none asked for no creator is waited for") {
    WatchedCreators world(KernelAge::v6_12, 0);
    CHECK(world.add(kFirst) == Waits::noRoom);
    CHECK(world.open() == 0);
}

TEST_CASE("of a creator that lives on only those are remembered that are in the journal still") {
    WatchedCreators world;
    JournalEntry entry;
    entry.boot = "3f0e2b7c-9a55-4c1d-8e42-6d1f5b9a7c10";
    entry.reason = "creator-alive";
    Keys waiting;
    for (std::uint64_t id = 1; id <= 10; ++id) {
        waiting.push_back({"freezer", 0, id});
        REQUIRE(Journal(world.kernel).put(waiting.back(), entry).ok());
        world.add(waiting.back());
    }
    for (std::uint64_t id = 100; id < 1'100; ++id) world.add({"freezer", 0, id});
    world.kernel.end(kPid);
    const auto ended = world.watch.takeEnded(world.fd);
    CHECK(ended.size() < 100);
    REQUIRE(ended.size() >= waiting.size());
    CHECK(std::equal(waiting.begin(), waiting.end(), ended.begin()));
}

TEST_CASE("a descriptor that is of no creator tells nothing") {
    WatchedCreators world;
    CHECK(world.watch.takeEnded(5).empty());
    CHECK_FALSE(world.watch.has(5));
}

}  // namespace prune::test

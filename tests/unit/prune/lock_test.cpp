// SPDX-License-Identifier: MIT
// A flock on the cgroup's directory: managers hold it while they make and enter a cgroup.
#include "support/intercepted_system.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

std::string directoryOf(World& world, const std::string& path) {
    return world.kernel.cgroupDirectory("freezer", path);
}

/// Has another thread of the process fork while the lock is held, and the child not exec yet.
class ForksUnderTheLock final : public InterceptedSystem {
public:
    using InterceptedSystem::InterceptedSystem;

    int lockFd(int fd, int operation) override {
        const int locked = InterceptedSystem::lockFd(fd, operation);
        if (locked == 0) InterceptedSystem::duplicateTo(fd, kChildsCopy);
        return locked;
    }

private:
    static constexpr int kChildsCopy = 900;

    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}
};

}  // namespace

TEST_CASE("a held lock defers the removal for lock-patience, and no longer") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"), false);
    CHECK(world.release("/a").deferred);
    CHECK(world.entry().reason == "lock-held");
    world.kernel.advance(4'899);
    world.retry();
    CHECK(world.has("/a"));
    world.kernel.advance(101);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("further releases under the same held lock do not renew the patience") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"));
    world.release("/a");
    world.kernel.advance(3'000);
    world.release("/a");
    CHECK(world.entry().dueMs == 1'005'000);
    world.kernel.advance(2'000);
    world.release("/a");
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a lock that was let go is forgotten: the next one gets the whole patience") {
    World world;
    world.conf("[default]\nlinger = 1s\n");
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"));
    world.release("/a");
    world.kernel.advance(1'000);
    world.retry();
    CHECK(world.entry().lockHeldSinceMs == std::optional<std::uint64_t>(1'001'000));
    world.kernel.unlock(directoryOf(world, "/a"));
    world.release("/a");
    CHECK_FALSE(world.entry().lockHeldSinceMs);
}

TEST_CASE("lock-patience is as the conf says") {
    World world;
    world.conf("[agent]\nlock-patience = 20s\n[default]\nlinger = 0\n");
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"));
    world.release("/a");
    CHECK(world.entry().dueMs == 1'020'000);
}

TEST_CASE("a task that enters while its manager holds the lock is safe") {
    World world;
    world.conf(kNoLinger);
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"), false);
    world.release("/a");
    world.kernel.enter(7, "freezer", "/a");
    world.kernel.unlock(directoryOf(world, "/a"));
    world.retryFor(60'000);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a lock that was held during the linger does not use up the patience of one held when it is over") {
    World world;
    world.conf("[default]\nlinger = 10s\n");
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"), false);
    world.release("/a");
    world.kernel.unlock(directoryOf(world, "/a"));
    world.kernel.advance(10'000);
    world.kernel.lock(directoryOf(world, "/a"), false);
    world.retry();
    CHECK(world.has("/a"));
    CHECK(world.entry().reason == "lock-held");
    CHECK(world.entry().dueMs == 1'015'000);
}

TEST_CASE("a lock held all the time delays for lock-patience after the linger, and no longer") {
    World world;
    world.conf("[default]\nlinger = 4s\n");
    world.make("/a");
    world.kernel.lock(directoryOf(world, "/a"), false);
    world.release("/a");
    world.kernel.advance(4'000);
    world.retry();
    CHECK(world.entry().dueMs == 1'009'000);
    world.kernel.advance(5'000);
    world.retry();
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("no lock is held after a release") {
    World world;
    world.make("/a");
    world.release("/a");
    CHECK_NOTHROW(world.kernel.lock(directoryOf(world, "/a")));
}

TEST_CASE("no lock is held after a release though a child of another thread has a copy of its descriptor") {
    World world;
    world.make("/a");
    ForksUnderTheLock system(world.kernel);
    Context context{system, world.log, {}, false};
    release(context, kAlias, "/a");
    CHECK_NOTHROW(world.kernel.lock(directoryOf(world, "/a")));
}

}  // namespace prune::test

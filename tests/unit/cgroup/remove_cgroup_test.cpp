// SPDX-License-Identifier: MIT
// Locking a cgroup, the one rmdir, and what came of it.
#include <fcntl.h>

#include <cerrno>
#include <functional>
#include <utility>

#include "cgroup/directory.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

using RemovalOutcome = Removal::Outcome;

/// The cgroup /p/c1 of a freezer hierarchy, held open.
struct HeldToRemove {
    explicit HeldToRemove(const std::string& path = "/p/c1") {
        memory.addHierarchy("freezer", "/cg/freezer");
        memory.makeCgroup("freezer", path);
        cgroup = open(path);
        id = memory.cgroupId("freezer", path);
    }

    OpenCgroup open(const std::string& path) {
        const Fd root(memory, memory.openAt(AT_FDCWD, "/cg/freezer", O_RDONLY | O_DIRECTORY));
        auto opened = openCgroup(memory, root.get(), CgroupPath::parse(path).value());
        REQUIRE(opened.ok());
        REQUIRE(opened.value());
        return std::move(*opened.value());
    }
    Removal remove() { return removeBy(memory); }
    Removal removeBy(System& system) { return removeCgroup(system, cgroup, id); }
    /// Does so once, between the look at the name and the rmdir.
    void justBeforeRmdir(std::function<void()> act) {
        memory.beforeCall = [act, isDone = false](std::string_view call) mutable {
            if (call == "unlinkAt" && !std::exchange(isDone, true)) act();
        };
    }
    void remake() {
        memory.removeCgroup("freezer", "/p/c1");
        memory.makeCgroup("freezer", "/p/c1");
    }
    void replace() {
        memory.renameCgroup("freezer", "/p/c1", "moved");
        memory.makeCgroup("freezer", "/p/c1");
    }
    bool stillThere() { return memory.hasCgroup("freezer", "/p/c1"); }

    MemorySystem memory;
    OpenCgroup cgroup;
    std::uint64_t id = 0;
};

}  // namespace

TEST_CASE("an empty cgroup is removed and nothing but it") {
    HeldToRemove held;
    held.memory.makeCgroup("freezer", "/p/c2");
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::removed);
    CHECK(removal.code == 0);
    CHECK_FALSE(removal.removedAnother);
    CHECK_FALSE(held.stillThere());
    CHECK(held.memory.hasCgroup("freezer", "/p/c2"));
}

TEST_CASE("the parent of a removed cgroup stays though it is empty now") {
    HeldToRemove held;
    REQUIRE(held.remove().outcome == RemovalOutcome::removed);
    CHECK(held.memory.hasCgroup("freezer", "/p"));
}

TEST_CASE("a removal is one rmdir of the name in its parent") {
    HeldToRemove held;
    RecordingSystem recording(held.memory);
    REQUIRE(held.removeBy(recording).outcome == RemovalOutcome::removed);
    const auto expected = "unlinkAt " + std::to_string(held.cgroup.parent.get()) + " 'c1' REMOVEDIR -> 0";
    CHECK(recording.changes() == std::vector<std::string>{expected});
}

TEST_CASE("a cgroup that went meanwhile is gone") {
    HeldToRemove held;
    REQUIRE(held.memory.removeCgroup("freezer", "/p/c1") == 0);
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::gone);
    CHECK_FALSE(removal.removedAnother);
}

TEST_CASE("a cgroup that went with its parent is gone") {
    HeldToRemove held;
    REQUIRE(held.memory.removeCgroup("freezer", "/p/c1") == 0);
    REQUIRE(held.memory.removeCgroup("freezer", "/p") == 0);
    CHECK(held.remove().outcome == RemovalOutcome::gone);
}

TEST_CASE("a removal that says ENODEV found the cgroup gone") {
    HeldToRemove held;
    FailingSystem system(held.memory);
    system.failNamed("unlinkAt", ENODEV);
    CHECK(held.removeBy(system).outcome == RemovalOutcome::gone);
}

TEST_CASE("a cgroup with a task is busy and stays") {
    HeldToRemove held;
    held.memory.enter(100, "freezer", "/p/c1");
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::busy);
    CHECK(removal.code == EBUSY);
    CHECK(held.stillThere());
}

TEST_CASE("a cgroup with a child is busy and both stay") {
    HeldToRemove held;
    held.memory.makeCgroup("freezer", "/p/c1/child");
    CHECK(held.remove().outcome == RemovalOutcome::busy);
    CHECK(held.memory.hasCgroup("freezer", "/p/c1/child"));
}

TEST_CASE("a cgroup with something mounted on it is busy and stays") {
    HeldToRemove held;
    held.memory.mountOn("/cg/freezer/p/c1");
    CHECK(held.remove().outcome == RemovalOutcome::busy);
    CHECK(held.stillThere());
}

TEST_CASE("a cgroup of a hierarchy mounted read-only fails with EROFS and stays") {
    HeldToRemove held;
    held.memory.setReadOnly("/cg/freezer");
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::failed);
    CHECK(removal.code == EROFS);
    CHECK(held.stillThere());
}

TEST_CASE("a removal that is refused is a failure with its errno and never done") {
    HeldToRemove held;
    FailingSystem system(held.memory);
    const int code = GENERATE(EACCES, EPERM, EIO, ENOMEM, ENOTDIR, EINTR);
    system.failNamed("unlinkAt", code);
    const auto removal = held.removeBy(system);
    CHECK(removal.outcome == RemovalOutcome::failed);
    CHECK(removal.code == code);
}

TEST_CASE("a cgroup in the place of a file is not removed") {
    HeldToRemove held;
    const OpenCgroup file{std::move(held.cgroup.directory), {}, "cgroup.procs"};
    FileStat stat;
    REQUIRE(held.memory.statAt(file.parent.get(), "cgroup.procs", 0, stat) == 0);
    const auto removal = removeCgroup(held.memory, file, stat.inode);
    CHECK(removal.outcome == RemovalOutcome::failed);
    CHECK(removal.code == ENOTDIR);
}

TEST_CASE("a namesake made after the cgroup was gone stays") {
    HeldToRemove held;
    held.remake();
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::gone);
    CHECK(removal.code == ENOENT);
    CHECK(held.stillThere());
}

TEST_CASE("a namesake of a renamed cgroup stays, and so does the cgroup") {
    HeldToRemove held;
    held.replace();
    CHECK(held.remove().outcome == RemovalOutcome::gone);
    CHECK(held.stillThere());
    CHECK(held.memory.hasCgroup("freezer", "/p/moved"));
}

// There is no rmdir by descriptor. The kernel does not tell: ours is dead either way.
TEST_CASE("a namesake made in the instant before the rmdir is removed and cannot be told from it") {
    HeldToRemove held;
    held.justBeforeRmdir([&held] { held.remake(); });
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::removed);
    CHECK_FALSE(removal.removedAnother);
    CHECK_FALSE(held.stillThere());
}

TEST_CASE("a cgroup renamed in the instant before the rmdir lives on and the namesake is told as removed") {
    HeldToRemove held;
    held.justBeforeRmdir([&held] { held.replace(); });
    const auto removal = held.remove();
    CHECK(removal.outcome == RemovalOutcome::removed);
    CHECK(removal.removedAnother);
    CHECK(held.memory.hasCgroup("freezer", "/p/moved"));
}

TEST_CASE("a cgroup whose name cannot be looked at is not removed") {
    HeldToRemove held;
    FailingSystem system(held.memory);
    const int code = GENERATE(EACCES, EIO, ENOMEM, ELOOP);
    system.failNamed("statAt", code);
    const auto removal = held.removeBy(system);
    CHECK(removal.outcome == RemovalOutcome::failed);
    CHECK(removal.code == code);
    CHECK(held.stillThere());
}

TEST_CASE("a cgroup held open lives until it is removed") {
    HeldToRemove held;
    CHECK_FALSE(hasDied(held.memory, held.cgroup.directory.get()));
    held.memory.makeCgroup("freezer", "/p/c1/child");
    REQUIRE(held.memory.removeCgroup("freezer", "/p/c1/child") == 0);
    CHECK_FALSE(hasDied(held.memory, held.cgroup.directory.get()));
    REQUIRE(held.memory.removeCgroup("freezer", "/p/c1") == 0);
    CHECK(hasDied(held.memory, held.cgroup.directory.get()));
}

TEST_CASE("a removed cgroup is dead though its name was made anew") {
    HeldToRemove held;
    REQUIRE(held.memory.removeCgroup("freezer", "/p/c1") == 0);
    held.memory.makeCgroup("freezer", "/p/c1");
    CHECK(hasDied(held.memory, held.cgroup.directory.get()));
}

TEST_CASE("a cgroup whose life cannot be told is not taken for dead") {
    HeldToRemove held;
    FailingSystem system(held.memory);
    system.failNamed("openAt", GENERATE(EMFILE, EACCES, EIO));
    CHECK_FALSE(hasDied(system, held.cgroup.directory.get()));
}

TEST_CASE("the lock of a cgroup that nobody holds is taken") {
    HeldToRemove held;
    const auto locked = tryLock(held.memory, held.cgroup);
    REQUIRE(locked.ok());
    CHECK(locked.value());
    CHECK_THROWS(held.memory.lock("/cg/freezer/p/c1", false));
}

TEST_CASE("the lock of a cgroup ends with its descriptor") {
    HeldToRemove held;
    REQUIRE(tryLock(held.memory, held.cgroup).value());
    held.cgroup.directory.reset();
    CHECK_NOTHROW(held.memory.lock("/cg/freezer/p/c1"));
}

TEST_CASE("a lock that somebody holds is not waited for") {
    HeldToRemove held;
    held.memory.lock("/cg/freezer/p/c1", GENERATE(true, false));
    const auto locked = tryLock(held.memory, held.cgroup);
    REQUIRE(locked.ok());
    CHECK_FALSE(locked.value());
    held.memory.unlock("/cg/freezer/p/c1");
    CHECK(tryLock(held.memory, held.cgroup).value());
}

TEST_CASE("a lock that cannot be had for another reason is an error") {
    HeldToRemove held;
    FailingSystem system(held.memory);
    system.failNamed("lockFd", ENOLCK);
    const auto locked = tryLock(system, held.cgroup);
    REQUIRE_FALSE(locked.ok());
    CHECK(locked.error().text() == "lock cgroup c1: No locks available (errno 37)");
}

TEST_CASE("a removal under the lock is done") {
    HeldToRemove held;
    REQUIRE(tryLock(held.memory, held.cgroup).value());
    CHECK(held.remove().outcome == RemovalOutcome::removed);
}

// SPDX-License-Identifier: MIT
// next-due: what is announced only makes it earlier, whoever announces beside.
#include <cerrno>

#include "processes.h"
#include "real_state.h"
#include "store/state_folder.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

TEST_CASE("nothing is due where nothing was announced") {
    MemorySystem system;
    CHECK(nextDue(system) == kNever);
    CHECK_FALSE(system.exists(kStateFolder));
}

TEST_CASE("what was announced first is due") {
    MemorySystem system;
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(nextDue(system) == 5000);
}

TEST_CASE("an announcement makes the due time earlier and never later") {
    MemorySystem system;
    REQUIRE(announceDue(system, 5000).ok());
    REQUIRE(announceDue(system, 9000).ok());
    CHECK(nextDue(system) == 5000);
    REQUIRE(announceDue(system, 4000).ok());
    CHECK(nextDue(system) == 4000);
    REQUIRE(announceDue(system, 0).ok());
    CHECK(nextDue(system) == 0);
}

TEST_CASE("an announcement that makes nothing earlier changes nothing") {
    MemorySystem memory;
    REQUIRE(announceDue(memory, 5000).ok());
    RecordingSystem system(memory);
    REQUIRE(announceDue(system, 5000).ok());
    REQUIRE(announceDue(system, 5001).ok());
    CHECK(system.changes().empty());
}

TEST_CASE("the due time can be set later") {
    MemorySystem system;
    REQUIRE(announceDue(system, 5000).ok());
    REQUIRE(setNextDue(system, 9000).ok());
    CHECK(nextDue(system) == 9000);
}

TEST_CASE("the due time can be set to never and announced again") {
    MemorySystem system;
    REQUIRE(setNextDue(system, kNever).ok());
    CHECK(nextDue(system) == kNever);
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(nextDue(system) == 5000);
}

TEST_CASE("the real file system keeps the due time to the millisecond") {
    const TemporaryRoot root;
    RealState system(root);
    for (const std::int64_t due : {std::int64_t{0}, std::int64_t{1}, std::int64_t{123'456'789}, kNever}) {
        REQUIRE(setNextDue(system, due).ok());
        CHECK(nextDue(system) == due);
    }
}

TEST_CASE("of two announcements at once the earlier one stays") {
    const bool isThere = GENERATE(true, false);
    const std::int64_t ours = GENERATE(3000, 7000);
    const std::string before = GENERATE("statAt", "openAt", "lockFd", "setTimeFd");
    MemorySystem system;
    if (isThere) REQUIRE(setNextDue(system, kNever).ok());
    bool announced = false;
    bool lockHeld = false;
    system.beforeCall = [&](std::string_view call) {
        if (call == "setTimeFd") lockHeld = true;
        if (call != before || announced || lockHeld) return;
        announced = true;
        if (!announceDue(system, 5000).ok()) FAIL_CHECK("not announced");
    };
    REQUIRE(announceDue(system, ours).ok());
    system.beforeCall = nullptr;
    INFO("another one announces before " << before);
    CHECK(nextDue(system) == (announced ? std::min<std::int64_t>(ours, 5000) : ours));
}

TEST_CASE("an announcement waits for one that is under way") {
    MemorySystem system;
    REQUIRE(setNextDue(system, 9000).ok());
    system.lock(kNextDueFile);
    system.at(system.bootTimeMs() + 10, [&] {
        CHECK(nextDue(system) == 9000);
        system.unlock(kNextDueFile);
    });
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(nextDue(system) == 5000);
}

TEST_CASE("a file of next-due that was just made is no due time") {
    MemorySystem system;
    std::int64_t seen = 0;
    system.beforeCall = [&](std::string_view call) {
        if (call == "setTimeFd") seen = nextDue(system);
    };
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(seen > system.bootTimeMs());
}

TEST_CASE("of announcements by many processes the earliest stays") {
    const TemporaryRoot root;
    std::vector<Child> children;
    for (int n = 100; n > 0; --n)
        children.emplace_back([&root, n] {
            RealState system(root);
            return announceDue(system, 1000 + n * 37 % 101).ok() ? 0 : 1;
        });
    int failed = 0;
    for (auto& child : children) failed += child.wait() != 0;
    CHECK(failed == 0);
    RealState system(root);
    CHECK(nextDue(system) == 1001);
}

TEST_CASE("the lock of next-due is let go by name: a process that was started meanwhile has a copy of it") {
    MemorySystem system;
    constexpr int kCopy = 100;
    system.beforeCall = [&](std::string_view call) {
        if (call == "setTimeFd") REQUIRE(system.duplicateTo(system.openFds().front(), kCopy) == kCopy);
    };
    REQUIRE(announceDue(system, 5000).ok());
    system.beforeCall = nullptr;
    REQUIRE(system.openFds() == std::vector<int>{kCopy});
    REQUIRE(announceDue(system, 4000).ok());
    CHECK(nextDue(system) == 4000);
}

TEST_CASE("a lock of next-due that somebody keeps is not waited for without end") {
    MemorySystem system;
    REQUIRE(setNextDue(system, 9000).ok());
    system.lock(kNextDueFile);
    bool isFree = false;
    system.at(system.bootTimeMs() + 3'600'000, [&] {
        isFree = true;
        system.unlock(kNextDueFile);
    });
    const auto announced = announceDue(system, 5000);
    CHECK_FALSE(isFree);
    REQUIRE_FALSE(announced.ok());
    CHECK(announced.error().text() ==
          "lock /run/cgprune/next-due: Resource temporarily unavailable (errno 11)");
}

TEST_CASE("an interrupted wait for the lock of next-due is taken up again") {
    MemorySystem memory;
    FailingSystem system(memory);
    system.failNamed("lockFd", EINTR, 2);
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(nextDue(memory) == 5000);
}

TEST_CASE("a due time that cannot be written is an error that names the file") {
    MemorySystem memory;
    FailingSystem system(memory);
    system.failNamed("lockFd", ENOLCK);
    CHECK(announceDue(system, 5000).error().text() ==
          "lock /run/cgprune/next-due: No locks available (errno 37)");
    system.clear();
    system.failNamed("setTimeFd", EPERM);
    CHECK(setNextDue(system, 5000).error().text() ==
          "set the time of /run/cgprune/next-due: Operation not permitted (errno 1)");
    CHECK(memory.openFds().empty());
}

TEST_CASE("a link in place of next-due is not followed") {
    MemorySystem system;
    system.writeFile("/tmp/victim", "");
    REQUIRE(ensureStateFolder(system).ok());
    system.makeSymlink("/tmp/victim", kNextDueFile);
    CHECK(announceDue(system, 5000).error().code == ELOOP);
}

TEST_CASE("a due time can be announced without any space") {
    MemorySystem system;
    system.limitSpace("/run", 0);
    REQUIRE(announceDue(system, 5000).ok());
    CHECK(nextDue(system) == 5000);
}

// SPDX-License-Identifier: MIT
// How release-agent begins, and what it says where it cannot.
#include "release_agent/start.h"

#include <fcntl.h>

#include <cerrno>

#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

TEST_CASE("an agent has all of stdio, and no other descriptor, before it begins") {
    MemorySystem system;
    system.makeFolder("/dev");
    system.writeFile("/dev/null", "");
    system.closeFrom(0);
    if (GENERATE(true, false))
        for (int i = 0; i < 7; ++i) REQUIRE(system.openAt(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY) == i);
    REQUIRE(prepareProcess(system).ok());
    CHECK(system.openFds().empty());
    CHECK(system.openAt(AT_FDCWD, "/dev/null", O_RDWR) == 3);
}

TEST_CASE("an agent that cannot begin says why, and which cgroup stays") {
    struct Case {
        const char* call;
        const char* why;
    };
    const auto wrong =
        GENERATE(Case{"openAt", "open /dev/null: Input/output error (errno 5)"},
                 Case{"changeDirectory", "go to the root folder: Input/output error (errno 5)"});
    MemorySystem memory;
    memory.makeFolder("/dev");
    memory.writeFile("/dev/null", "");
    memory.makeSocket("/dev/log");
    memory.closeFrom(0);
    FailingSystem system(memory);
    system.failNamed(wrong.call, EIO);
    const auto begun = prepareProcess(system);
    REQUIRE_FALSE(begun.ok());
    CHECK(begun.error().text() == wrong.why);
    sayNotStarted(system, "/run/cgprune/agents/freezer", "/a", begun.error());
    REQUIRE(memory.datagrams.size() == 1);
    CHECK(memory.datagrams.front().bytes.find("msg=not-started agent=/run/cgprune/agents/freezer cgroup=/a "
                                              "why=") != std::string::npos);
}

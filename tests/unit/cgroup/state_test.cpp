// SPDX-License-Identifier: MIT
// What the kernel says of an open cgroup, and that no doubt reads as "empty".
#include "cgroup/state.h"

#include <fcntl.h>

#include <cerrno>

#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

/// The cgroup /p/c1 of a hierarchy, held open.
struct HeldToRead {
    explicit HeldToRead(bool isUnified) : unified(isUnified) {
        memory.addHierarchy(name(), "/cg/it", unified);
        id = memory.makeCgroup(name(), "/p/c1");
        fd = Fd(memory, memory.openAt(AT_FDCWD, kDirectory, O_RDONLY | O_DIRECTORY));
        REQUIRE(fd.valid());
    }

    std::string name() const { return unified ? "unified" : "freezer"; }
    Result<std::optional<CgroupState>> read(System& system) const {
        return readState(system, fd.get(), unified);
    }
    CgroupState state() {
        const auto read = this->read(memory);
        REQUIRE(read.ok());
        REQUIRE(read.value());
        return *read.value();
    }

    static constexpr const char* kDirectory = "/cg/it/p/c1";
    MemorySystem memory;
    bool unified;
    std::uint64_t id = 0;
    Fd fd;
};

/// The state that a folder of plain files reads as; to say what no kernel does.
Result<std::optional<CgroupState>> stateWith(std::string_view events) {
    MemorySystem memory;
    memory.writeFile("/tmp/cgroup/cgroup.events", events);
    const Fd fd(memory, memory.openAt(AT_FDCWD, "/tmp/cgroup", O_RDONLY | O_DIRECTORY));
    return readState(memory, fd.get(), true);
}

}  // namespace

TEST_CASE("the state of a fresh cgroup is empty and unmarked") {
    HeldToRead held(GENERATE(false, true));
    const auto state = held.state();
    CHECK(state.id == held.id);
    CHECK(state.owner == 0);
    CHECK_FALSE(state.populated);
    CHECK_FALSE(state.hasChildren);
    CHECK_FALSE(state.notifyOnRelease);
    CHECK_FALSE(state.keptByRoot);
    CHECK_FALSE(state.keptByOwner);
}

TEST_CASE("the state tells a task in the cgroup") {
    HeldToRead held(GENERATE(false, true));
    held.memory.enter(100, held.name(), "/p/c1");
    CHECK(held.state().populated);
    held.memory.leave(100);
    CHECK_FALSE(held.state().populated);
}

TEST_CASE("the state tells a task below the cgroup on v2 and a child on both") {
    HeldToRead held(GENERATE(false, true));
    held.memory.makeCgroup(held.name(), "/p/c1/child");
    held.memory.enter(100, held.name(), "/p/c1/child");
    CHECK(held.state().populated == held.unified);
    CHECK(held.state().hasChildren);
}

TEST_CASE("the state tells an empty child until it is removed") {
    HeldToRead held(GENERATE(false, true));
    held.memory.makeCgroup(held.name(), "/p/c1/child");
    CHECK(held.state().hasChildren);
    CHECK_FALSE(held.state().populated);
    REQUIRE(held.memory.removeCgroup(held.name(), "/p/c1/child") == 0);
    CHECK_FALSE(held.state().hasChildren);
}

TEST_CASE("the state tells the flag of v1") {
    HeldToRead held(false);
    held.memory.setNotify("freezer", "/p/c1", true);
    CHECK(held.state().notifyOnRelease);
    held.memory.setNotify("freezer", "/p/c1", false);
    CHECK_FALSE(held.state().notifyOnRelease);
}

TEST_CASE("the state of v2 is read without a look for the flag") {
    HeldToRead held(true);
    RecordingSystem recording(held.memory);
    REQUIRE(held.read(recording).ok());
    for (const auto& call : recording.calls()) CHECK(call.find("notify_on_release") == std::string::npos);
}

TEST_CASE("the state tells the owner") {
    HeldToRead held(GENERATE(false, true));
    held.memory.setOwner(HeldToRead::kDirectory, 1000);
    CHECK(held.state().owner == 1000);
}

TEST_CASE("the state tells the keep mark of root whatever its value") {
    HeldToRead held(GENERATE(false, true));
    held.memory.setXattrOf(HeldToRead::kDirectory, kKeepByRoot, GENERATE("", "1", "0", "no"));
    CHECK(held.state().keptByRoot);
    CHECK_FALSE(held.state().keptByOwner);
}

TEST_CASE("the state tells the keep mark of the owner whatever its value") {
    HeldToRead held(GENERATE(false, true));
    held.memory.setXattrOf(HeldToRead::kDirectory, kKeepByOwner, GENERATE("", "1", "0", "no"));
    CHECK(held.state().keptByOwner);
    CHECK_FALSE(held.state().keptByRoot);
}

TEST_CASE("marks of like names are no keep marks") {
    HeldToRead held(GENERATE(false, true));
    for (const char* name :
         {"user.cgprune", "user.cgprune.keep2", "trusted.cgprune.kee", "security.cgprune.keep"})
        held.memory.setXattrOf(HeldToRead::kDirectory, name, "1");
    CHECK_FALSE(held.state().keptByRoot);
    CHECK_FALSE(held.state().keptByOwner);
}

TEST_CASE("a keep mark follows a rename and is not inherited") {
    HeldToRead held(false);
    held.memory.setXattrOf(HeldToRead::kDirectory, kKeepByRoot, "1");
    held.memory.makeCgroup("freezer", "/p/c1/child");
    REQUIRE(held.memory.renameCgroup("freezer", "/p/c1", "moved") == 0);
    CHECK(held.state().keptByRoot);
    const Fd child(held.memory, held.memory.openAt(held.fd.get(), "child", O_RDONLY | O_DIRECTORY));
    CHECK_FALSE(readState(held.memory, child.get(), false).value()->keptByRoot);
}

TEST_CASE("a file system without extended attributes has no keep marks") {
    HeldToRead held(GENERATE(false, true));
    FailingSystem system(held.memory);
    system.failNamed("getXattr", EOPNOTSUPP);
    const auto state = held.read(system);
    REQUIRE(state.ok());
    REQUIRE(state.value());
    CHECK_FALSE(state.value()->keptByRoot);
}

TEST_CASE("a removed cgroup has no state and that is no error") {
    HeldToRead held(GENERATE(false, true));
    REQUIRE(held.memory.removeCgroup(held.name(), "/p/c1") == 0);
    const auto state = held.read(held.memory);
    REQUIRE(state.ok());
    CHECK_FALSE(state.value());
}

TEST_CASE("a removed cgroup has no state though its name was made anew") {
    HeldToRead held(GENERATE(false, true));
    REQUIRE(held.memory.removeCgroup(held.name(), "/p/c1") == 0);
    held.memory.makeCgroup(held.name(), "/p/c1");
    const auto state = held.read(held.memory);
    REQUIRE(state.ok());
    CHECK_FALSE(state.value());
}

TEST_CASE("a cgroup removed while its state is read is no error") {
    const bool unified = GENERATE(false, true);
    for (int call = 1; call <= 20; ++call) {
        HeldToRead held(unified);
        int seen = 0;
        held.memory.beforeCall = [&](std::string_view) {
            if (++seen == call) held.memory.removeCgroup(held.name(), "/p/c1");
        };
        const auto state = held.read(held.memory);
        held.memory.beforeCall = nullptr;
        INFO("removed before call " << call << " of " << seen);
        CHECK(state.ok());
        if (call <= 3) CHECK((state.ok() && !state.value()));
        CHECK(held.memory.openFds().size() == 1);
    }
}

TEST_CASE("ENODEV from a file of a cgroup means that it is gone") {
    HeldToRead held(GENERATE(false, true));
    FailingSystem system(held.memory);
    system.failNamed(GENERATE("openAt", "readFd"), GENERATE(ENODEV, ENOENT));
    const auto state = held.read(system);
    REQUIRE(state.ok());
    CHECK_FALSE(state.value());
}

TEST_CASE("no state is told where any look fails") {
    HeldToRead held(GENERATE(false, true));
    const int code = GENERATE(EIO, EACCES, EMFILE, ENOMEM);
    FailingSystem system(held.memory);
    REQUIRE(held.read(system).ok());
    int failing = 0;
    for (int call = 1, calls = system.count(); call <= calls; ++call) {
        system.failCall(call, code);
        const auto state = held.read(system);
        INFO("call " << call << " of " << calls);
        REQUIRE_FALSE(state.ok());
        CHECK(state.error().code == code);
        ++failing;
    }
    CHECK(failing >= 5);
    CHECK(held.memory.openFds().size() == 1);
}

TEST_CASE("interrupted looks at a cgroup are repeated") {
    HeldToRead held(GENERATE(false, true));
    held.memory.enter(100, held.name(), "/p/c1");
    FailingSystem system(held.memory);
    system.failNamed("readFd", EINTR, 2);
    const auto state = held.read(system);
    REQUIRE(state.ok());
    REQUIRE(state.value());
    CHECK(state.value()->populated);
    CHECK(system.failures() == 2);
}

TEST_CASE("a state is read without any change") {
    HeldToRead held(GENERATE(false, true));
    RecordingSystem recording(held.memory);
    REQUIRE(held.read(recording).ok());
    CHECK(recording.calls().size() >= 5);
    CHECK(recording.changes().empty());
}

TEST_CASE("the line of cgroup.events that says populated is found in any place") {
    CHECK_FALSE(stateWith("populated 0\nfrozen 0\n").value()->populated);
    CHECK_FALSE(stateWith("frozen 1\npopulated 0\n").value()->populated);
    CHECK(stateWith("frozen 0\npopulated 1\n").value()->populated);
}

TEST_CASE("cgroup.events that does not say empty means populated") {
    for (const char* events :
         {"", "\n", "frozen 0\n", "xpopulated 0\n", "populated 00\n", "populated  0\n", "populated"}) {
        INFO(events);
        CHECK(stateWith(events).value()->populated);
    }
}

TEST_CASE("cgroup.events too long to be read whole is an error") {
    CHECK(stateWith(std::string(300, 'x') + "\npopulated 0\n").error().code == EFBIG);
}

TEST_CASE("the id of an open cgroup is its inode") {
    HeldToRead held(GENERATE(false, true));
    CHECK(cgroupId(held.memory, held.fd.get()).value() == held.id);
    FailingSystem system(held.memory);
    system.failNamed("statFd", EIO);
    CHECK(cgroupId(system, held.fd.get()).error().text() == "look at a cgroup: Input/output error (errno 5)");
}

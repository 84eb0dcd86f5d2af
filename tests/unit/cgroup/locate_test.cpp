// SPDX-License-Identifier: MIT
// Finding a cgroup again: never a namesake, wherever it is now.
#include "cgroup/locate.h"

#include <fcntl.h>

#include <cerrno>

#include "cgroup/state.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

/// The cgroup /lxc/c1 of a hierarchy that is held open.
struct LocateWorld {
    explicit LocateWorld(bool unified = false) {
        memory.addHierarchy(unified ? "unified" : "freezer", "/cg/it", unified);
        auto opened = openHierarchy(memory, {unified ? "unified" : "freezer", "/cg/it", unified});
        REQUIRE(opened.ok());
        hierarchy = std::move(opened.value());
        id = memory.makeCgroup(name(), "/lxc/c1");
    }

    const std::string& name() const { return hierarchy.about.name; }
    Result<std::optional<LocatedCgroup>> locate(System& system, std::string_view path = "/lxc/c1") const {
        return locateCgroup(system, hierarchy, id, path);
    }
    LocatedCgroup found(System& system, std::string_view path = "/lxc/c1") const {
        auto located = locate(system, path);
        REQUIRE(located.ok());
        REQUIRE(located.value());
        return std::move(*located.value());
    }
    bool isLost(System& system, std::string_view path = "/lxc/c1") const {
        const auto located = locate(system, path);
        REQUIRE(located.ok());
        return !located.value();
    }

    MemorySystem memory;
    OpenHierarchy hierarchy;
    std::uint64_t id = 0;
};

/// Lets `system` give no handles, as one without the capability for them.
void refuseHandles(FailingSystem& system) {
    system.failNamed("openHandle", GENERATE(EPERM, EOPNOTSUPP, ENOSYS));
}

}  // namespace

TEST_CASE("a cgroup is located where it was with its parent and name") {
    LocateWorld world(GENERATE(false, true));
    const auto found = world.found(world.memory);
    CHECK(found.path == "/lxc/c1");
    CHECK(found.cgroup.name == "c1");
    CHECK(cgroupId(world.memory, found.cgroup.directory.get()).value() == world.id);
    CHECK(cgroupId(world.memory, found.cgroup.parent.get()).value() ==
          world.memory.cgroupId(world.name(), "/lxc"));
}

TEST_CASE("a cgroup is located without its last path") {
    LocateWorld world(GENERATE(false, true));
    CHECK(world.found(world.memory, GENERATE("", "/elsewhere", "no path", "/")).path == "/lxc/c1");
}

TEST_CASE("a renamed cgroup is located under its new name") {
    LocateWorld world;
    REQUIRE(world.memory.renameCgroup("freezer", "/lxc/c1", "moved") == 0);
    const auto found = world.found(world.memory);
    CHECK(found.path == "/lxc/moved");
    CHECK(found.cgroup.name == "moved");
}

TEST_CASE("a cgroup below a renamed one is located") {
    LocateWorld world;
    REQUIRE(world.memory.renameCgroup("freezer", "/lxc", "lxd") == 0);
    CHECK(world.found(world.memory).path == "/lxd/c1");
}

TEST_CASE("a namesake of a renamed cgroup is not taken for it") {
    LocateWorld world;
    REQUIRE(world.memory.renameCgroup("freezer", "/lxc/c1", "moved") == 0);
    world.memory.makeCgroup("freezer", "/lxc/c1");
    const auto found = world.found(world.memory);
    CHECK(found.path == "/lxc/moved");
    CHECK(cgroupId(world.memory, found.cgroup.directory.get()).value() == world.id);
}

TEST_CASE("a removed cgroup is not located") {
    LocateWorld world(GENERATE(false, true));
    REQUIRE(world.memory.removeCgroup(world.name(), "/lxc/c1") == 0);
    CHECK(world.isLost(world.memory));
    CHECK(world.memory.openFds().size() == 1);
}

TEST_CASE("a namesake of a removed cgroup is not taken for it") {
    LocateWorld world(GENERATE(false, true));
    REQUIRE(world.memory.removeCgroup(world.name(), "/lxc/c1") == 0);
    world.memory.makeCgroup(world.name(), "/lxc/c1");
    CHECK(world.isLost(world.memory));
}

TEST_CASE("a removed cgroup is not looked for by its path where handles are to be had") {
    LocateWorld world;
    REQUIRE(world.memory.removeCgroup("freezer", "/lxc/c1") == 0);
    RecordingSystem recording(world.memory);
    CHECK(world.isLost(recording));
    CHECK(recording.callsOf("openHandle").size() == 1);
    CHECK(recording.callsOf("openBeneath").empty());
}

TEST_CASE("a cgroup whose name ends as that of a removed one is located") {
    LocateWorld world;
    REQUIRE(world.memory.renameCgroup("freezer", "/lxc/c1", "c1 (deleted)") == 0);
    CHECK(world.found(world.memory).path == "/lxc/c1 (deleted)");
}

TEST_CASE("a cgroup deeper than a link can show is located") {
    LocateWorld world;
    std::string path;
    for (int n = 0; n < 60; ++n) path += "/" + std::string(99, 'd');
    world.id = world.memory.makeCgroup("freezer", path);
    CHECK(world.found(world.memory, "").path == path);
}

TEST_CASE("a cgroup with something mounted on it is located by its handle") {
    LocateWorld world(GENERATE(false, true));
    world.memory.mountOn("/cg/it/lxc/c1");
    const auto found = world.found(world.memory);
    CHECK(found.path == "/lxc/c1");
    CHECK(found.cgroup.name == "c1");
    CHECK(cgroupId(world.memory, found.cgroup.directory.get()).value() == world.id);
    CHECK(removeCgroup(world.memory, found.cgroup, world.id).outcome == Removal::Outcome::busy);
}

TEST_CASE("a cgroup whose parent has something mounted on it cannot be reached and is no lost one") {
    LocateWorld world;
    world.memory.mountOn("/cg/it/lxc");
    const auto located = world.locate(world.memory);
    REQUIRE_FALSE(located.ok());
    CHECK(located.error().code == EXDEV);
}

TEST_CASE("a cgroup that is removed while it is located is lost or dead") {
    int call = 0;
    while (true) {
        LocateWorld world;
        int seen = 0;
        ++call;
        world.memory.beforeCall = [&](std::string_view) {
            if (++seen == call) world.memory.removeCgroup("freezer", "/lxc/c1");
        };
        const auto located = world.locate(world.memory);
        world.memory.beforeCall = nullptr;
        if (seen < call) break;
        INFO("removed before call " << call);
        REQUIRE(located.ok());
        CHECK((!located.value() || hasDied(world.memory, located.value()->cgroup.directory.get())));
        CHECK_FALSE(world.memory.hasCgroup("freezer", "/lxc/c1"));
    }
    CHECK(call > 4);
}

TEST_CASE("a cgroup that is renamed while it is located is to be tried again and not lost") {
    LocateWorld world;
    world.memory.beforeCall = [&](std::string_view call) {
        if (call == "openBeneath" && world.memory.hasCgroup("freezer", "/lxc/c1"))
            world.memory.renameCgroup("freezer", "/lxc/c1", "moved");
    };
    const auto located = world.locate(world.memory);
    world.memory.beforeCall = nullptr;
    REQUIRE_FALSE(located.ok());
    CHECK(located.error().code == EAGAIN);
    CHECK(world.found(world.memory).path == "/lxc/moved");
}

TEST_CASE("without handles a cgroup is located by its path and id") {
    LocateWorld world(GENERATE(false, true));
    FailingSystem system(world.memory);
    refuseHandles(system);
    CHECK(world.found(system).path == "/lxc/c1");
    CHECK(world.isLost(system, "/lxc"));
}

TEST_CASE("without handles a namesake is not taken for a removed cgroup") {
    LocateWorld world(GENERATE(false, true));
    FailingSystem system(world.memory);
    refuseHandles(system);
    REQUIRE(world.memory.removeCgroup(world.name(), "/lxc/c1") == 0);
    CHECK(world.isLost(system));
    world.memory.makeCgroup(world.name(), "/lxc/c1");
    CHECK(world.isLost(system));
}

TEST_CASE("without handles a cgroup whose path was not kept is lost") {
    LocateWorld world;
    FailingSystem system(world.memory);
    refuseHandles(system);
    CHECK(world.isLost(system, GENERATE("", "/", "lxc/c1", "/lxc//c1", "/lxc/../lxc/c1")));
}

TEST_CASE("without handles a cgroup with something mounted on it cannot be reached and is no lost one") {
    LocateWorld world;
    FailingSystem system(world.memory);
    refuseHandles(system);
    world.memory.mountOn("/cg/it/lxc/c1");
    CHECK(world.locate(system).error().code == EXDEV);
}

TEST_CASE("a living cgroup is never lost by a look that fails") {
    LocateWorld world;
    FailingSystem system(world.memory);
    REQUIRE(world.locate(system).ok());
    const int calls = system.count();
    for (int call = 1; call <= calls; ++call) {
        system.failCall(call, EIO);
        const auto located = world.locate(system);
        INFO("call " << call << " of " << calls);
        CHECK((!located.ok() || located.value()));
    }
}

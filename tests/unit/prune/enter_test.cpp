// SPDX-License-Identifier: MIT
// Entering a cgroup: made where it is missing, set up before anyone is in it, and made anew where it
// vanishes.
#include "prune/enter.h"

#include <cerrno>

#include "unit/prune/world.h"

namespace prune::test {

namespace {

struct Setup final : CgroupSetup {
    Status setUp(const Subject& subject) override {
        paths.emplace_back(subject.path);
        return answer;
    }
    Status answer;
    std::vector<std::string> paths;
};

/// A host on which a process enters cgroups of freezer.
struct Entrance : World {
    Result<bool> enter(const std::string& path, const EnterOptions& options) {
        const auto open = openHierarchyByName(system, "freezer");
        REQUIRE(open.ok());
        REQUIRE(open.value());
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        return enterCgroup(context, *open.value(), parsed.value(), options);
    }
    /// Somebody removes the cgroup just before the process is written into it, `times` times.
    void vanishes(const std::string& path, int times) {
        kernel.beforeCall = [this, path, times](std::string_view call) mutable {
            if (call == "writeFd" && kernel.hasCgroup("freezer", path) && times-- > 0)
                kernel.removeCgroup("freezer", path);
        };
    }
    std::string procs(const std::string& path) {
        return kernel.fileText(kernel.cgroupDirectory("freezer", path) + "/cgroup.procs").value_or("");
    }
};

EnterOptions process(int pid) {
    EnterOptions options;
    options.pid = pid;
    return options;
}

}  // namespace

TEST_CASE("a cgroup that is missing is made with its parents and entered") {
    Entrance world;
    const auto entered = world.enter("/a/b/c", process(7));
    REQUIRE(entered.ok());
    CHECK(entered.value());
    CHECK(world.procs("/a/b/c") == "7\n");
}

TEST_CASE("a cgroup that is there is entered as it is") {
    Entrance world;
    world.make("/a");
    const auto id = world.kernel.cgroupId("freezer", "/a");
    Setup setup;
    auto options = process(7);
    options.setup = &setup;
    const auto entered = world.enter("/a", options);
    REQUIRE(entered.ok());
    CHECK_FALSE(entered.value());
    CHECK(world.procs("/a") == "7\n");
    CHECK(world.kernel.cgroupId("freezer", "/a") == id);
    CHECK(setup.paths.empty());
}

TEST_CASE("what is made gets notify_on_release where that is asked for") {
    Entrance world;
    auto options = process(7);
    options.notify = GENERATE(false, true);
    REQUIRE(world.enter("/a/b", options).ok());
    CHECK(world.kernel.notify("freezer", "/a") == options.notify);
    CHECK(world.kernel.notify("freezer", "/a/b") == options.notify);
}

TEST_CASE("a cgroup is set up before the process is in it") {
    Entrance world;
    struct Look final : CgroupSetup {
        explicit Look(Entrance& in) : world(in) {}
        Status setUp(const Subject&) override {
            procs = world.procs("/a");
            return {};
        }
        Entrance& world;
        std::string procs = "not called";
    } look{world};
    auto options = process(7);
    options.setup = &look;
    REQUIRE(world.enter("/a", options).ok());
    CHECK(look.procs.empty());
    CHECK(world.procs("/a") == "7\n");
}

TEST_CASE("a setup that fails ends the entering, moves nothing, and what was made goes") {
    Entrance world;
    Setup setup;
    setup.answer = Error{"set a limit", EINVAL};
    auto options = process(7);
    options.setup = &setup;
    CHECK(world.enter("/a", options).error().code == EINVAL);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup that vanishes is made anew and set up anew") {
    Entrance world;
    Setup setup;
    auto options = process(7);
    options.setup = &setup;
    world.vanishes("/a", 3);
    const auto entered = world.enter("/a", options);
    world.kernel.beforeCall = nullptr;
    REQUIRE(entered.ok());
    CHECK(entered.value());
    CHECK(world.procs("/a") == "7\n");
    CHECK(setup.paths == std::vector<std::string>(4, "/a"));
}

TEST_CASE("a cgroup that vanishes is made anew as it comes where that is allowed") {
    Entrance world;
    if (GENERATE(true, false)) world.make("/a");
    auto options = process(7);
    options.bare = true;
    world.vanishes("/a", 3);
    const auto entered = world.enter("/a", options);
    world.kernel.beforeCall = nullptr;
    REQUIRE(entered.ok());
    CHECK(entered.value());
    CHECK(world.procs("/a") == "7\n");
}

TEST_CASE("a cgroup that vanishes is not made anew without its limits") {
    Entrance world;
    if (GENERATE(true, false)) world.make("/a");
    world.vanishes("/a", 1);
    const auto entered = world.enter("/a", process(7));
    world.kernel.beforeCall = nullptr;
    REQUIRE_FALSE(entered.ok());
    CHECK(entered.error().code == ESTALE);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup that vanishes a hundred times is given up") {
    Entrance world;
    auto options = process(7);
    options.bare = true;
    world.vanishes("/a", 1000);
    const auto entered = world.enter("/a", options);
    world.kernel.beforeCall = nullptr;
    REQUIRE_FALSE(entered.ok());
    CHECK(entered.error().code == EAGAIN);
}

TEST_CASE("a cgroup that is not there and may not be made is an error") {
    Entrance world;
    auto options = process(7);
    options.mayMake = false;
    CHECK(world.enter("/a", options).error().code == ENOENT);
    CHECK_FALSE(world.has("/a"));
}

TEST_CASE("a cgroup whose lock somebody holds is entered without it, and that is logged") {
    Entrance world;
    world.make("/a");
    world.kernel.lock(world.kernel.cgroupDirectory("freezer", "/a"));
    const auto before = world.kernel.bootTimeMs();
    REQUIRE(world.enter("/a", process(7)).ok());
    CHECK(world.kernel.bootTimeMs() - before >= 1'000);
    CHECK(world.procs("/a") == "7\n");
    CHECK(world.logged("msg=entered-without-lock").size() == 1);
}

TEST_CASE("an agent that is called while a cgroup is entered does not remove it") {
    Entrance world;
    world.conf(kNoLinger);
    world.make("/a");
    bool called = false;
    world.kernel.beforeCall = [&](std::string_view call) {
        if (call != "writeFd" || std::exchange(called, true)) return;
        world.release("/a");
    };
    REQUIRE(world.enter("/a", process(7)).ok());
    world.kernel.beforeCall = nullptr;
    REQUIRE(called);
    CHECK(world.procs("/a") == "7\n");
}

TEST_CASE("entering leaves no descriptor open and no lock") {
    Entrance world;
    REQUIRE(world.enter("/a/b", process(7)).ok());
    CHECK(world.kernel.openFds().empty());
}

}  // namespace prune::test

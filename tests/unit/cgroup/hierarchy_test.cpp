// SPDX-License-Identifier: MIT
// Which hierarchies are mounted, and opening one.
#include "cgroup/hierarchy.h"

#include <fcntl.h>

#include <cerrno>

#include "mountinfo_system.h"
#include "support/catch.h"
#include "support/failing_system.h"

using namespace prune;

namespace {

/// A hybrid host: v1 hierarchies with v2 beside them.
void makeHybrid(MemorySystem& system) {
    system.addHierarchy("cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct");
    system.addHierarchy("freezer", "/sys/fs/cgroup/freezer");
    system.addHierarchy("name=openrc", "/sys/fs/cgroup/openrc");
    system.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
}

template <class Found>
std::vector<std::string> hierarchyNames(const Found& found) {
    REQUIRE(found.ok());
    std::vector<std::string> names;
    for (const auto& hierarchy : found.value()) names.push_back(hierarchy.name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("mounted hierarchies of a hybrid host are listed in the order of mountinfo") {
    MemorySystem system;
    makeHybrid(system);
    CHECK(hierarchyNames(mountedHierarchies(system)) ==
          Names{"cpu,cpuacct", "freezer", "name=openrc", "unified"});
}

TEST_CASE("a host without cgroups has no mounted hierarchy") {
    MemorySystem system;
    CHECK(hierarchyNames(mountedHierarchies(system)).empty());
}

TEST_CASE("a mounted hierarchy is told with its mount point and version") {
    MemorySystem system;
    makeHybrid(system);
    const auto all = mountedHierarchies(system);
    REQUIRE(all.ok());
    CHECK(all.value()[1].mountPoint == "/sys/fs/cgroup/freezer");
    CHECK_FALSE(all.value()[1].unified);
    CHECK(all.value()[3].mountPoint == "/sys/fs/cgroup/unified");
    CHECK(all.value()[3].unified);
}

TEST_CASE("a hierarchy mounted twice is listed once with its first mount") {
    MemorySystem system;
    makeHybrid(system);
    system.addHierarchy("freezer", "/mnt/freezer");
    CHECK(hierarchyNames(mountedHierarchies(system)).size() == 4);
    const auto found = hierarchyByName(system, "freezer");
    REQUIRE(found.ok());
    REQUIRE(found.value());
    CHECK(found.value()->mountPoint == "/sys/fs/cgroup/freezer");
}

TEST_CASE("a hierarchy of which only a part is mounted is not listed") {
    MemorySystem system;
    system.addHierarchy("freezer", "/sys/fs/cgroup/freezer");
    system.makeCgroup("freezer", "/lxc/c1");
    system.bindMount("/sys/fs/cgroup/freezer/lxc/c1", "/mnt/part");
    REQUIRE(system.unmount("/sys/fs/cgroup/freezer") == 0);
    CHECK(hierarchyNames(mountedHierarchies(system)).empty());
}

TEST_CASE("a mount point with a blank is told unescaped") {
    MemorySystem system;
    system.addHierarchy("freezer", "/mnt/my cgroups");
    const auto found = hierarchyByName(system, "freezer");
    REQUIRE(found.ok());
    REQUIRE(found.value());
    CHECK(found.value()->mountPoint == "/mnt/my cgroups");
}

TEST_CASE("hierarchies are found by their whole name only") {
    MemorySystem system;
    makeHybrid(system);
    for (const char* name : {"cpu,cpuacct", "freezer", "name=openrc", "unified"}) {
        const auto found = hierarchyByName(system, name);
        REQUIRE(found.ok());
        REQUIRE(found.value());
        CHECK(found.value()->name == name);
    }
    for (const char* name : {"", "cpu", "cpuacct", "freeze", "freezers", "openrc", "memory"}) {
        const auto found = hierarchyByName(system, name);
        REQUIRE(found.ok());
        CHECK_FALSE(found.value());
    }
}

TEST_CASE("hierarchies cannot be listed without mountinfo") {
    MemorySystem memory;
    makeHybrid(memory);
    FailingSystem system(memory);
    system.failNamed("openAt", EMFILE);
    CHECK(mountedHierarchies(system).error().code == EMFILE);
    CHECK(hierarchyByName(system, "freezer").error().code == EMFILE);
    CHECK(hierarchiesByAgent(system, "/agent").error().code == EMFILE);
}

TEST_CASE("the hierarchy of an agent is the one whose option names it") {
    MemorySystem system;
    makeHybrid(system);
    system.setAgent("freezer", "/a/freezer");
    system.setAgent("name=openrc", "/a/openrc");
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/a/freezer")) == Names{"freezer"});
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/a/openrc")) == Names{"name=openrc"});
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/a")).empty());
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/a/freezer2")).empty());
    CHECK(hierarchyNames(hierarchiesByAgent(system, "")).empty());
}

TEST_CASE("an agent of several hierarchies is found in all of them") {
    MemorySystem system;
    makeHybrid(system);
    system.setAgent("freezer", "/agent");
    system.setAgent("name=openrc", "/agent");
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/agent")) == Names{"freezer", "name=openrc"});
}

TEST_CASE("an agent whose name the kernel escapes is found") {
    const std::string agent = GENERATE("/my agent", "/a,b", "/a=b", "/a\\b", "/a\"b", "/a'b", "/a\tb");
    MemorySystem system;
    makeHybrid(system);
    system.setAgent("freezer", agent);
    INFO(agent);
    CHECK(hierarchyNames(hierarchiesByAgent(system, agent)) == Names{"freezer"});
}

TEST_CASE("a hierarchy mounted twice has its agent once") {
    MemorySystem system;
    makeHybrid(system);
    system.setAgent("freezer", "/agent");
    system.addHierarchy("freezer", "/mnt/freezer");
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/agent")) == Names{"freezer"});
}

TEST_CASE("neither v2 nor a part of a hierarchy is taken for one with an agent") {
    MountinfoSystem system(
        "9 8 0:33 /lxc /cg/part rw - cgroup cgroup rw,memory,release_agent=/agent\n"
        "9 8 0:34 / /cg/unified rw - cgroup2 cgroup2 rw,release_agent=/agent\n");
    CHECK(hierarchyNames(hierarchiesByAgent(system, "/agent")).empty());
}

TEST_CASE("a mounted hierarchy is opened at its root") {
    MemorySystem system;
    makeHybrid(system);
    const bool unified = GENERATE(false, true);
    const auto about = hierarchyByName(system, unified ? "unified" : "freezer");
    REQUIRE(about.ok());
    REQUIRE(about.value());
    const auto opened = openHierarchy(system, *about.value());
    REQUIRE(opened.ok());
    CHECK(opened.value().about.name == about.value()->name);
    CHECK(system.openPaths() == std::vector<std::string>{about.value()->mountPoint});
}

TEST_CASE("something else mounted over a hierarchy is not opened as one") {
    MemorySystem system;
    makeHybrid(system);
    system.mountOn("/sys/fs/cgroup/freezer");
    const auto opened = openHierarchy(system, {"freezer", "/sys/fs/cgroup/freezer", false});
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().text() ==
          "open hierarchy freezer at /sys/fs/cgroup/freezer: something else is mounted there; "
          "unmount it, or mount the hierarchy elsewhere too");
    CHECK(system.openFds().empty());
}

TEST_CASE("a hierarchy whose first mount is covered is opened by another mount of it") {
    MemorySystem system;
    makeHybrid(system);
    system.addHierarchy("freezer", "/mnt/freezer");
    const auto about = hierarchyByName(system, "freezer");
    REQUIRE(about.ok());
    system.mountOn("/sys/fs/cgroup/freezer");
    const auto opened = openHierarchy(system, *about.value());
    REQUIRE(opened.ok());
    CHECK(opened.value().about.mountPoint == "/mnt/freezer");
}

TEST_CASE("a hierarchy covered by another hierarchy is not taken for it") {
    MemorySystem system;
    makeHybrid(system);
    const auto about = hierarchyByName(system, "freezer");
    REQUIRE(about.ok());
    system.addHierarchy("name=other", "/sys/fs/cgroup/freezer");
    CHECK_FALSE(openHierarchy(system, *about.value()).ok());
}

TEST_CASE("of two mounts of a hierarchy the one that can be written is used") {
    MemorySystem system;
    makeHybrid(system);
    system.addHierarchy("freezer", "/mnt/freezer");
    system.setReadOnly("/sys/fs/cgroup/freezer");
    CHECK(hierarchyByName(system, "freezer").value()->mountPoint == "/mnt/freezer");
    CHECK(hierarchyNames(mountedHierarchies(system)).size() == 4);
}

TEST_CASE("v1 is not opened as v2 nor v2 as v1") {
    MemorySystem system;
    makeHybrid(system);
    CHECK_FALSE(openHierarchy(system, {"freezer", "/sys/fs/cgroup/freezer", true}).ok());
    CHECK_FALSE(openHierarchy(system, {"unified", "/sys/fs/cgroup/unified", false}).ok());
}

TEST_CASE("a cgroup that is not the root is not opened as a hierarchy") {
    MemorySystem system;
    makeHybrid(system);
    system.makeCgroup("freezer", "/a");
    system.bindMount("/sys/fs/cgroup/freezer/a", "/mnt/a");
    CHECK_FALSE(openHierarchy(system, {"freezer", "/mnt/a", false}).ok());
    CHECK_FALSE(openHierarchy(system, {"freezer", "/sys/fs/cgroup/freezer/a", false}).ok());
}

TEST_CASE("a hierarchy whose mount point is not there cannot be opened") {
    MemorySystem system;
    const auto opened = openHierarchy(system, {"name=x", "/mnt/a\nb", false});
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().text() ==
          "open hierarchy name=x at /mnt/a\\x0ab: No such file or directory (errno 2)");
}

TEST_CASE("the text of release_agent is read without its newline") {
    MemorySystem system;
    makeHybrid(system);
    system.setAgent("freezer", "/my agent");
    const auto opened = openHierarchy(system, {"freezer", "/sys/fs/cgroup/freezer", false});
    REQUIRE(opened.ok());
    const auto text = readReleaseAgent(system, opened.value().root.get());
    REQUIRE(text.ok());
    CHECK(text.value() == "/my agent");
}

TEST_CASE("the text of release_agent is empty where none is set") {
    MemorySystem system;
    makeHybrid(system);
    const auto opened = openHierarchy(system, {"freezer", "/sys/fs/cgroup/freezer", false});
    REQUIRE(opened.ok());
    const auto text = readReleaseAgent(system, opened.value().root.get());
    REQUIRE(text.ok());
    CHECK(text.value().empty());
}

TEST_CASE("v2 has no release_agent to read") {
    MemorySystem system;
    makeHybrid(system);
    const auto opened = openHierarchy(system, {"unified", "/sys/fs/cgroup/unified", true});
    REQUIRE(opened.ok());
    CHECK(readReleaseAgent(system, opened.value().root.get()).error().code == ENOENT);
}

TEST_CASE("the id of a hierarchy is the one that proc shows") {
    MemorySystem system;
    const int freezer = system.addHierarchy("freezer", "/cg/freezer");
    const int both = system.addHierarchy("cpu,cpuacct", "/cg/both");
    const int named = system.addHierarchy("name=openrc", "/cg/openrc");
    CHECK(hierarchyId(system, "freezer").value() == static_cast<std::uint32_t>(freezer));
    CHECK(hierarchyId(system, "cpu,cpuacct").value() == static_cast<std::uint32_t>(both));
    CHECK(hierarchyId(system, "name=openrc").value() == static_cast<std::uint32_t>(named));
}

TEST_CASE("the id of a hierarchy is another one after it was mounted anew") {
    MemorySystem system;
    system.addHierarchy("name=x", "/cg/x");
    const auto former = hierarchyId(system, "name=x").value();
    REQUIRE(system.unmount("/cg/x") == 0);
    system.addHierarchy("name=x", "/cg/x");
    CHECK(hierarchyId(system, "name=x").value() != former);
}

TEST_CASE("the unified hierarchy has id 0") {
    MemorySystem system;
    makeHybrid(system);
    CHECK(hierarchyId(system, "unified").value() == 0);
}

TEST_CASE("a hierarchy that proc does not show has no id") {
    MemorySystem system;
    makeHybrid(system);
    const auto id = hierarchyId(system, GENERATE("memory", "cpu", "freezer:", "openrc", "name=open\nrc", ""));
    REQUIRE_FALSE(id.ok());
    CHECK(id.error().code == 0);
}

TEST_CASE("an unknown hierarchy is told with where to look") {
    MemorySystem system;
    CHECK(hierarchyId(system, "memory").error().text() ==
          "hierarchy memory is not there (see /proc/self/cgroup)");
}

TEST_CASE("a root holds an agent only if its release_agent is exactly that text") {
    MemorySystem system;
    system.addHierarchy("freezer", "/cg");
    system.setAgent("freezer", "/opt/agent");
    const Fd root(system, system.openAt(AT_FDCWD, "/cg", O_RDONLY | O_DIRECTORY));
    CHECK(holdsAgent(system, root.get(), "/opt/agent").value());
    CHECK_FALSE(holdsAgent(system, root.get(), "/opt/agen").value());
    CHECK_FALSE(holdsAgent(system, root.get(), "/opt/agent2").value());
    system.setAgent("freezer", "");
    CHECK_FALSE(holdsAgent(system, root.get(), "/opt/agent").value());
}

TEST_CASE("a release_agent that cannot be read is an error, and not that of another") {
    MemorySystem memory;
    FailingSystem system(memory);
    memory.addHierarchy("freezer", "/cg");
    memory.setAgent("freezer", "/opt/agent");
    const Fd root(system, system.openAt(AT_FDCWD, "/cg", O_RDONLY | O_DIRECTORY));
    system.failNamed("openAt", ENFILE);
    const auto holds = holdsAgent(system, root.get(), "/opt/agent");
    REQUIRE_FALSE(holds.ok());
    CHECK(holds.error().code == ENFILE);
}

TEST_CASE("a root without release_agent, as on v2, holds none") {
    MemorySystem system;
    system.addHierarchy("unified", "/cg", true);
    const Fd root(system, system.openAt(AT_FDCWD, "/cg", O_RDONLY | O_DIRECTORY));
    CHECK_FALSE(holdsAgent(system, root.get(), "").value());
}

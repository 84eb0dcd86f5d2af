// SPDX-License-Identifier: MIT
// Where an open cgroup is now, however long its path.
#include "cgroup/fd_path.h"

#include <fcntl.h>

#include <cerrno>

#include "cgroup/directory.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

constexpr const char* kOpenedMount = "/cg/freezer";

/// A freezer hierarchy held open.
struct Opened {
    Opened() {
        memory.addHierarchy("freezer", kOpenedMount);
        auto opened = openHierarchy(memory, {"freezer", kOpenedMount, false});
        REQUIRE(opened.ok());
        hierarchy = std::move(opened.value());
    }

    Fd open(const std::string& path) {
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        auto cgroup = openCgroup(memory, hierarchy.root.get(), parsed.value());
        REQUIRE(cgroup.ok());
        REQUIRE(cgroup.value());
        return std::move(cgroup.value()->directory);
    }
    std::string pathOf(const Fd& fd, System& system) const {
        const auto path = pathInHierarchy(system, hierarchy, fd.get());
        REQUIRE(path.ok());
        return path.value();
    }
    std::string pathOf(const Fd& fd) { return pathOf(fd, memory); }

    MemorySystem memory;
    OpenHierarchy hierarchy;
};

std::string deepPath(int components, std::size_t size) {
    std::string path;
    for (int n = 0; n < components; ++n) path += "/" + std::to_string(n) + std::string(size, 'd');
    return path;
}

}  // namespace

TEST_CASE("the path of a descriptor is the one that proc links to") {
    MemorySystem system;
    system.makeFolder("/tmp/a b");
    const Fd fd(system, system.openAt(AT_FDCWD, "/tmp/a b", O_RDONLY | O_DIRECTORY));
    const auto path = pathOfFd(system, fd.get());
    REQUIRE(path.ok());
    CHECK(path.value() == "/tmp/a b");
}

TEST_CASE("the path of a descriptor that is not open is an error") {
    MemorySystem system;
    const auto path = pathOfFd(system, 99);
    REQUIRE_FALSE(path.ok());
    CHECK(path.error().text() == "read the link /proc/self/fd/99: No such file or directory (errno 2)");
}

TEST_CASE("a path that fills the link whole may be cut and is an error") {
    Opened system;
    const std::string path = deepPath(50, 200);
    system.memory.makeCgroup("freezer", path);
    const Fd fd = system.open(path);
    CHECK(pathOfFd(system.memory, fd.get()).error().code == ENAMETOOLONG);
}

TEST_CASE("the path of an open cgroup is the one in its hierarchy") {
    Opened system;
    system.memory.makeCgroup("freezer", "/lxc/c 1");
    CHECK(system.pathOf(system.open("/lxc/c 1")) == "/lxc/c 1");
    CHECK(system.pathOf(system.open("/lxc")) == "/lxc");
}

TEST_CASE("the path of an open root is a slash") {
    Opened system;
    CHECK(system.pathOf(system.hierarchy.root) == "/");
}

TEST_CASE("the path of an open cgroup follows a rename") {
    Opened system;
    system.memory.makeCgroup("freezer", "/lxc/old");
    const Fd fd = system.open("/lxc/old");
    REQUIRE(system.memory.renameCgroup("freezer", "/lxc/old", "new") == 0);
    CHECK(system.pathOf(fd) == "/lxc/new");
}

TEST_CASE("the path of a cgroup deeper than a link can show is found") {
    Opened system;
    const std::string path = deepPath(50, 200);
    REQUIRE(path.size() > 10'000);
    system.memory.makeCgroup("freezer", path);
    const Fd fd = system.open(path);
    CHECK(system.pathOf(fd) == path);
    CHECK(system.memory.openFds().size() == 2);
}

TEST_CASE("the path of an open cgroup is found without links of proc") {
    Opened system;
    system.memory.makeCgroup("freezer", "/a/b/c");
    const Fd fd = system.open("/a/b/c");
    FailingSystem failing(system.memory);
    failing.failNamed("readLinkAt", GENERATE(ENOENT, ENAMETOOLONG, EACCES));
    CHECK(system.pathOf(fd, failing) == "/a/b/c");
    CHECK(system.pathOf(system.hierarchy.root, failing) == "/");
}

TEST_CASE("a cgroup seen through a mount that begins like the hierarchy's has its path in the hierarchy") {
    Opened system;
    system.memory.makeCgroup("freezer", "/a");
    system.memory.addHierarchy("freezer", std::string(kOpenedMount) + "2");
    const Fd fd(system.memory, system.memory.openAt(AT_FDCWD, "/cg/freezer2/a", O_RDONLY | O_DIRECTORY));
    REQUIRE(fd.valid());
    CHECK(system.pathOf(fd) == "/a");
}

TEST_CASE("the path of a removed cgroup is marked as the kernel does and is that of no cgroup") {
    Opened system;
    system.memory.makeCgroup("freezer", "/a/b");
    const Fd fd = system.open("/a/b");
    REQUIRE(system.memory.removeCgroup("freezer", "/a/b") == 0);
    CHECK(system.pathOf(fd) == "/a/b (deleted)");
}

TEST_CASE("the path of a removed cgroup cannot be told without links of proc") {
    Opened system;
    system.memory.makeCgroup("freezer", "/a/b");
    const Fd fd = system.open("/a/b");
    REQUIRE(system.memory.removeCgroup("freezer", "/a/b") == 0);
    system.memory.makeCgroup("freezer", "/a/b");
    FailingSystem failing(system.memory);
    failing.failNamed("readLinkAt", ENAMETOOLONG);
    CHECK(pathInHierarchy(failing, system.hierarchy, fd.get()).error().code == ENOENT);
}

TEST_CASE("the path of an open cgroup is an error where any step to it fails") {
    Opened system;
    system.memory.makeCgroup("freezer", "/a/b");
    const Fd fd = system.open("/a/b");
    FailingSystem failing(system.memory);
    const std::string name = GENERATE("statFd", "openAt", "readDirectory");
    failing.failNamed("readLinkAt", ENAMETOOLONG);
    failing.failNamed(name, EIO);
    INFO(name);
    CHECK(pathInHierarchy(failing, system.hierarchy, fd.get()).error().code == EIO);
    CHECK(system.memory.openFds().size() == 2);
}

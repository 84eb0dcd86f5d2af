// SPDX-License-Identifier: MIT
// From a directory of the file system to the hierarchy and path that it is.
#include <cerrno>

#include "cgroup/hierarchy.h"
#include "support/catch.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

PlacedDirectory placed(System& system, const std::string& directory) {
    auto place = placeDirectory(system, directory.c_str());
    REQUIRE(place.ok());
    return place.value();
}

std::string refusal(System& system, const std::string& directory) {
    const auto place = placeDirectory(system, directory.c_str());
    REQUIRE_FALSE(place.ok());
    return place.error().text();
}

const std::string kNotBelow =
    " is not below a cgroup mount; name a directory below one, or use --hierarchy with a cgroup path";

}  // namespace

TEST_CASE("a directory below a cgroup mount is placed in its hierarchy") {
    MemorySystem system;
    system.addHierarchy("freezer", "/sys/fs/cgroup/freezer");
    system.makeCgroup("freezer", "/lxc/c1");
    const auto place = placed(system, "/sys/fs/cgroup/freezer/lxc/c1");
    CHECK(place.hierarchy.name == "freezer");
    CHECK(place.hierarchy.mountPoint == "/sys/fs/cgroup/freezer");
    CHECK_FALSE(place.hierarchy.unified);
    CHECK(place.path == "/lxc/c1");
    CHECK(place.wholeMount);
    CHECK(system.openFds().empty());
}

TEST_CASE("a directory of v2 is placed in the unified hierarchy") {
    MemorySystem system;
    system.addHierarchy("unified", "/sys/fs/cgroup", true);
    system.makeCgroup("unified", "/user.slice");
    const auto place = placed(system, "/sys/fs/cgroup/user.slice");
    CHECK(place.hierarchy.name == "unified");
    CHECK(place.hierarchy.unified);
    CHECK(place.path == "/user.slice");
}

TEST_CASE("a mount point itself is placed as the root") {
    MemorySystem system;
    system.addHierarchy("freezer", "/sys/fs/cgroup/freezer");
    CHECK(placed(system, "/sys/fs/cgroup/freezer").path == "/");
    CHECK(placed(system, "/sys/fs/cgroup/freezer/").path == "/");
}

TEST_CASE("a mount point that begins like another one is not taken for it") {
    MemorySystem system;
    system.addHierarchy("freezer", "/mnt/cgroup");
    system.addHierarchy("unified", "/mnt/cgroup2", true);
    system.makeCgroup("freezer", "/2/a");
    system.makeCgroup("unified", "/a");
    const auto place = placed(system, "/mnt/cgroup2/a");
    CHECK(place.hierarchy.name == "unified");
    CHECK(place.path == "/a");
    CHECK(placed(system, "/mnt/cgroup/2/a").path == "/2/a");
}

TEST_CASE("a directory given by a relative path or through a link is placed where it is") {
    MemorySystem system;
    system.addHierarchy("freezer", "/cg/freezer");
    system.makeCgroup("freezer", "/lxc/c1");
    system.makeSymlink("/cg/freezer/lxc", "/tmp/link");
    CHECK(placed(system, "/tmp/link/c1").path == "/lxc/c1");
    REQUIRE(system.changeDirectory("/cg/freezer/lxc") == 0);
    CHECK(placed(system, "c1").path == "/lxc/c1");
    CHECK(placed(system, ".").path == "/lxc");
    CHECK(placed(system, "c1/..").path == "/lxc");
}

TEST_CASE("a directory of a hierarchy mounted inside another is placed in the inner one") {
    MemorySystem system;
    system.addHierarchy("unified", "/sys/fs/cgroup", true);
    system.makeCgroup("unified", "/legacy");
    system.addHierarchy("freezer", "/sys/fs/cgroup/legacy");
    system.makeCgroup("freezer", "/a");
    const auto place = placed(system, "/sys/fs/cgroup/legacy/a");
    CHECK(place.hierarchy.name == "freezer");
    CHECK(place.path == "/a");
}

TEST_CASE("a directory of the upper one of two mounts on one place is placed in that") {
    MemorySystem system;
    system.addHierarchy("name=under", "/cg/x");
    system.makeCgroup("name=under", "/a");
    system.addHierarchy("name=upper", "/cg/x");
    system.makeCgroup("name=upper", "/a");
    CHECK(placed(system, "/cg/x/a").hierarchy.name == "name=upper");
}

TEST_CASE("a directory below a mount of a part of a hierarchy is placed by that part") {
    MemorySystem system;
    system.addHierarchy("freezer", "/cg/freezer");
    system.makeCgroup("freezer", "/lxc/c1/inner");
    system.bindMount("/cg/freezer/lxc/c1", "/mnt/part");
    const auto place = placed(system, "/mnt/part/inner");
    CHECK(place.path == "/lxc/c1/inner");
    CHECK_FALSE(place.wholeMount);
    CHECK(placed(system, "/mnt/part").path == "/lxc/c1");
}

TEST_CASE("names with blanks and backslashes are placed unescaped") {
    MemorySystem system;
    system.addHierarchy("freezer", "/mnt/my cgroups");
    system.makeCgroup("freezer", "/a b/c\\d");
    CHECK(placed(system, "/mnt/my cgroups/a b/c\\d").path == "/a b/c\\d");
    system.bindMount("/mnt/my cgroups/a b", "/mnt/part");
    CHECK(placed(system, "/mnt/part/c\\d").path == "/a b/c\\d");
}

TEST_CASE("a directory outside of cgroups is not placed") {
    MemorySystem system;
    system.addHierarchy("freezer", "/sys/fs/cgroup/freezer");
    CHECK(refusal(system, "/etc") == "/etc" + kNotBelow);
    CHECK(refusal(system, "/sys/fs/cgroup") == "/sys/fs/cgroup" + kNotBelow);
    CHECK(refusal(system, "/") == "/" + kNotBelow);
}

TEST_CASE("a directory of something mounted over a cgroup is not placed") {
    MemorySystem system;
    system.addHierarchy("freezer", "/cg/freezer");
    system.makeCgroup("freezer", "/a");
    system.mountOn("/cg/freezer/a");
    system.makeFolder("/cg/freezer/a/b");
    CHECK(refusal(system, "/cg/freezer/a") ==
          "something is mounted on the cgroup /cg/freezer/a; unmount that first");
    CHECK(refusal(system, "/cg/freezer/a/b") == "/cg/freezer/a/b" + kNotBelow);
}

TEST_CASE("a directory that is not there is not placed") {
    MemorySystem system;
    CHECK(refusal(system, "/no\nne") == "open directory /no\\x0ane: No such file or directory (errno 2)");
}

TEST_CASE("a file of a cgroup is not placed") {
    MemorySystem system;
    system.addHierarchy("freezer", "/cg/freezer");
    CHECK(placeDirectory(system, "/cg/freezer/cgroup.procs").error().code == ENOTDIR);
}

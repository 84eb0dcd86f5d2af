// SPDX-License-Identifier: MIT
/// Control files, the agent and what /proc shows of a hierarchy: the double against the real kernel.
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

HIERARCHY_TEST("the root has a release agent, a child has none") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    CHECK(textIn(system, world.path + "/release_agent") == "\n");
    CHECK(textIn(system, world.path + "/a/release_agent") == "(none)");
    for (const char* file : {"/cgroup.procs", "/tasks", "/notify_on_release"})
        CHECK(textIn(system, world.path + "/a" + file) != "(none)");
}

HIERARCHY_TEST("the agent is read as it was written, without the blanks at its ends") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(writeText(system, root.get(), "release_agent", " \t/opt/an agent \n").ok());
    CHECK(textIn(system, world.path + "/release_agent") == "/opt/an agent\n");
    REQUIRE(writeText(system, root.get(), "release_agent", "\n").ok());
    CHECK(textIn(system, world.path + "/release_agent") == "\n");
}

HIERARCHY_TEST("mountinfo shows hierarchy and agent, escaped") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(mountTail(system, world.path) == "- cgroup cgroup rw," + world.name);
    REQUIRE(writeText(system, root.get(), "release_agent", "/a b,c\\d=e\tf#g\"\xff").ok());
    CHECK(mountTail(system, world.path) ==
          "- cgroup cgroup rw,release_agent=/a\\040b\\054c\\134d=e\\011f#g\"\xff," + world.name);
    REQUIRE(writeText(system, root.get(), "release_agent", "\n").ok());
    CHECK(mountTail(system, world.path) == "- cgroup cgroup rw," + world.name);
}

HIERARCHY_TEST("/proc/self/cgroup lists the hierarchy, with this process in its root") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(textIn(system, "/proc/self/cgroup").find(":" + world.name + ":/\n") != std::string::npos);
}

HIERARCHY_TEST("notify_on_release is inherited when a cgroup is made, and not later") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "before", 0755) == 0);
    REQUIRE(writeText(system, root.get(), "notify_on_release", "1\n").ok());
    REQUIRE(system.makeDirectoryAt(root.get(), "after", 0755) == 0);
    CHECK(textIn(system, world.path + "/before/notify_on_release") == "0\n");
    CHECK(textIn(system, world.path + "/after/notify_on_release") == "1\n");
    REQUIRE(writeText(system, root.get(), "after/notify_on_release", "0").ok());
    CHECK(textIn(system, world.path + "/after/notify_on_release") == "0\n");
}

HIERARCHY_TEST("an empty cgroup has no tasks in it") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    CHECK(textIn(system, world.path + "/a/cgroup.procs").empty());
    CHECK(textIn(system, world.path + "/a/tasks").empty());
}

HIERARCHY_TEST("a process number that is no number is refused") {
    TestType world;
    OPEN_ROOT(world);
    const auto status = writeText(system, root.get(), "cgroup.procs", "me");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EINVAL);
}

HIERARCHY_TEST("nothing but cgroups can be made in a hierarchy") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(system.openAt(root.get(), "file", O_WRONLY | O_CREAT, 0644) == -EACCES);
    CHECK(system.openAt(root.get(), ".", O_WRONLY | O_TMPFILE, 0644) == -EOPNOTSUPP);
    CHECK(system.symlinkAt("x", root.get(), "link") == -EPERM);
    CHECK(system.makeDirectoryAt(root.get(), "tasks", 0755) == -EEXIST);
}

HIERARCHY_TEST("a path through a control file is ENOTDIR, and a missing one ENOENT") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(system.openAt(root.get(), "tasks/x", O_RDONLY) == -ENOTDIR);
    CHECK(system.openAt(root.get(), "none/x", O_RDONLY) == -ENOENT);
    CHECK(system.openBeneath(root.get(), "none", O_RDONLY) == -ENOENT);
    CHECK(system.openBeneath(root.get(), "tasks", O_RDONLY | O_DIRECTORY) == -ENOTDIR);
}

HIERARCHY_TEST("a mount on a cgroup is not entered beneath") {
    TestType world;
    OPEN_ROOT(world);
    REQUIRE(system.makeDirectoryAt(root.get(), "a", 0755) == 0);
    world.mountOn(world.path + "/a");
    CHECK(system.openBeneath(root.get(), "a", O_RDONLY | O_DIRECTORY) == -EXDEV);
    world.unmount(world.path + "/a");
    const Fd fd(system, system.openBeneath(root.get(), "a", O_RDONLY | O_DIRECTORY));
    CHECK(fd.valid());
}

HIERARCHY_TEST("a component longer than a path can be is ENAMETOOLONG") {
    TestType world;
    OPEN_ROOT(world);
    CHECK(system.makeDirectoryAt(root.get(), std::string(4096, 'x').c_str(), 0755) == -ENAMETOOLONG);
}

}  // namespace prune

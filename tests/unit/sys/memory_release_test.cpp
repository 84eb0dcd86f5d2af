// SPDX-License-Identifier: MIT
/// When MemorySystem says that the kernel would have called the agent (kernel.md, "The call"), and what
/// tasks mean there. The real kernel shows the same in the guest tests.
#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

constexpr const char* kAgent = "/run/cgprune/agents/freezer";

/// A v1 hierarchy whose cgroups are all flagged, with an agent.
class Flagged {
public:
    Flagged() {
        system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
        system.setAgent(kFreezer, kAgent);
        system.setNotify(kFreezer, "/");
    }

    std::vector<std::string> released() {
        std::vector<std::string> paths;
        for (const auto& release : system.takeReleased()) paths.push_back(release.path);
        return paths;
    }

    MemorySystem system;
};

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("the last exit of a flagged cgroup is released, with hierarchy and agent", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a b");
    t.system.enter(100, kFreezer, "/a b");
    t.system.enter(101, kFreezer, "/a b");
    t.system.leave(100);
    CHECK(t.system.takeReleased().empty());
    t.system.leave(101);
    CHECK(t.system.takeReleased() == std::vector<Release>{{kFreezer, "/a b", kAgent}});
    CHECK(t.system.takeReleased().empty());
}

TEST_CASE("a move out is as good as an exit", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.makeCgroup(kFreezer, "/b");
    t.system.enter(100, kFreezer, "/a");
    t.system.enter(100, kFreezer, "/b");
    CHECK(t.released() == Paths{"/a"});
}

TEST_CASE("entering where the task is already releases nothing", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.enter(100, kFreezer, "/a");
    t.system.enter(100, kFreezer, "/a");
    CHECK(t.released().empty());
}

TEST_CASE("writing a task's number moves it, and 0 moves the writer", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.writeFile("/sys/fs/cgroup/freezer/a/cgroup.procs", "100\n");
    t.system.writeFile("/sys/fs/cgroup/freezer/a/cgroup.procs", "0");
    CHECK(t.system.fileText("/sys/fs/cgroup/freezer/a/cgroup.procs") == "100\n4242\n");
    CHECK(t.system.fileText("/proc/self/cgroup") == "1:freezer:/a\n");
    t.system.writeFile("/sys/fs/cgroup/freezer/tasks", "100\n");
    CHECK(t.system.fileText("/sys/fs/cgroup/freezer/a/tasks") == "4242\n");
}

TEST_CASE("the removal of the last child of a task-less parent releases the parent", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b");
    t.system.makeCgroup(kFreezer, "/a/c");
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == 0);
    CHECK(t.released().empty());
    CHECK(t.system.removeCgroup(kFreezer, "/a/c") == 0);
    CHECK(t.released() == Paths{"/a"});
}

TEST_CASE("the parent's flag counts when its last child is removed", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b");
    t.system.setNotify(kFreezer, "/a", false);
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == 0);
    CHECK(t.released().empty());
}

TEST_CASE("a parent with a task is not released when its last child goes", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b");
    t.system.enter(100, kFreezer, "/a");
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == 0);
    CHECK(t.released().empty());
    t.system.leave(100);
    CHECK(t.released() == Paths{"/a"});
}

TEST_CASE("a cgroup that empties while it has a child is not released", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b");
    t.system.enter(100, kFreezer, "/a");
    t.system.leave(100);
    CHECK(t.released().empty());
}

TEST_CASE("one exit clears a whole chain, each rmdir calling for the parent, but not for the root",
          "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b/c");
    t.system.enter(100, kFreezer, "/a/b/c");
    t.system.leave(100);
    CHECK(t.released() == Paths{"/a/b/c"});
    CHECK(t.system.removeCgroup(kFreezer, "/a/b/c") == 0);
    CHECK(t.released() == Paths{"/a/b"});
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == 0);
    CHECK(t.released() == Paths{"/a"});
    CHECK(t.system.removeCgroup(kFreezer, "/a") == 0);
    CHECK(t.released().empty());
}

TEST_CASE("nothing is released for flag or agent written on an empty cgroup, nor one never entered",
          "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.writeFile("/sys/fs/cgroup/freezer/a/notify_on_release", "1");
    t.system.writeFile("/sys/fs/cgroup/freezer/release_agent", "/other");
    CHECK(t.system.removeCgroup(kFreezer, "/a") == 0);
    CHECK(t.released().empty());
}

TEST_CASE("without its flag a cgroup is not released", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.enter(100, kFreezer, "/a");
    t.system.writeFile("/sys/fs/cgroup/freezer/a/notify_on_release", "0");
    t.system.leave(100);
    CHECK(t.released().empty());
}

TEST_CASE("without an agent nothing is released", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.enter(100, kFreezer, "/a");
    t.system.writeFile("/sys/fs/cgroup/freezer/release_agent", "\n");
    t.system.leave(100);
    CHECK(t.released().empty());
}

TEST_CASE("an exit is told to every hierarchy the task was in", "[memory]") {
    Flagged t;
    t.system.addHierarchy("name=x", "/sys/fs/cgroup/x");
    t.system.setAgent("name=x", "/agent-of-x");
    t.system.makeCgroup(kFreezer, "/a");
    t.system.makeCgroup("name=x", "/a");
    t.system.setNotify("name=x", "/a");
    t.system.enter(100, kFreezer, "/a");
    t.system.enter(100, "name=x", "/a");
    t.system.leave(100);
    const std::vector<Release> expected = {{"name=x", "/a", "/agent-of-x"}, {kFreezer, "/a", kAgent}};
    CHECK(t.system.takeReleased() == expected);
}

TEST_CASE("a task keeps a cgroup from being removed, and in its parent from nothing", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a/b");
    t.system.enter(100, kFreezer, "/a/b");
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == -EBUSY);
    t.system.enter(100, kFreezer, "/a");
    CHECK(t.system.removeCgroup(kFreezer, "/a/b") == 0);
    CHECK(t.system.removeCgroup(kFreezer, "/a") == -EBUSY);
}

TEST_CASE("tasks and flag stay across a rename", "[memory]") {
    Flagged t;
    t.system.makeCgroup(kFreezer, "/a");
    t.system.enter(100, kFreezer, "/a");
    CHECK(t.system.renameCgroup(kFreezer, "/a", "b") == 0);
    t.system.leave(100);
    CHECK(t.released() == Paths{"/b"});
}

// --- v2 ---

TEST_CASE("v2 has populated counting descendants, and neither flag nor agent", "[memory]") {
    MemorySystem system;
    system.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    system.makeCgroup("unified", "/a/b");
    const std::string a = "/sys/fs/cgroup/unified/a";
    CHECK(system.names(a) == std::vector<std::string>{"b", "cgroup.events", "cgroup.procs", "cpu.stat"});
    CHECK(system.fileText(a + "/cgroup.events") == "populated 0\nfrozen 0\n");
    system.enter(100, "unified", "/a/b");
    CHECK(system.fileText(a + "/cgroup.events") == "populated 1\nfrozen 0\n");
    CHECK(system.fileText(a + "/cgroup.procs") == "");
    CHECK(system.fileText(a + "/b/cgroup.procs") == "100\n");
    system.leave(100);
    CHECK(system.fileText(a + "/cgroup.events") == "populated 0\nfrozen 0\n");
    CHECK(system.takeReleased().empty());
    CHECK_FALSE(system.exists("/sys/fs/cgroup/unified/release_agent"));
    CHECK_FALSE(system.exists("/sys/fs/cgroup/unified/cgroup.events"));
    CHECK(system.fileText("/proc/self/cgroup") == "0::/\n");
}

TEST_CASE("v2 refuses a rename", "[memory]") {
    MemorySystem system;
    system.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    system.makeCgroup("unified", "/a");
    CHECK(system.renameCgroup("unified", "/a", "b") == -EPERM);
}

TEST_CASE("cgroup.events tells its watchers only of a change", "[memory]") {
    MemorySystem system;
    system.addHierarchy("unified", "/sys/fs/cgroup/unified", true);
    system.makeCgroup("unified", "/a/b");
    const Fd watch(system, system.inotifyOpen());
    REQUIRE(system.inotifyAdd(watch.get(), "/sys/fs/cgroup/unified/a/cgroup.events", 2 /* IN_MODIFY */) == 1);
    char buffer[256];
    const auto changed = [&] { return system.readFd(watch.get(), buffer, sizeof buffer) > 0; };
    system.enter(100, "unified", "/a/b");
    CHECK(changed());
    system.enter(101, "unified", "/a");
    CHECK_FALSE(changed());
    system.leave(100);
    CHECK_FALSE(changed());
    system.leave(101);
    CHECK(changed());
}

}  // namespace prune

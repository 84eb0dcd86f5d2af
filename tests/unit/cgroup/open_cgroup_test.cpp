// SPDX-License-Identifier: MIT
// Opening a cgroup beneath its root: by openat2, and component by component where there is none.
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "cgroup/directory.h"
#include "cgroup/state.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"
#include "support/recording_system.h"

using namespace prune;

namespace {

/// A freezer hierarchy, its root held open, on a kernel with or without openat2.
struct Root {
    explicit Root(bool knowsOpenBeneath = true) {
        memory.knowsOpenBeneath = knowsOpenBeneath;
        memory.addHierarchy("freezer", "/cg/freezer");
        fd = Fd(memory, memory.openAt(AT_FDCWD, "/cg/freezer", O_RDONLY | O_DIRECTORY));
    }

    Result<std::optional<OpenCgroup>> open(const std::string& path) { return open(path, memory); }
    Result<std::optional<OpenCgroup>> open(const std::string& path, System& system) const {
        const auto parsed = CgroupPath::parse(path);
        REQUIRE(parsed.ok());
        return openCgroup(system, fd.get(), parsed.value());
    }

    MemorySystem memory;
    Fd fd;
};

std::uint64_t idOf(Root& root, const Fd& fd) {
    const auto id = cgroupId(root.memory, fd.get());
    REQUIRE(id.ok());
    return id.value();
}

/// The errno of a failed opening; 0 where it was opened or is not there.
int codeOf(const Result<std::optional<OpenCgroup>>& opened) { return opened.ok() ? 0 : opened.error().code; }

CgroupPath parsed(std::string_view path) { return CgroupPath::parse(path).value(); }

}  // namespace

TEST_CASE("a cgroup is opened with its parent and its name") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/lxc/c1");
    const auto opened = root.open("/lxc/c1");
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    CHECK(opened.value()->name == "c1");
    CHECK(idOf(root, opened.value()->directory) == root.memory.cgroupId("freezer", "/lxc/c1"));
    CHECK(idOf(root, opened.value()->parent) == root.memory.cgroupId("freezer", "/lxc"));
}

TEST_CASE("a child of the root is opened") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a");
    const auto opened = root.open("/a");
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    CHECK(idOf(root, opened.value()->parent) == 1);
    CHECK(idOf(root, opened.value()->directory) == root.memory.cgroupId("freezer", "/a"));
}

TEST_CASE("a cgroup that is not there is nothing and no error") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a");
    const std::string path = GENERATE("/b", "/a/b", "/b/c", "/b/c/d");
    const auto opened = root.open(path);
    REQUIRE(opened.ok());
    CHECK_FALSE(opened.value());
    CHECK(root.memory.openFds().size() == 1);
}

TEST_CASE("cgroups of hostile names are opened") {
    Root root(GENERATE(true, false));
    const std::string name = GENERATE("a b", "-rf", "$(id)", "x (deleted)", "...", "\\x41", "\x01\xff", "*");
    root.memory.makeCgroup("freezer", "/p/" + name);
    const auto opened = root.open("/p/" + name);
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    CHECK(opened.value()->name == name);
}

TEST_CASE("a cgroup with a name of 4095 bytes is opened") {
    Root root(GENERATE(true, false));
    const std::string name(4095, 'n');
    root.memory.makeCgroup("freezer", "/p/" + name);
    const auto opened = root.open("/p/" + name);
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    CHECK(opened.value()->name == name);
}

TEST_CASE("a cgroup whose path is longer than PATH_MAX is opened") {
    Root root(GENERATE(true, false));
    std::string path;
    for (int n = 0; n < 100; ++n) path += "/" + std::string(99, 'd');
    root.memory.makeCgroup("freezer", path);
    const auto opened = root.open(path);
    REQUIRE(opened.ok());
    REQUIRE(opened.value());
    CHECK(idOf(root, opened.value()->directory) == root.memory.cgroupId("freezer", path));
    CHECK(root.memory.openFds().size() == 3);
}

TEST_CASE("a file in place of a cgroup is an error") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a");
    CHECK(codeOf(root.open("/a/cgroup.procs")) == ENOTDIR);
    CHECK(codeOf(root.open("/a/cgroup.procs/x")) == ENOTDIR);
    CHECK(codeOf(root.open("/tasks")) == ENOTDIR);
    CHECK(root.memory.openFds().size() == 1);
}

TEST_CASE("a link in place of a cgroup or on the way to it is not followed") {
    MemorySystem system;
    system.knowsOpenBeneath = GENERATE(true, false);
    system.makeFolder("/tmp/root/real/c1");
    system.makeSymlink("real", "/tmp/root/link");
    system.makeSymlink("/tmp/root/real", "/tmp/root/absolute");
    const Fd root(system, system.openAt(AT_FDCWD, "/tmp/root", O_RDONLY | O_DIRECTORY));
    REQUIRE(openCgroup(system, root.get(), parsed("/real/c1")).value());
    for (const char* path : {"/link", "/link/c1", "/absolute", "/absolute/c1"}) {
        INFO(path);
        const int code = codeOf(openCgroup(system, root.get(), parsed(path)));
        CHECK((code == ELOOP || code == ENOTDIR));
    }
}

TEST_CASE("a mount in place of a cgroup or on the way to it is not crossed") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a");
    root.memory.mountOn("/cg/freezer/a");
    root.memory.makeFolder("/cg/freezer/a/b/c");
    for (const char* path : {"/a", "/a/b", "/a/b/c"}) {
        INFO(path);
        CHECK(codeOf(root.open(path)) == EXDEV);
    }
    CHECK(root.memory.openFds().size() == 1);
}

TEST_CASE("a cgroup that cannot be opened is told by its path") {
    Root root;
    root.memory.makeCgroup("freezer", "/a\t");
    FailingSystem system(root.memory);
    system.failNamed("openBeneath", EACCES);
    CHECK(root.open("/a\t", system).error().text() == "open cgroup /a\\x09: Permission denied (errno 13)");
}

TEST_CASE("an opening that a rename or a signal disturbs is tried again") {
    Root root;
    root.memory.makeCgroup("freezer", "/a/b");
    FailingSystem system(root.memory);
    system.failNamed("openBeneath", GENERATE(EAGAIN, EINTR), 3);
    const auto opened = root.open("/a/b", system);
    REQUIRE(opened.ok());
    CHECK(opened.value());
    CHECK(system.failures() == 3);
}

TEST_CASE("a cgroup that is removed while it is opened is nothing or dead") {
    const bool knowsOpenBeneath = GENERATE(true, false);
    int call = 0;
    while (true) {
        Root root(knowsOpenBeneath);
        root.memory.makeCgroup("freezer", "/a/b");
        int seen = 0;
        ++call;
        root.memory.beforeCall = [&](std::string_view) {
            if (++seen == call) root.memory.removeCgroup("freezer", "/a/b");
        };
        const auto opened = root.open("/a/b");
        root.memory.beforeCall = nullptr;
        if (seen < call) break;
        INFO("removed before call " << call);
        REQUIRE(opened.ok());
        CHECK((!opened.value() || hasDied(root.memory, opened.value()->directory.get())));
        CHECK_FALSE(root.memory.hasCgroup("freezer", "/a/b"));
    }
    CHECK(call > 2);
}

TEST_CASE("a removed cgroup that says ENODEV when it is opened is nothing") {
    Root root;
    root.memory.makeCgroup("freezer", "/a/b");
    FailingSystem system(root.memory);
    system.failNamed("openBeneath", ENODEV);
    const auto opened = root.open("/a/b", system);
    REQUIRE(opened.ok());
    CHECK_FALSE(opened.value());
}

TEST_CASE("opening a cgroup changes nothing and leaves nothing open where any call fails") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a/b/c");
    RecordingSystem recording(root.memory);
    FailingSystem system(recording);
    REQUIRE(root.open("/a/b/c", system).ok());
    const int calls = system.count();
    for (int call = 1; call <= calls; ++call) {
        system.failCall(call, EIO);
        INFO("call " << call << " of " << calls);
        const auto opened = root.open("/a/b/c", system);
        CHECK(codeOf(opened) == EIO);
        CHECK(root.memory.openFds().size() == 1);
    }
    CHECK(recording.changes().empty());
}

TEST_CASE("the parent of a cgroup is opened though the cgroup is not there") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a");
    const auto parent = openParentOf(root.memory, root.fd.get(), parsed("/a/none"));
    REQUIRE(parent.ok());
    CHECK(idOf(root, parent.value()) == root.memory.cgroupId("freezer", "/a"));
    const auto top = openParentOf(root.memory, root.fd.get(), parsed("/none"));
    REQUIRE(top.ok());
    CHECK(idOf(root, top.value()) == 1);
}

TEST_CASE("a parent that is not there or covered by a mount is an error") {
    Root root(GENERATE(true, false));
    CHECK(openParentOf(root.memory, root.fd.get(), parsed("/none/x")).error().code == ENOENT);
    root.memory.makeCgroup("freezer", "/a");
    root.memory.mountOn("/cg/freezer/a");
    CHECK(openParentOf(root.memory, root.fd.get(), parsed("/a/x")).error().code == EXDEV);
}

TEST_CASE("the id of a cgroup below a mount is the one that its parent lists") {
    Root root(GENERATE(true, false));
    const auto id = root.memory.makeCgroup("freezer", "/a/b");
    root.memory.makeCgroup("freezer", "/a/bb");
    root.memory.mountOn("/cg/freezer/a/b");
    const auto found = idBelowMount(root.memory, root.fd.get(), parsed("/a/b"));
    REQUIRE(found.ok());
    CHECK(found.value() == id);
    CHECK(root.memory.openFds().size() == 1);
}

TEST_CASE("the id of a cgroup below a mount is found among many") {
    Root root;
    for (int n = 0; n < 2000; ++n) root.memory.makeCgroup("freezer", "/a/cgroup" + std::to_string(n));
    const auto found = idBelowMount(root.memory, root.fd.get(), parsed("/a/cgroup1999"));
    REQUIRE(found.ok());
    CHECK(found.value() == root.memory.cgroupId("freezer", "/a/cgroup1999"));
}

TEST_CASE("a cgroup that its parent does not list has no id") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a/b");
    for (const char* path : {"/a/c", "/a/bb", "/none/b"}) {
        const auto found = idBelowMount(root.memory, root.fd.get(), parsed(path));
        REQUIRE(found.ok());
        CHECK_FALSE(found.value());
    }
}

TEST_CASE("the id of a cgroup below a mount is an error where its parent is covered too") {
    Root root(GENERATE(true, false));
    root.memory.makeCgroup("freezer", "/a/b");
    root.memory.mountOn("/cg/freezer/a");
    CHECK(idBelowMount(root.memory, root.fd.get(), parsed("/a/b")).error().code == EXDEV);
}

TEST_CASE("the id of a cgroup below a mount is an error where its parent cannot be listed") {
    Root root;
    root.memory.makeCgroup("freezer", "/a/b");
    FailingSystem system(root.memory);
    system.failNamed(GENERATE("openAt", "readDirectory"), EIO);
    CHECK(idBelowMount(system, root.fd.get(), parsed("/a/b")).error().code == EIO);
}

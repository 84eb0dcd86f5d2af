// SPDX-License-Identifier: MIT
/// The hooks of MemorySystem: clock, other parties, mounts, space, what it records.
#include <sys/file.h>
#include <sys/inotify.h>

#include "sys/files.h"
#include "unit/sys/worlds.h"

namespace prune {

// --- The world between two calls ---

TEST_CASE("beforeCall hears of each call, and not of those it makes", "[memory]") {
    MemorySystem system;
    std::vector<std::string> calls;
    system.beforeCall = [&](std::string_view call) {
        calls.emplace_back(call);
        FileStat known;
        system.statAt(AT_FDCWD, "/run", 0, known);
    };
    { const Fd run = openDirectory(system, "/run"); }
    CHECK(calls == std::vector<std::string>{"openAt", "closeFd"});
}

TEST_CASE("beforeCall can change what the call finds", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    system.makeCgroup(kFreezer, "/a");
    system.beforeCall = [&](std::string_view call) {
        if (call == "unlinkAt") system.enter(100, kFreezer, "/a");
    };
    CHECK(system.unlinkAt(AT_FDCWD, "/sys/fs/cgroup/freezer/a", AT_REMOVEDIR) == -EBUSY);
}

TEST_CASE("open descriptors are accounted for, with their paths", "[memory]") {
    MemorySystem system;
    CHECK(system.openFds().empty());
    {
        const Fd run = openDirectory(system, "/run");
        const Fd watch(system, system.inotifyOpen());
        CHECK(system.openFds() == std::vector<int>{3, 4});
        CHECK(system.openPaths() == std::vector<std::string>{"/run", "anon_inode:inotify"});
    }
    CHECK(system.openFds().empty());
}

TEST_CASE("a tree is removed with its links, and not with what they lead to", "[memory]") {
    MemorySystem system;
    system.writeFile("/tmp/kept/file", "x");
    system.makeSymlink("/tmp/kept", "/tmp/gone/link");
    system.removeTree("/tmp/gone");
    CHECK_FALSE(system.exists("/tmp/gone"));
    CHECK(system.exists("/tmp/kept/file"));
}

TEST_CASE("what is mounted in a tree is not removed with it", "[memory]") {
    MemorySystem system;
    system.makeFolder("/tmp/a/b");
    system.mountOn("/tmp/a/b");
    CHECK_THROWS_AS(system.removeTree("/tmp/a"), std::logic_error);
}

TEST_CASE("closed standard descriptors are the next to be opened", "[memory]") {
    MemorySystem system;
    system.closeFd(0);
    system.closeFd(2);
    CHECK(system.openAt(AT_FDCWD, "/dev/null", O_RDWR) == 0);
    CHECK(system.openAt(AT_FDCWD, "/dev/null", O_RDWR) == 2);
    CHECK(system.openAt(AT_FDCWD, "/dev/null", O_RDWR) == 3);
}

// --- Time ---

TEST_CASE("the clock stands still until it is moved", "[memory]") {
    MemorySystem system;
    system.setClock(5000);
    CHECK(system.bootTimeMs() == 5000);
    CHECK(system.bootTimeMs() == 5000);
    system.advance(250);
    CHECK(system.bootTimeMs() == 5250);
    CHECK(system.waitReadable(-1, 750) == 0);
    CHECK(system.bootTimeMs() == 6000);
}

TEST_CASE("what is planned happens at its time while the clock passes it", "[memory]") {
    MemorySystem system;
    system.setClock(0);
    std::vector<std::int64_t> times;
    for (const int when : {300, 100, 200, 900})
        system.at(when, [&] { times.push_back(system.bootTimeMs()); });
    CHECK(system.waitReadable(-1, 250) == 0);
    CHECK(times == std::vector<std::int64_t>{100, 200});
    system.advance(100);
    CHECK(times == std::vector<std::int64_t>{100, 200, 300});
}

TEST_CASE("a wait ends when what is planned makes its descriptor readable", "[memory]") {
    MemorySystem system;
    system.setClock(0);
    const Fd watch(system, system.inotifyOpen());
    REQUIRE(system.inotifyAdd(watch.get(), "/run", IN_CREATE) == 1);
    system.at(400, [&] { system.writeFile("/run/new", ""); });
    CHECK(system.waitReadable(watch.get(), -1) == 1);
    CHECK(system.bootTimeMs() == 400);
}

TEST_CASE("a wait that nothing can end is an error, not a hang", "[memory]") {
    MemorySystem system;
    const Fd watch(system, system.inotifyOpen());
    CHECK(system.waitReadable(watch.get(), -1) == -EDEADLK);
}

TEST_CASE("onWait is asked before each wait", "[memory]") {
    MemorySystem system;
    std::vector<int> waits;
    system.onWait = [&](int, int timeoutMs) { waits.push_back(timeoutMs); };
    CHECK(system.waitReadable(-1, 7) == 0);
    CHECK(system.waitReadable(-1, 0) == 0);
    CHECK(waits == std::vector<int>{7, 0});
}

// --- Other parties ---

TEST_CASE("somebody else's lock holds until it is given back", "[memory]") {
    MemorySystem system;
    const Fd run = openDirectory(system, "/run");
    system.lock("/run");
    CHECK(system.lockFd(run.get(), LOCK_SH | LOCK_NB) == -EWOULDBLOCK);
    system.unlock("/run");
    CHECK(system.lockFd(run.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK_THROWS_AS(system.lock("/run"), std::logic_error);
}

TEST_CASE("somebody else's shared lock lets another shared one in", "[memory]") {
    MemorySystem system;
    const Fd run = openDirectory(system, "/run");
    system.lock("/run", false);
    CHECK(system.lockFd(run.get(), LOCK_EX | LOCK_NB) == -EWOULDBLOCK);
    CHECK(system.lockFd(run.get(), LOCK_SH | LOCK_NB) == 0);
}

TEST_CASE("a waiting lock is had when the other party lets go, or is an error if it never does", "[memory]") {
    MemorySystem system;
    system.setClock(0);
    const Fd run = openDirectory(system, "/run");
    system.lock("/run");
    CHECK(system.lockFd(run.get(), LOCK_EX) == -EDEADLK);
    system.at(600, [&] { system.unlock("/run"); });
    CHECK(system.lockFd(run.get(), LOCK_EX) == 0);
    CHECK(system.bootTimeMs() == 600);
}

TEST_CASE("another user's rights are asked for", "[memory]") {
    MemorySystem system;
    system.writeFile("/run/secret", "text", 0600);
    system.makeFolder("/run/closed", 0700);
    system.writeFile("/run/closed/file", "text");
    system.setUser(1000);
    CHECK(system.effectiveUser() == 1000);
    CHECK(system.openAt(AT_FDCWD, "/run/secret", O_RDONLY) == -EACCES);
    CHECK(system.openAt(AT_FDCWD, "/run/closed/file", O_RDONLY) == -EACCES);
    CHECK(system.makeDirectoryAt(AT_FDCWD, "/run/x", 0755) == -EACCES);
    CHECK(system.unlinkAt(AT_FDCWD, "/run/secret", 0) == -EACCES);
    system.setOwner("/run/secret", 1000);
    const Fd own(system, system.openAt(AT_FDCWD, "/run/secret", O_RDWR));
    CHECK(own.valid());
}

TEST_CASE("release_agent cannot be written by others than root, even where they can open it", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    system.setOwner("/sys/fs/cgroup/freezer/release_agent", 1000);
    system.setUser(1000);
    const auto status = writeText(system, AT_FDCWD, "/sys/fs/cgroup/freezer/release_agent", "/mine");
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == EPERM);
}

// --- Messages and processes ---

TEST_CASE("datagrams, kernel messages and execs are recorded", "[memory]") {
    MemorySystem system;
    const Fd socket(system, system.datagramSocket());
    CHECK(system.sendTo(socket.get(), "/dev/log", "<30>x") == 5);
    REQUIRE(system.datagrams.size() == 1);
    CHECK(system.datagrams[0].path == "/dev/log");
    CHECK(system.datagrams[0].bytes == "<30>x");

    REQUIRE(writeText(system, AT_FDCWD, "/dev/kmsg", "<4>y").ok());
    CHECK(system.kernelMessages == std::vector<std::string>{"<4>y"});

    const char* const arguments[] = {"release-agent", "/a", nullptr};
    CHECK(system.replaceProcess("/usr/bin/x", arguments) == -ENOENT);
    REQUIRE(system.execs.size() == 1);
    CHECK(system.execs[0].path == "/usr/bin/x");
    CHECK(system.execs[0].arguments == std::vector<std::string>{"release-agent", "/a"});
}

TEST_CASE("without /dev/log nobody hears", "[memory]") {
    MemorySystem system;
    system.removeTree("/dev/log");
    const Fd socket(system, system.datagramSocket());
    CHECK(system.sendTo(socket.get(), "/dev/log", "x") == -ENOENT);
    CHECK(system.datagrams.empty());
}

TEST_CASE("a fork returns what the test chose", "[memory]") {
    MemorySystem system;
    CHECK(system.forkProcess() == 4343);
    system.forkResult = 0;
    CHECK(system.forkProcess() == 0);
}

TEST_CASE("the file mask applies to what is made", "[memory]") {
    MemorySystem system;
    system.setFileMask(027);
    FileStat known;
    REQUIRE(system.makeDirectoryAt(AT_FDCWD, "/run/sub", 0777) == 0);
    REQUIRE(system.statAt(AT_FDCWD, "/run/sub", 0, known) == 0);
    CHECK((known.mode & 07777) == 0750);
    { const Fd fd = openFile(system, AT_FDCWD, "/run/file", O_WRONLY | O_CREAT); }
    REQUIRE(system.statAt(AT_FDCWD, "/run/file", 0, known) == 0);
    CHECK((known.mode & 07777) == 0640);
}

TEST_CASE("relative paths start at the working directory", "[memory]") {
    MemorySystem system;
    system.writeFile("/run/file", "text");
    CHECK(system.changeDirectory("/run") == 0);
    CHECK(system.workingDirectory() == "/run");
    CHECK(textIn(system, "file") == "text");
    CHECK(system.changeDirectory("file") == -ENOTDIR);
    CHECK(system.changeDirectory("none") == -ENOENT);
}

TEST_CASE("kernels without nameless files or inotify can be shown", "[memory]") {
    MemorySystem system;
    system.knowsNamelessFiles = false;
    system.hasInotify = false;
    CHECK(system.openAt(AT_FDCWD, "/run", O_TMPFILE | O_WRONLY, 0600) == -EOPNOTSUPP);
    CHECK(system.inotifyOpen() == -EMFILE);
}

// --- Space ---

TEST_CASE("a full filesystem takes what fits, then nothing, and gives back what is removed", "[memory]") {
    MemorySystem system;
    system.limitSpace("/run", 2);
    Fd fd = openFile(system, AT_FDCWD, "/run/big", O_WRONLY | O_CREAT);
    CHECK(system.writeFd(fd.get(), std::string(10'000, 'x')) == 8192);
    CHECK(system.writeFd(fd.get(), "x") == -ENOSPC);
    const Fd other = openFile(system, AT_FDCWD, "/run/other", O_WRONLY | O_CREAT);
    CHECK(system.writeFd(other.get(), "x") == -ENOSPC);
    REQUIRE(system.unlinkAt(AT_FDCWD, "/run/big", 0) == 0);
    CHECK(system.writeFd(other.get(), "x") == -ENOSPC);
    fd.reset();
    CHECK(system.writeFd(other.get(), "x") == 1);
}

TEST_CASE("other filesystems have their own space", "[memory]") {
    MemorySystem system;
    system.limitSpace("/run", 0);
    const Fd fd = openFile(system, AT_FDCWD, "/tmp/file", O_WRONLY | O_CREAT);
    CHECK(system.writeFd(fd.get(), "x") == 1);
}

// --- Mounts ---

TEST_CASE("mountinfo lists what is mounted, in order", "[memory]") {
    MemorySystem system;
    system.addHierarchy("cpu,cpuacct,name=x", "/sys/fs/cgroup/a b");
    system.makeCgroup("cpu,cpuacct,name=x", "/inner");
    system.bindMount("/sys/fs/cgroup/a b/inner", "/tmp/view");
    const std::string text = system.fileText("/proc/self/mountinfo").value_or("");
    const std::string expected =
        "20 1 0:21 / / rw,relatime - tmpfs tmpfs rw\n"
        "21 20 0:22 / /proc rw,relatime - proc proc rw\n"
        "22 20 0:23 / /run rw,relatime - tmpfs tmpfs rw\n"
        "23 20 0:24 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw\n"
        "24 23 0:25 / /sys/fs/cgroup/a\\040b rw,relatime - cgroup cgroup rw,cpu,cpuacct,name=x\n"
        "25 20 0:25 /inner /tmp/view rw,relatime - cgroup cgroup rw,cpu,cpuacct,name=x\n";
    CHECK(text == expected);
}

TEST_CASE("a bind mount shows the same cgroup, and does not hold it", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    const auto id = system.makeCgroup(kFreezer, "/a");
    system.bindMount("/sys/fs/cgroup/freezer/a", "/tmp/view");
    FileStat known;
    REQUIRE(system.statAt(AT_FDCWD, "/tmp/view", 0, known) == 0);
    CHECK(known.inode == id);
    CHECK(system.removeCgroup(kFreezer, "/a") == 0);
}

TEST_CASE("a mount on a cgroup holds it, however its removal is asked for", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    system.addHierarchy(kFreezer, "/mnt/freezer");
    system.makeCgroup(kFreezer, "/a");
    system.mountOn("/mnt/freezer/a");
    CHECK(system.removeCgroup(kFreezer, "/a") == -EBUSY);
    CHECK(system.unmount("/mnt/freezer/a") == 0);
    CHECK(system.removeCgroup(kFreezer, "/a") == 0);
}

TEST_CASE("an unmount is refused while something below is open", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    {
        const Fd fd = openDirectory(system, "/sys/fs/cgroup/freezer");
        CHECK(system.unmount("/sys/fs/cgroup/freezer") == -EBUSY);
    }
    CHECK(system.unmount("/sys/fs/cgroup/freezer") == 0);
    CHECK(system.fileText("/proc/self/cgroup") == "");
    CHECK(system.names("/sys/fs/cgroup/freezer").empty());
}

TEST_CASE("a hierarchy mounted anew after its end has another id, and counts from 1 again", "[memory]") {
    MemorySystem system;
    const int first = system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    const auto id = system.makeCgroup(kFreezer, "/a");
    REQUIRE(system.removeCgroup(kFreezer, "/a") == 0);
    REQUIRE(system.unmount("/sys/fs/cgroup/freezer") == 0);
    CHECK(system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer") != first);
    CHECK(system.makeCgroup(kFreezer, "/b") == id);
}

TEST_CASE("a hierarchy unmounted with children lives on, agent and all", "[memory]") {
    MemorySystem system;
    const int first = system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    system.setAgent(kFreezer, "/agent");
    system.makeCgroup(kFreezer, "/a");
    system.setNotify(kFreezer, "/a");
    system.enter(100, kFreezer, "/a");
    REQUIRE(system.unmount("/sys/fs/cgroup/freezer") == 0);
    system.leave(100);
    CHECK(system.takeReleased() == std::vector<Release>{{kFreezer, "/a", "/agent"}});
    CHECK(system.addHierarchy(kFreezer, "/mnt/again") == first);
    CHECK(system.hasCgroup(kFreezer, "/a"));
    CHECK(system.cgroupDirectory(kFreezer, "/a") == "/mnt/again/a");
}

TEST_CASE("one hierarchy can be mounted twice", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    system.addHierarchy(kFreezer, "/mnt/freezer");
    const auto id = system.makeCgroup(kFreezer, "/a");
    FileStat known;
    REQUIRE(system.statAt(AT_FDCWD, "/mnt/freezer/a", 0, known) == 0);
    CHECK(known.inode == id);
    CHECK(system.unmount("/sys/fs/cgroup/freezer") == 0);
    CHECK(system.hasCgroup(kFreezer, "/a"));
}

// --- Hooks that are misused say so ---

TEST_CASE("a hook that cannot do its job throws", "[memory]") {
    MemorySystem system;
    system.addHierarchy(kFreezer, "/sys/fs/cgroup/freezer");
    CHECK_THROWS_AS(system.enter(100, kFreezer, "/none"), std::logic_error);
    CHECK_THROWS_AS(system.makeCgroup("none", "/a"), std::logic_error);
    CHECK_THROWS_AS(system.writeFile("/sys/fs/cgroup/freezer/file", "x"), std::logic_error);
    CHECK_THROWS_AS(system.setOwner("/none", 1), std::logic_error);
    CHECK_THROWS_AS(system.limitSpace("/run/none", 1), std::logic_error);
}

TEST_CASE("marks and boot id can be set and read by a test", "[memory]") {
    MemorySystem system;
    system.setXattrOf("/run", "trusted.x", "1");
    CHECK(system.xattr("/run", "trusted.x") == "1");
    CHECK(system.xattr("/run", "user.x") == std::nullopt);
    system.setBootId("another");
    CHECK(textIn(system, "/proc/sys/kernel/random/boot_id") == "another\n");
}

}  // namespace prune

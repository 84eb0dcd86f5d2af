// SPDX-License-Identifier: MIT
/// What only the real System can show: its root, sockets, processes.
#include "sys/real_system.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "sys/files.h"
#include "sys/privileges.h"
#include "unit/sys/worlds.h"

namespace prune {

namespace {

/// Runs `action` in a child process; its exit status.
int inChild(const std::function<int()>& action) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) ::_exit(action());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/// A shell that says 0 if it has that descriptor.
int execLookingFor(RealSystem& system, int fd) {
    const std::string script = "[ -e /proc/self/fd/" + decimal(fd) + " ]";
    const char* const arguments[] = {"sh", "-c", script.c_str(), nullptr};
    system.replaceProcess("/bin/sh", arguments);
    return 99;
}

/// A number in /proc/self/status.
std::uint64_t statusField(System& system, const std::string& name, int base) {
    const auto text = readWhole(system, AT_FDCWD, "/proc/self/status", 64 * 1024);
    const auto at = text.ok() ? text.value().find("\n" + name + ":") : std::string::npos;
    if (at == std::string::npos) return ~std::uint64_t{0};
    return std::stoull(text.value().substr(at + name.size() + 2), nullptr, base);
}

}  // namespace

TEST_CASE("with a root, absolute paths are taken below it", "[sys][real]") {
    RealFolder folder;
    RealSystem rooted(folder.path + "/");
    REQUIRE(rooted.makeDirectoryAt(AT_FDCWD, "/run", 0755) == 0);
    const Fd run = openDirectory(rooted, "/run");
    REQUIRE(writeWhole(rooted, run.get(), "f", "text", 0644).ok());
    REQUIRE(rooted.symlinkAt("/etc/x", AT_FDCWD, "/run/link") == 0);
    REQUIRE(rooted.renameAt(AT_FDCWD, "/run/f", AT_FDCWD, "/run/g") == 0);
    CHECK(namesIn(folder.system, folder.path + "/run") == std::vector<std::string>{"g", "link"});
    FileStat known;
    CHECK(rooted.statAt(AT_FDCWD, "/run/g", 0, known) == 0);
    CHECK(rooted.statAt(AT_FDCWD, folder.path.c_str(), 0, known) == -ENOENT);
    CHECK(rooted.unlinkAt(AT_FDCWD, "/run/g", 0) == 0);
    CHECK(namesIn(folder.system, folder.path + "/run") == std::vector<std::string>{"link"});
}

TEST_CASE("with a root, the target of a symlink is kept as given", "[sys][real]") {
    RealFolder folder;
    RealSystem rooted(folder.path);
    REQUIRE(rooted.symlinkAt("/etc/x", AT_FDCWD, "/link") == 0);
    char buffer[64];
    CHECK(rooted.readLinkAt(AT_FDCWD, "/link", buffer, sizeof buffer) == 6);
    CHECK(std::string_view(buffer, 6) == "/etc/x");
}

TEST_CASE("with a root, relative paths start at their descriptor", "[sys][real]") {
    RealFolder folder;
    RealSystem rooted("/nowhere");
    const Fd directory(rooted, folder.system.openAt(AT_FDCWD, folder.path.c_str(), O_RDONLY | O_DIRECTORY));
    CHECK(rooted.makeDirectoryAt(directory.get(), "sub", 0755) == 0);
    CHECK(namesIn(folder.system, folder.path) == std::vector<std::string>{"sub"});
}

TEST_CASE("a datagram arrives whole at the socket, below the root too", "[sys][real]") {
    RealFolder folder;
    const Fd receiver(folder.system, ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder.path + "/log";
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

    RealSystem rooted(folder.path);
    const Fd socket(rooted, rooted.datagramSocket());
    CHECK(rooted.sendTo(socket.get(), "/log", "a line\nand more") == 15);
    char buffer[64];
    REQUIRE(folder.system.waitReadable(receiver.get(), 1000) == 1);
    CHECK(::recv(receiver.get(), buffer, sizeof buffer, 0) == 15);
}

TEST_CASE("sending to a full socket does not wait", "[sys][real]") {
    RealFolder folder;
    const Fd receiver(folder.system, ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder.path + "/log";
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

    const Fd socket(folder.system, folder.system.datagramSocket());
    ssize_t result = 0;
    for (int i = 0; i < 100'000 && result >= 0; ++i)
        result = folder.system.sendTo(socket.get(), path.c_str(), "x");
    CHECK(result == -EAGAIN);
}

TEST_CASE("descriptors do not outlive an exec", "[sys][real]") {
    RealFolder folder;
    const Fd fd = openDirectory(folder.system, folder.path);
    CHECK(inChild([&] { return execLookingFor(folder.system, fd.get()); }) == 1);
}

TEST_CASE("a duplicate outlives an exec, also onto itself", "[sys][real]") {
    RealFolder folder;
    const Fd fd = openDirectory(folder.system, folder.path);
    const int target = GENERATE(60, -1);
    const int kept = target < 0 ? fd.get() : target;
    const int status = inChild([&] {
        if (folder.system.duplicateTo(fd.get(), kept) != kept) return 98;
        return execLookingFor(folder.system, kept);
    });
    CHECK(status == 0);
}

TEST_CASE("an exec that fails says why", "[sys][real]") {
    RealFolder folder;
    const char* const arguments[] = {"none", nullptr};
    CHECK(folder.system.replaceProcess("/nowhere/none", arguments) == -ENOENT);
}

TEST_CASE("closeFrom closes what is at or above, and nothing below", "[sys][real]") {
    RealFolder folder;
    const int status = inChild([&] {
        folder.system.duplicateTo(0, 40);
        folder.system.duplicateTo(0, 41);
        folder.system.duplicateTo(0, 50);
        if (folder.system.closeFrom(41) != 0) return 1;
        FileStat known;
        if (folder.system.statFd(40, known) != 0) return 2;
        return folder.system.statFd(41, known) == -EBADF && folder.system.statFd(50, known) == -EBADF ? 0 : 3;
    });
    CHECK(status == 0);
}

TEST_CASE("what is not kept of the capabilities is gone, and no exec brings it back", "[sys][real]") {
    RealSystem system;
    const auto before = statusField(system, "CapEff", 16);
    const int status = inChild([&] {
        if (keepCapabilities({CAP_DAC_OVERRIDE, CAP_SYS_ADMIN}) != 0) return 1;
        constexpr std::uint64_t kKept = 1U << CAP_DAC_OVERRIDE | 1U << CAP_SYS_ADMIN;
        if (statusField(system, "CapEff", 16) != (before & kKept)) return 2;
        if (statusField(system, "CapPrm", 16) != (before & kKept)) return 3;
        return statusField(system, "NoNewPrivs", 10) == 1 ? 0 : 4;
    });
    CHECK(status == 0);
}

TEST_CASE("a fork gives the child 0 and the parent the child's number", "[sys][real]") {
    RealSystem system;
    const int child = system.forkProcess();
    if (child == 0) ::_exit(system.processId() == ::getpid() ? 7 : 1);
    REQUIRE(child > 0);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WEXITSTATUS(status) == 7);
}

TEST_CASE("session, niceness, mask and working directory are those of the process", "[sys][real]") {
    RealFolder folder;
    const int status = inChild([&] {
        RealSystem& system = folder.system;
        if (system.newSession() != ::getpid() || ::getsid(0) != ::getpid()) return 1;
        if (system.setNice(10) != 0 || ::nice(0) != 10) return 2;
        system.setFileMask(077);
        if (::umask(0) != 077) return 3;
        FileStat here;
        FileStat there;
        if (system.changeDirectory(folder.path.c_str()) != 0) return 4;
        system.statAt(AT_FDCWD, ".", 0, here);
        system.statAt(AT_FDCWD, folder.path.c_str(), 0, there);
        return here.inode == there.inode ? 0 : 5;
    });
    CHECK(status == 0);
}

TEST_CASE("the boot clock goes forward", "[sys][real]") {
    RealSystem system;
    const auto before = system.bootTimeMs();
    CHECK(before > 0);
    CHECK(system.bootTimeMs() >= before);
}

}  // namespace prune

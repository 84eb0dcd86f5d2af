// SPDX-License-Identifier: MIT
// What is recorded of a process, on kernels of several ages.
#include "creator/capture.h"

#include <fcntl.h>

#include <cerrno>

#include "support/failing_system.h"
#include "unit/creator/ages.h"

namespace prune::test {

namespace {

constexpr CaptureOptions kBySession{true, std::nullopt};

CaptureOptions by(NamespaceType type) { return {false, type}; }

/// The error's code where there is one.
std::optional<int> codeOf(const Result<Creator>& result) {
    return result.ok() ? std::nullopt : std::optional(result.error().code);
}

}  // namespace

TEST_CASE("of a process all is recorded that the kernel tells", "[creator]") {
    const auto age = anyAge();
    TaskKernel kernel(age);
    auto& proc = kernel.start(kPid, 100);
    proc.name = "a) S (b\n";
    proc.user = 1000;
    const auto creator = captured(kernel, kPid);
    CHECK(creator.decides == Decides::task);
    CHECK(creator.name == "a) S (b\n");
    CHECK(creator.user == 1000);
    CHECK(creator.task.pid == kPid);
    CHECK(creator.task.startTicks == 100);
    CHECK(creator.task.pidfdInode == (age >= KernelAge::v6_9 ? proc.pidfdInode : 0));
    CHECK(creator.task.pidfdHandle.has_value() == (age >= KernelAge::v6_14));
    CHECK_FALSE(creator.init);
    CHECK_FALSE(creator.session);
    CHECK_FALSE(creator.held);
    CHECK(kernel.memory().openFds().empty());
}

TEST_CASE("the numbers of all namespaces of a process are recorded", "[creator]") {
    const auto age = anyAge();
    TaskKernel kernel(age);
    auto& proc = kernel.start(kPid, 100);
    proc.space(NamespaceType::net) = kernel.makeSpace(NamespaceType::net);
    const auto creator = captured(kernel, kPid);
    for (std::size_t i = 0; i < kNamespaceTypes; ++i) {
        const bool isTold = static_cast<NamespaceType>(i) != NamespaceType::time || age >= KernelAge::v6_1;
        CHECK(creator.namespaces[i] == (isTold ? proc.spaces[i]->inode : 0));
    }
}

TEST_CASE("of a process in another pid namespace the first process there is recorded and decides",
          "[creator]") {
    TaskKernel kernel(anyAge());
    auto& init = kernel.startInside(600, 90);
    init.name = "other";
    kernel.startInside(500, 80);
    kernel.startInside(550, 95, 11, init.space(NamespaceType::pid));
    kernel.startInside(kPid, 100, 7, init.space(NamespaceType::pid));
    const auto creator = captured(kernel, kPid);
    CHECK(creator.decides == Decides::init);
    CHECK(creator.name == "sh");
    CHECK(creator.task.pid == kPid);
    CHECK(creator.init == captured(kernel, 600).task);
}

TEST_CASE("the first process of a pid namespace decides for itself", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.startInside(600, 90);
    const auto creator = captured(kernel, 600);
    CHECK(creator.decides == Decides::init);
    CHECK(creator.init == creator.task);
}

TEST_CASE("a process whose namespaces are not shown is not captured", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100).space(NamespaceType::pid).reset();
    CHECK_FALSE(captureByPid(kernel, kPid, {}).ok());
}

TEST_CASE("a number that no process has is captured by nobody", "[creator]") {
    TaskKernel kernel(anyAge());
    CHECK(codeOf(captureByPid(kernel, kPid, {})) == ESRCH);
}

TEST_CASE("a zombie is not captured", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100);
    kernel.end(kPid, false);
    CHECK(codeOf(captureByPid(kernel, kPid, {})) == ESRCH);
}

TEST_CASE("a process whose first thread ended before the others is captured", "[creator]") {
    TaskKernel kernel(anyAge());
    auto& proc = kernel.start(kPid, 100);
    proc.threads = 2;
    proc.leaderEnded = true;
    CHECK(captured(kernel, kPid).task.startTicks == 100);
}

TEST_CASE("the number of a thread is refused", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100).isThread = true;
    CHECK(codeOf(captureByPid(kernel, kPid, {})) == EINVAL);
}

TEST_CASE("in another pid or time namespace than the initial one nothing is captured", "[creator]") {
    TaskKernel kernel(GENERATE(from_range(ages(KernelAge::v6_1))));
    const auto type = GENERATE(NamespaceType::pid, NamespaceType::time);
    const int pidfd = kernel.openPidfd(1);
    const int socket = kernel.connect(1);
    kernel.self().space(type) = kernel.makeSpace(type);
    CHECK(codeOf(captureByPid(kernel, 4242, {})) == 0);
    CHECK(codeOf(captureByPidfd(kernel, pidfd, {})) == 0);
    CHECK(codeOf(captureBySocket(kernel, socket, {})) == 0);
}

TEST_CASE("a process is captured by its pidfd as by its number, and the pidfd stays open", "[creator]") {
    TaskKernel kernel(GENERATE(from_range(ages(KernelAge::v6_1))));
    kernel.start(kPid, 100);
    const int pidfd = kernel.openPidfd(kPid);
    const auto creator = captureByPidfd(kernel, pidfd, {});
    REQUIRE(creator.ok());
    CHECK(creator.value() == captured(kernel, kPid));
    CHECK(kernel.memory().openFds() == std::vector<int>{pidfd});
}

TEST_CASE("a pidfd whose process has ended captures nobody, also where another has the number", "[creator]") {
    TaskKernel kernel(GENERATE(from_range(ages(KernelAge::v6_1))));
    kernel.start(kPid, 100);
    const int pidfd = kernel.openPidfd(kPid);
    const bool reaped = GENERATE(true, false);
    kernel.end(kPid, reaped);
    if (reaped) kernel.start(kPid, 100);
    CHECK(codeOf(captureByPidfd(kernel, pidfd, {})) == ESRCH);
}

TEST_CASE("a descriptor that is no pidfd captures nobody", "[creator]") {
    TaskKernel kernel(anyAge());
    const int folder = kernel.openAt(AT_FDCWD, "/proc/1", O_RDONLY | O_DIRECTORY);
    CHECK(codeOf(captureByPidfd(kernel, folder, {})) == EBADF);
    CHECK_FALSE(captureByPidfd(kernel, folder + 1, {}).ok());
}

TEST_CASE("the process at the other end of a socket is captured as by its number", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100);
    const int socket = kernel.connect(kPid);
    const auto creator = captureBySocket(kernel, socket, {});
    REQUIRE(creator.ok());
    CHECK(creator.value() == captured(kernel, kPid));
    CHECK(kernel.memory().openFds() == std::vector<int>{socket});
}

TEST_CASE("a peer that has ended is not captured", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100);
    const int socket = kernel.connect(kPid);
    kernel.end(kPid, GENERATE(true, false));
    CHECK(codeOf(captureBySocket(kernel, socket, {})) == ESRCH);
}

TEST_CASE("with peer pidfds whoever got a peer's number is not mistaken for it", "[creator]") {
    TaskKernel kernel(GENERATE(from_range(ages(KernelAge::v6_9))));
    kernel.start(kPid, 100);
    const int socket = kernel.connect(kPid);
    kernel.end(kPid);
    kernel.start(kPid, 100);
    CHECK(codeOf(captureBySocket(kernel, socket, {})) == ESRCH);
}

TEST_CASE("a peer pidfd that cannot be had, though the kernel has them, is an error", "[creator]") {
    TaskKernel kernel(GENERATE(from_range(ages(KernelAge::v6_9))));
    kernel.start(kPid, 100);
    const int socket = kernel.connect(kPid);
    FailingSystem failing(kernel);
    const int code = GENERATE(EMFILE, EACCES, ESRCH);
    failing.failNamed("peerPidfd", code);
    CHECK(codeOf(captureBySocket(failing, socket, {})) == code);
}

TEST_CASE("a socket without a peer captures nobody", "[creator]") {
    TaskKernel kernel(GENERATE(KernelAge::v5_2, KernelAge::v6_1));
    const int socket = kernel.connect(1);
    FailingSystem failing(kernel);
    const int code = GENERATE(ENOTCONN, EACCES);
    failing.failNamed("peerPid", code);
    CHECK(codeOf(captureBySocket(failing, socket, {})) == code);
}

TEST_CASE("on request the session leader is recorded and decides", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(500, 80);
    kernel.start(kPid, 100).session = 500;
    const auto creator = captured(kernel, kPid, kBySession);
    CHECK(creator.decides == Decides::session);
    CHECK(creator.task.pid == kPid);
    CHECK(creator.session == captured(kernel, 500).task);
}

TEST_CASE("a process whose session leader is not to be had is not captured by session", "[creator]") {
    TaskKernel kernel(anyAge());
    const int what = GENERATE(0, 1, 2);
    if (what != 0) kernel.start(500, 80);
    if (what == 1) kernel.end(500, false);
    // Number 0: the leader is in no pid namespace of ours.
    kernel.start(kPid, 100).session = what == 2 ? 0 : 500;
    CHECK(codeOf(captureByPid(kernel, kPid, kBySession)) == ESRCH);
}

TEST_CASE("one that got the session leader's number is not taken for it", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(500, 80).session = 1;
    kernel.start(kPid, 100).session = 500;
    CHECK(codeOf(captureByPid(kernel, kPid, kBySession)) == ESRCH);
}

TEST_CASE("on request a namespace is recorded and decides", "[creator]") {
    const auto age = anyAge();
    TaskKernel kernel(age);
    auto& proc = kernel.start(kPid, 100);
    const auto type = GENERATE(NamespaceType::mnt, NamespaceType::net, NamespaceType::uts);
    proc.space(type) = kernel.makeSpace(type);
    const auto creator = captured(kernel, kPid, by(type));
    CHECK(creator.decides == Decides::nameSpace);
    REQUIRE(creator.held);
    CHECK(creator.held->type == type);
    CHECK(creator.held->inode == proc.space(type)->inode);
    const bool hasId = age >= KernelAge::v6_18 || (age >= KernelAge::v6_12 && type == NamespaceType::mnt);
    CHECK(creator.held->id == (hasId ? proc.space(type)->id : 0));
    CHECK(creator.held->handle.has_value() == (age >= KernelAge::v6_18));
    CHECK(kernel.memory().openFds().empty());
}

TEST_CASE("the host's own namespace is refused", "[creator]") {
    TaskKernel kernel(anyAge());
    kernel.start(kPid, 100);
    CHECK(codeOf(captureByPid(kernel, kPid, by(NamespaceType::uts))) == 0);
}

TEST_CASE("a namespace that the kernel has not is refused", "[creator]") {
    TaskKernel kernel(KernelAge::v5_2);
    kernel.start(kPid, 100);
    CHECK(codeOf(captureByPid(kernel, kPid, by(NamespaceType::time))) == EOPNOTSUPP);
}

TEST_CASE("a namespace wins over the session, and the first process is recorded beside it", "[creator]") {
    TaskKernel kernel(anyAge());
    auto& init = kernel.startInside(600, 90);
    kernel.startInside(kPid, 100, 7, init.space(NamespaceType::pid)).session = 600;
    const auto creator = captured(kernel, kPid, {true, NamespaceType::pid});
    CHECK(creator.decides == Decides::nameSpace);
    CHECK(creator.held);
    CHECK(creator.init == captured(kernel, 600).task);
    CHECK_FALSE(creator.session);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// Each rung that tells whether a process lives, on kernels of several ages.
#include <cerrno>
#include <utility>

#include "creator/life.h"
#include "support/failing_system.h"
#include "unit/creator/ages.h"

namespace prune::test {

namespace {

constexpr std::uint64_t kStart = 100;

/// A host where a process was recorded.
struct TaskHost {
    explicit TaskHost(KernelAge of) : age(of), kernel(of), proc(kernel.start(kPid, kStart)) {
        task = captured(kernel, kPid).task;
    }

    bool hasHandles() const { return age >= KernelAge::v6_14; }
    bool hasInodes() const { return age >= KernelAge::v6_9; }
    /// That is said by each rung that this age has, and nothing by the others.
    void checkAll(Life life) {
        checkPidfds(life);
        CHECK(lifeByStartTime(kernel, task) == life);
    }
    void checkPidfds(Life life) {
        CHECK(lifeByPidfdHandle(kernel, task) == (hasHandles() ? std::optional(life) : std::nullopt));
        CHECK(lifeByPidfdInode(kernel, task) == (hasInodes() ? std::optional(life) : std::nullopt));
    }
    /// Moves this process into a new namespace.
    void moveInto(NamespaceType type) { kernel.self().space(type) = kernel.makeSpace(type); }

    KernelAge age;
    TaskKernel kernel;
    TaskKernel::Proc& proc;
    Task task;
};

}  // namespace

TEST_CASE("a process that lives is alive by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.checkAll(Life::alive);
}

TEST_CASE("a process that ended and was reaped is gone by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.end(kPid);
    host.checkAll(Life::gone);
}

TEST_CASE("without pidfds a hidden process is not gone to one who may not see all", "[creator]") {
    TaskHost host(KernelAge::v5_2);
    host.proc.hidden = true;
    if (GENERATE(true, false))
        host.moveInto(NamespaceType::user);  // its root
    else
        host.kernel.self().capabilities = 0;
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::unknown);
}

TEST_CASE("a zombie is gone by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.end(kPid, false);
    host.checkAll(Life::gone);
}

TEST_CASE("a process whose first thread ended before the others is alive by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.proc.threads = 2;
    host.proc.leaderEnded = true;
    host.checkAll(Life::alive);
}

TEST_CASE("a process whose number another has got is gone by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.end(kPid);
    host.kernel.start(kPid, kStart + 1);
    host.checkAll(Life::gone);
}

TEST_CASE("the rungs of pidfds tell a newcomer even with the same number and start time", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_9))));
    host.kernel.end(kPid);
    host.kernel.start(kPid, kStart);
    host.checkPidfds(Life::gone);
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::alive);
}

TEST_CASE("a process whose number a thread has got is gone by every rung", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.end(kPid);
    host.kernel.start(kPid, kStart + 1).isThread = true;
    host.checkAll(Life::gone);
}

TEST_CASE("from inside a pid namespace no rung says gone", "[creator]") {
    TaskHost host(anyAge());
    const bool ended = GENERATE(false, true);
    if (ended) host.kernel.end(kPid);
    host.moveInto(NamespaceType::pid);
    host.checkAll(Life::unknown);
}

TEST_CASE("from inside a pid namespace a neighbour with the number does not make the process gone",
          "[creator]") {
    TaskHost host(anyAge());
    host.moveInto(NamespaceType::pid);
    host.kernel.startInside(701, kStart + 1, kPid, host.kernel.self().space(NamespaceType::pid));
    host.checkAll(Life::unknown);
}

TEST_CASE("a zombie seen from inside its own pid namespace is not gone", "[creator]") {
    TaskKernel kernel(anyAge());
    const auto inside = kernel.makeSpace(NamespaceType::pid);
    kernel.startInside(kPid, kStart, kPid, inside);
    kernel.startInside(600, kStart, 1, inside);
    const auto task = captured(kernel, kPid).task;
    kernel.self().space(NamespaceType::pid) = inside;
    kernel.end(kPid, false);
    CHECK(lifeByStartTime(kernel, task) == Life::unknown);
}

TEST_CASE("in another time namespace the start time proves nothing", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_1))));
    host.moveInto(NamespaceType::time);
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::unknown);
    host.checkPidfds(Life::alive);
}

TEST_CASE("a living process that /proc hides is not gone by its start time", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_1))));
    host.proc.hidden = true;
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::unknown);
    host.checkPidfds(Life::alive);
}

TEST_CASE("a process that /proc hid is gone when it has ended", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_1))));
    host.proc.hidden = true;
    host.kernel.end(kPid);
    host.checkAll(Life::gone);
}

TEST_CASE("without pidfds, to one without capabilities, a process that /proc does not show is not gone",
          "[creator]") {
    TaskHost host(KernelAge::v5_2);
    host.kernel.end(kPid);
    const auto capabilities = std::exchange(host.kernel.self().capabilities, 0);
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::unknown);
    host.kernel.self().capabilities = capabilities;
    CHECK(lifeByStartTime(host.kernel, host.task) == Life::gone);
}

TEST_CASE("the best rung that the kernel has is named", "[creator]") {
    TaskHost host(anyAge());
    const auto rung = host.hasHandles()  ? Rung::pidfdHandle
                      : host.hasInodes() ? Rung::pidfdInode
                                         : Rung::startTime;
    Creator creator;
    creator.task = host.task;
    CHECK(lifeOf(host.kernel, creator) == LifeAnswer{Life::alive, rung});
    host.kernel.end(kPid);
    CHECK(lifeOf(host.kernel, creator) == LifeAnswer{Life::gone, rung});
}

TEST_CASE("of a process in a container it is the first process there whose life is asked", "[creator]") {
    TaskHost host(anyAge());
    auto& init = host.kernel.startInside(600, 90);
    host.kernel.startInside(601, 95, 7, init.space(NamespaceType::pid));
    const auto creator = captured(host.kernel, 601);
    host.kernel.end(601);
    CHECK(lifeOf(host.kernel, creator).life == Life::alive);
    host.kernel.end(600);
    CHECK(lifeOf(host.kernel, creator).life == Life::gone);
}

TEST_CASE("of a creator registered with its session the leader's life is asked", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.start(600, 90);
    host.kernel.start(601, 95).session = 600;
    const auto creator = captured(host.kernel, 601, {true, std::nullopt});
    host.kernel.end(601);
    CHECK(lifeOf(host.kernel, creator).life == Life::alive);
    host.kernel.end(600);
    CHECK(lifeOf(host.kernel, creator).life == Life::gone);
}

TEST_CASE("a creator that has not recorded what decides is unknown", "[creator]") {
    TaskKernel kernel(KernelAge::v6_18);
    Creator creator;
    creator.decides = GENERATE(Decides::init, Decides::session, Decides::nameSpace);
    CHECK(lifeOf(kernel, creator).life == Life::unknown);
}

TEST_CASE("a handle that cannot be opened leaves the answer to the inode", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_14))));
    FailingSystem failing(host.kernel);
    failing.failNamed("openHandle", GENERATE(EMFILE, EACCES, EPERM, ENOMEM));
    CHECK(lifeByPidfdHandle(failing, host.task) == std::nullopt);
    CHECK(lifeOfTask(failing, host.task) == LifeAnswer{Life::alive, Rung::pidfdInode});
    host.kernel.end(kPid);
    CHECK(lifeOfTask(failing, host.task) == LifeAnswer{Life::gone, Rung::pidfdInode});
}

TEST_CASE("a pidfd that cannot be opened leaves the answer to the start time", "[creator]") {
    TaskHost host(GENERATE(KernelAge::v6_9, KernelAge::v6_12));
    FailingSystem failing(host.kernel);
    failing.failNamed("openPidfd", GENERATE(EMFILE, EACCES, EPERM, ENOMEM));
    CHECK(lifeByPidfdInode(failing, host.task) == std::nullopt);
    CHECK(lifeOfTask(failing, host.task) == LifeAnswer{Life::alive, Rung::startTime});
    host.kernel.end(kPid);
    CHECK(lifeOfTask(failing, host.task) == LifeAnswer{Life::unknown, Rung::startTime});
}

TEST_CASE("a pidfd that cannot be asked is unknown", "[creator]") {
    TaskHost host(GENERATE(from_range(ages(KernelAge::v6_9))));
    host.kernel.end(kPid, false);
    FailingSystem failing(host.kernel);
    failing.failNamed("waitReadable", EIO);
    CHECK(lifeByPidfdInode(failing, host.task) == Life::unknown);
    CHECK(lifeByPidfdHandle(failing, host.task).value_or(Life::unknown) == Life::unknown);
}

TEST_CASE("a /proc that cannot be read makes the start time say unknown", "[creator]") {
    TaskHost host(anyAge());
    FailingSystem failing(host.kernel);
    failing.failNamed(GENERATE("openAt", "readFd"), GENERATE(EMFILE, EACCES, EPERM, EIO));
    CHECK(lifeByStartTime(failing, host.task) == Life::unknown);
}

TEST_CASE("a process that cannot look at its own namespaces calls none gone", "[creator]") {
    TaskHost host(anyAge());
    host.kernel.end(kPid);
    FailingSystem failing(host.kernel);
    failing.failNamed("statAt", GENERATE(EACCES, ENOENT, EIO));
    CHECK(lifeByPidfdHandle(failing, host.task).value_or(Life::unknown) == Life::unknown);
    CHECK(lifeByPidfdInode(failing, host.task).value_or(Life::unknown) == Life::unknown);
    CHECK(lifeByStartTime(failing, host.task) == Life::unknown);
}

TEST_CASE("a living process is not gone whatever call fails, and no descriptor stays open", "[creator]") {
    const auto age = anyAge();
    const int code = GENERATE(EMFILE, EACCES, EIO);
    int tried = 0;
    while (true) {
        TaskHost host(age);
        Creator creator;
        creator.task = host.task;
        FailingSystem failing(host.kernel);
        failing.failCall(tried + 1, code);
        CHECK(lifeOf(failing, creator).life != Life::gone);
        CHECK(host.kernel.memory().openFds().empty());
        if (failing.failures() == 0) break;
        ++tried;
    }
    CHECK(tried >= 2);
}

TEST_CASE("a process that ended is not alive whatever call fails", "[creator]") {
    const auto age = anyAge();
    const int code = GENERATE(EMFILE, EACCES, EIO);
    const bool reaped = GENERATE(true, false);
    int tried = 0;
    while (true) {
        TaskHost host(age);
        Creator creator;
        creator.task = host.task;
        host.kernel.end(kPid, reaped);
        FailingSystem failing(host.kernel);
        failing.failCall(tried + 1, code);
        CHECK(lifeOf(failing, creator).life != Life::alive);
        if (failing.failures() == 0) break;
        ++tried;
    }
    CHECK(tried >= 2);
}

TEST_CASE("a process that ends while it is asked for is alive or gone, and gone when asked again",
          "[creator]") {
    const auto age = anyAge();
    const bool reaped = GENERATE(true, false);
    for (int at = 1;; ++at) {
        TaskHost host(age);
        BetweenCalls system(host.kernel, at, [&] { host.kernel.end(kPid, reaped); });
        const auto life = lifeOfTask(system, host.task).life;
        if (!system.reached()) break;
        CHECK(life != Life::unknown);
        CHECK(lifeOfTask(host.kernel, host.task).life == Life::gone);
    }
}

}  // namespace prune::test

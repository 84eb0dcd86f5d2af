// SPDX-License-Identifier: MIT
// Real processes, captured and asked for again by each rung that this machine's kernel has.
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "creator/capture.h"
#include "creator/life.h"
#include "creator/own_view.h"
#include "store/processes.h"
#include "support/catch.h"
#include "sys/real_system.h"
#include "unit/creator/ages.h"

using namespace prune;
using namespace prune::test;

namespace {

int sleepOn() {
    for (;;) ::pause();
}

/// False, which is said, where this process may not look.
bool canCapture(System& system) {
    if (system.effectiveUser() == 0 && seesAllProcesses(system) && seesStartTimes(system)) return true;
    WARN("skipped: needs root in the initial pid and time namespaces");
    return false;
}

/// A first process of a pid namespace, with a child of its own.
class Container {
public:
    Container()
        : outer_([this] {
              if (::unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS) != 0) return 1;
              const pid_t init = ::fork();
              if (init == 0) ::_exit(sleepOn());
              if (::write(ends_[1], &init, sizeof init) != sizeof init) return 2;
              return sleepOn();
          }) {
        REQUIRE(::read(ends_[0], &init_, sizeof init_) == sizeof init_);
    }
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;
    ~Container() {
        ::kill(init_, SIGKILL);
        for (const int end : ends_) ::close(end);
    }

    int init() const { return init_; }

private:
    struct Pipe {
        explicit Pipe(int* ends) { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
    };

    int ends_[2] = {-1, -1};
    Pipe pipe_{ends_};
    int init_ = 0;
    Child outer_;
};

/// Kills it; its parent looks, or does not.
void end(System& system, Child& child, bool reaped) {
    child.kill();
    if (reaped)
        child.wait();
    else
        system.sleepFor(200);
}

}  // namespace

TEST_CASE("a process of the host is alive while it is, and gone when killed, by every rung", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    Child child(sleepOn);
    const auto creator = captured(system, child.pid());
    CHECK(creator.decides == Decides::task);
    CHECK_FALSE(creator.init);
    const auto& task = creator.task;
    CHECK(lifeOf(system, creator).life == Life::alive);
    CHECK(lifeByPidfdHandle(system, task).value_or(Life::alive) == Life::alive);
    CHECK(lifeByPidfdInode(system, task).value_or(Life::alive) == Life::alive);
    CHECK(lifeByStartTime(system, task) == Life::alive);
    end(system, child, GENERATE(true, false));
    CHECK(lifeOf(system, creator).life == Life::gone);
    CHECK(lifeByPidfdHandle(system, task).value_or(Life::gone) == Life::gone);
    CHECK(lifeByPidfdInode(system, task).value_or(Life::gone) == Life::gone);
    CHECK(lifeByStartTime(system, task) == Life::gone);
}

TEST_CASE("of a process in a pid namespace the namespace's first process decides", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    const Container container;
    const auto creator = captured(system, container.init());
    CHECK(creator.decides == Decides::init);
    REQUIRE(creator.init);
    CHECK(creator.init->pid == container.init());
    CHECK(lifeOf(system, creator).life == Life::alive);
    ::kill(container.init(), SIGKILL);
    system.sleepFor(200);
    CHECK(lifeOf(system, creator).life == Life::gone);
}

TEST_CASE("a namespace that a descriptor holds is not a living first process", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    const Container container;
    const auto creator = captured(system, container.init());
    const auto byNamespace = captured(system, container.init(), {false, NamespaceType::pid});
    const auto link = "/proc/" + std::to_string(container.init()) + "/ns/pid";
    Fd held(system, system.openAt(AT_FDCWD, link.c_str(), O_RDONLY));
    ::kill(container.init(), SIGKILL);
    system.sleepFor(200);
    CHECK(lifeOf(system, creator).life == Life::gone);
    CHECK(lifeOf(system, byNamespace).life != Life::gone);
    CHECK(lifeByScan(system, *byNamespace.held) != Life::gone);
    held.reset();
}

TEST_CASE("a namespace whose number was handed out again is not taken for the one that ended", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    std::optional<Namespace> dead;
    for (int round = 0; round < 2'000; ++round) {
        const Container container;
        const auto creator = captured(system, container.init(), {false, NamespaceType::uts});
        REQUIRE(lifeOf(system, creator).life == Life::alive);
        if (!dead) {
            dead = *creator.held;
            continue;
        }
        if (creator.held->inode != dead->inode) continue;
        if (dead->id == 0 && !dead->handle) {
            WARN("this kernel gives namespaces no id: a number that comes again looks alive to a scan");
            return;
        }
        if (dead->handle) CHECK(lifeByNamespaceHandle(system, *dead) == Life::gone);
        CHECK(lifeByScan(system, *dead) == Life::unknown);
        return;
    }
    FAIL("no number came round again");
}

TEST_CASE("a process is captured by its pidfd as by its number", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    const Child child(sleepOn);
    const Fd pidfd(system, system.openPidfd(child.pid()));
    if (!pidfd.valid()) {
        WARN("skipped: this kernel has no pidfd");
        return;
    }
    const auto creator = captureByPidfd(system, pidfd.get(), {});
    REQUIRE(creator.ok());
    CHECK(creator.value() == captured(system, child.pid()));
}

TEST_CASE("the process at the other end of a socket is captured", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    int ends[2] = {-1, -1};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const Fd ours(system, ends[0]);
    const Fd theirs(system, ends[1]);
    const auto creator = captureBySocket(system, ends[0], {});
    REQUIRE(creator.ok());
    CHECK(creator.value().task.pid == system.processId());
}

TEST_CASE("a process that has ended cannot be captured", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    Child child(sleepOn);
    const int pid = child.pid();
    const Fd pidfd(system, system.openPidfd(pid));
    end(system, child, GENERATE(true, false));
    const auto creator = captureByPid(system, pid, {});
    REQUIRE_FALSE(creator.ok());
    CHECK(creator.error().code == ESRCH);
    if (pidfd.valid()) CHECK_FALSE(captureByPidfd(system, pidfd.get(), {}).ok());
}

TEST_CASE("a captured creator is written and read as it was", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    const Container container;
    const auto creator = captured(system, container.init(), {false, NamespaceType::mnt});
    RecordWriter writer;
    writeCreator(writer, creator);
    RecordReader reader(writer.str());
    CHECK(readCreator(reader) == creator);
}

TEST_CASE("the number of a thread is no process's", "[real]") {
    RealSystem system;
    if (!canCapture(system)) return;
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const Child child([&ends] {
        std::thread thread([&ends] {
            const pid_t number = ::gettid();
            if (::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(1);
            sleepOn();
        });
        return sleepOn();
    });
    pid_t number = 0;
    REQUIRE(::read(ends[0], &number, sizeof number) == sizeof number);
    for (const int one : ends) ::close(one);
    const auto creator = captureByPid(system, number, {});
    REQUIRE_FALSE(creator.ok());
    CHECK(creator.error().code == EINVAL);
    auto task = captured(system, child.pid()).task;
    if (task.pidfdInode == 0) return;
    task.pid = number;
    CHECK(lifeByPidfdInode(system, task) == Life::gone);
}

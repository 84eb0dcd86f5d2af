// SPDX-License-Identifier: MIT
// Each rung that tells whether a namespace is there, on kernels of several ages.
#include <fcntl.h>

#include <cerrno>

#include "base/text.h"
#include "creator/life.h"
#include "support/failing_system.h"
#include "unit/creator/ages.h"

namespace prune::test {

namespace {

/// A host where a process has a namespace of its own, which was recorded.
struct NamespaceHost {
    NamespaceHost(KernelAge of, NamespaceType of_) : type(of_), kernel(of), proc(kernel.start(kPid, 100)) {
        proc.space(type) = kernel.makeSpace(type);
        creator = captured(kernel, kPid, {false, type});
        held = *creator.held;
    }

    NamespaceType type;
    TaskKernel kernel;
    TaskKernel::Proc& proc;
    Creator creator;
    Namespace held;
};

/// All but pid namespaces, which need a first process.
NamespaceType anyType() {
    return GENERATE(NamespaceType::cgroup, NamespaceType::ipc, NamespaceType::mnt, NamespaceType::net,
                    NamespaceType::time, NamespaceType::user, NamespaceType::uts);
}

KernelAge anyAgeWithMountIds() { return GENERATE(from_range(ages(KernelAge::v6_12))); }

/// Takes from this process what the kernel asks for before it shows all namespaces.
void loseRights(TaskKernel& kernel) {
    const int what = GENERATE(0, 1, 2);
    if (what == 0) kernel.self().capabilities &= ~(std::uint64_t{1} << 21);
    if (what == 1) kernel.self().space(NamespaceType::user) = kernel.makeSpace(NamespaceType::user);
    if (what == 2) kernel.self().space(NamespaceType::pid) = kernel.makeSpace(NamespaceType::pid);
}

}  // namespace

TEST_CASE("a namespace is alive by its handle while a process is in it, and gone after", "[creator]") {
    NamespaceHost host(KernelAge::v6_18, anyType());
    CHECK(lifeByNamespaceHandle(host.kernel, host.held) == Life::alive);
    host.kernel.end(kPid);
    CHECK(lifeByNamespaceHandle(host.kernel, host.held) == Life::gone);
}

TEST_CASE("a pid namespace is alive by its handle while its first process lives, and gone after",
          "[creator]") {
    TaskKernel kernel(KernelAge::v6_18);
    kernel.startInside(600, 90);
    const auto held = *captured(kernel, 600, {false, NamespaceType::pid}).held;
    CHECK(lifeByNamespaceHandle(kernel, held) == Life::alive);
    kernel.end(600);
    CHECK(lifeByNamespaceHandle(kernel, held) == Life::gone);
}

TEST_CASE("a namespace that only a descriptor holds is alive by its handle and unknown to a scan",
          "[creator]") {
    NamespaceHost host(KernelAge::v6_18, anyType());
    const auto link = "/proc/" + decimal(kPid) + "/ns/" + word(host.type);
    Fd descriptor(host.kernel, host.kernel.openAt(AT_FDCWD, link.c_str(), O_RDONLY));
    REQUIRE(descriptor.valid());
    host.kernel.end(kPid);
    CHECK(lifeByNamespaceHandle(host.kernel, host.held) == Life::alive);
    CHECK(lifeByScan(host.kernel, host.held) == Life::unknown);
    descriptor.reset();
    CHECK(lifeByNamespaceHandle(host.kernel, host.held) == Life::gone);
}

TEST_CASE("asking by handle does not hold the namespace", "[creator]") {
    NamespaceHost host(KernelAge::v6_18, NamespaceType::net);
    lifeByNamespaceHandle(host.kernel, host.held);
    CHECK(host.kernel.memory().openFds().empty());
}

TEST_CASE("without a handle the rung of handles says nothing", "[creator]") {
    NamespaceHost host(GENERATE(from_range(ages(KernelAge::v5_2, KernelAge::v6_14))), NamespaceType::uts);
    CHECK(lifeByNamespaceHandle(host.kernel, host.held) == std::nullopt);
}

TEST_CASE("a mount namespace is alive by its id while somebody has it, and gone after", "[creator]") {
    NamespaceHost host(anyAgeWithMountIds(), NamespaceType::mnt);
    auto mount = host.proc.space(NamespaceType::mnt);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == Life::alive);
    host.kernel.end(kPid);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == Life::alive);
    mount.reset();
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == Life::gone);
}

TEST_CASE("before Linux 6.11 the rung of mount namespace ids says nothing", "[creator]") {
    NamespaceHost host(GENERATE(from_range(ages(KernelAge::v5_2, KernelAge::v6_9))), NamespaceType::mnt);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == std::nullopt);
    host.held.id = 77;  // as if recorded under a newer one
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == std::nullopt);
}

TEST_CASE("the rung of mount namespace ids says nothing of other types", "[creator]") {
    NamespaceHost host(KernelAge::v6_18, NamespaceType::uts);
    REQUIRE(host.held.id != 0);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == std::nullopt);
}

TEST_CASE("a namespace is alive to a scan while any process is in it", "[creator]") {
    NamespaceHost host(anyAge(), NamespaceType::net);
    host.kernel.start(900, 300).space(NamespaceType::net) = host.proc.space(NamespaceType::net);
    host.kernel.end(kPid);
    CHECK(lifeByScan(host.kernel, host.held) == Life::alive);
}

TEST_CASE("a namespace that ended is unknown to a scan, not gone", "[creator]") {
    NamespaceHost host(anyAge(), NamespaceType::net);
    host.kernel.end(kPid, GENERATE(true, false));
    CHECK(lifeByScan(host.kernel, host.held) == Life::unknown);
}

TEST_CASE("a scan that cannot list /proc is unknown", "[creator]") {
    NamespaceHost host(anyAge(), NamespaceType::net);
    FailingSystem failing(host.kernel);
    failing.failNamed(GENERATE("openAt", "readDirectory", "statAt"), GENERATE(EMFILE, EACCES, EIO));
    CHECK(lifeByScan(failing, host.held) == Life::unknown);
}

TEST_CASE("a scan that cannot ask for an id takes the namespace for alive", "[creator]") {
    NamespaceHost host(KernelAge::v6_18, NamespaceType::net);
    FailingSystem failing(host.kernel);
    failing.failNamed("namespaceId", EIO);
    CHECK(lifeByScan(failing, host.held) == Life::alive);
}

TEST_CASE("a namespace recorded without its id is asked for by its number alone", "[creator]") {
    NamespaceHost host(GENERATE(KernelAge::v6_12, KernelAge::v6_18), NamespaceType::mnt);
    host.held.id = 0;
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == std::nullopt);
    CHECK(lifeByScan(host.kernel, host.held) == Life::alive);
}

TEST_CASE("a namespace that got the number of one that ended is not taken for it by handle or id",
          "[creator]") {
    NamespaceHost host(anyAgeWithMountIds(), NamespaceType::mnt);
    host.kernel.end(kPid);
    auto& other = host.kernel.start(kPid, 200);
    other.space(NamespaceType::mnt) = host.kernel.makeSpace(NamespaceType::mnt);
    REQUIRE(other.space(NamespaceType::mnt)->inode == host.held.inode);
    CHECK(lifeByNamespaceHandle(host.kernel, host.held).value_or(Life::gone) == Life::gone);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held) == Life::gone);
    CHECK(lifeByScan(host.kernel, host.held) == Life::unknown);
    CHECK(lifeOf(host.kernel, host.creator).life == Life::gone);
}

TEST_CASE("a namespace of another type that got the number is not taken for it", "[creator]") {
    NamespaceHost host(anyAge(), NamespaceType::uts);
    host.kernel.end(kPid);
    auto& other = host.kernel.start(kPid, 200);
    other.space(NamespaceType::ipc) = host.kernel.makeSpace(NamespaceType::ipc);
    REQUIRE(other.space(NamespaceType::ipc)->inode == host.held.inode);
    CHECK(lifeOf(host.kernel, host.creator).life != Life::alive);
}

TEST_CASE("on kernels without ids a number that came round again is alive to a scan", "[creator]") {
    NamespaceHost host(GENERATE(from_range(ages(KernelAge::v5_2, KernelAge::v6_14))), NamespaceType::uts);
    host.kernel.end(kPid);
    host.kernel.start(kPid, 200).space(NamespaceType::uts) = host.kernel.makeSpace(NamespaceType::uts);
    CHECK(lifeByScan(host.kernel, host.held) == Life::alive);
}

TEST_CASE("without the right to see all namespaces none is gone", "[creator]") {
    NamespaceHost host(anyAge(), GENERATE(NamespaceType::mnt, NamespaceType::net));
    if (GENERATE(true, false)) host.kernel.end(kPid);
    loseRights(host.kernel);
    CHECK(lifeByNamespaceHandle(host.kernel, host.held).value_or(Life::unknown) == Life::unknown);
    CHECK(lifeByMountNamespaceId(host.kernel, host.held).value_or(Life::unknown) == Life::unknown);
    CHECK(lifeOf(host.kernel, host.creator).life != Life::gone);
}

TEST_CASE("a process that cannot read its own capabilities calls no namespace gone", "[creator]") {
    NamespaceHost host(anyAgeWithMountIds(), NamespaceType::mnt);
    host.kernel.end(kPid);
    FailingSystem failing(host.kernel);
    failing.failNamed("openAt", GENERATE(EMFILE, EACCES));
    CHECK(lifeOf(failing, host.creator).life == Life::unknown);
}

TEST_CASE("the best rung that the kernel has for the namespace is named", "[creator]") {
    const auto age = anyAge();
    NamespaceHost host(age, GENERATE(NamespaceType::mnt, NamespaceType::uts));
    const bool hasId = age >= KernelAge::v6_12 && host.type == NamespaceType::mnt;
    const auto rung = age >= KernelAge::v6_18 ? Rung::namespaceHandle
                      : hasId                 ? Rung::mountNamespaceId
                                              : Rung::scan;
    CHECK(lifeOf(host.kernel, host.creator) == LifeAnswer{Life::alive, rung});
    host.kernel.end(kPid);
    const auto after = rung == Rung::scan ? Life::unknown : Life::gone;
    CHECK(lifeOf(host.kernel, host.creator) == LifeAnswer{after, rung});
}

TEST_CASE("a handle that cannot be opened leaves the answer to the next rung", "[creator]") {
    const auto type = GENERATE(NamespaceType::mnt, NamespaceType::uts);
    NamespaceHost host(KernelAge::v6_18, type);
    FailingSystem failing(host.kernel);
    failing.failNamed("openHandle", GENERATE(EMFILE, EACCES, EBADF, EOPNOTSUPP));
    const auto next = type == NamespaceType::mnt ? Rung::mountNamespaceId : Rung::scan;
    CHECK(lifeOf(failing, host.creator) == LifeAnswer{Life::alive, next});
}

TEST_CASE("a listmount that fails leaves the answer to a scan", "[creator]") {
    NamespaceHost host(KernelAge::v6_12, NamespaceType::mnt);
    FailingSystem failing(host.kernel);
    failing.failNamed("findMountNamespace", GENERATE(EPERM, EINVAL, E2BIG, ENOSYS));
    CHECK(lifeOf(failing, host.creator) == LifeAnswer{Life::alive, Rung::scan});
}

TEST_CASE("a living namespace is not gone whatever call fails, and no descriptor stays open", "[creator]") {
    const auto age = anyAge();
    const auto type = GENERATE(NamespaceType::mnt, NamespaceType::uts);
    const int code = GENERATE(EMFILE, EACCES, EIO);
    int tried = 0;
    while (true) {
        NamespaceHost host(age, type);
        FailingSystem failing(host.kernel);
        failing.failCall(tried + 1, code);
        CHECK(lifeOf(failing, host.creator).life != Life::gone);
        CHECK(host.kernel.memory().openFds().empty());
        if (failing.failures() == 0) break;
        ++tried;
    }
    CHECK(tried >= 1);
}

TEST_CASE("a namespace that ended is not alive whatever call fails", "[creator]") {
    const auto age = anyAge();
    const auto type = GENERATE(NamespaceType::mnt, NamespaceType::uts);
    int tried = 0;
    while (true) {
        NamespaceHost host(age, type);
        host.kernel.end(kPid);
        FailingSystem failing(host.kernel);
        failing.failCall(tried + 1, EIO);
        CHECK(lifeOf(failing, host.creator).life != Life::alive);
        if (failing.failures() == 0) break;
        ++tried;
    }
    CHECK(tried >= 1);
}

}  // namespace prune::test

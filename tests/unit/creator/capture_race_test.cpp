// SPDX-License-Identifier: MIT
// Captures of processes that end, and whose numbers others get, between any two system calls; and captures
// whose every call fails once.
#include <cerrno>

#include "support/failing_system.h"
#include "unit/creator/ages.h"

namespace prune::test {

namespace {

constexpr int kInit = 600;
constexpr int kLeader = 500;

enum class How { pid, pidfd, socket, session, space };

/// A process in a container (by session: on the host) with a network of its own.
struct CaptureHost {
    CaptureHost(KernelAge of, How byWhat) : age(of), how(byWhat), kernel(of) {
        kernel.start(kLeader, 80);
        populate("first", 1000);
        if (how == How::pidfd) fd = kernel.openPidfd(kPid);
        if (how == How::socket) fd = kernel.connect(kPid);
    }

    void populate(const std::string& name, std::uint32_t user) {
        if (how == How::session) {
            fill(kernel.start(kPid, 100), name, user);
            return;
        }
        auto& init = kernel.startInside(kInit, 90);
        init.name = name + "-init";
        fill(kernel.startInside(kPid, 100, 7, init.space(NamespaceType::pid)), name, user);
    }
    void fill(TaskKernel::Proc& proc, const std::string& name, std::uint32_t user) {
        proc.name = name;
        proc.user = user;
        proc.session = how == How::session ? kLeader : kPid;
        proc.space(NamespaceType::net) = kernel.makeSpace(NamespaceType::net);
    }
    /// All that has kPid's and kInit's numbers ends, and others get them, with the same start times.
    void replace() {
        kernel.end(how == How::session ? kPid : kInit);
        populate("second", 2000);
    }

    Result<Creator> capture(System& system) const {
        if (how == How::pidfd) return captureByPidfd(system, fd, {});
        if (how == How::socket) return captureBySocket(system, fd, {});
        if (how == How::session) return captureByPid(system, kPid, {true, std::nullopt});
        if (how == How::space) return captureByPid(system, kPid, {false, NamespaceType::net});
        return captureByPid(system, kPid, {});
    }
    /// Where only a number says who is meant, the one that has it when it is opened is.
    bool isByNumber() const {
        return how == How::pid || how == How::session || how == How::space ||
               (how == How::socket && age < KernelAge::v6_9);
    }
    std::size_t openFds() { return kernel.memory().openFds().size(); }

    KernelAge age;
    How how;
    TaskKernel kernel;
    int fd = -1;
};

struct RaceCase {
    KernelAge age;
    How how;
};

/// All that a kernel of the age can do.
std::vector<RaceCase> allCases() {
    std::vector<RaceCase> cases;
    for (const auto age : kAges)
        for (const auto how : {How::pid, How::pidfd, How::socket, How::session, How::space})
            if (how != How::pidfd || age >= KernelAge::v6_1) cases.push_back({age, how});
    return cases;
}

RaceCase anyCase() { return GENERATE(from_range(allCases())); }

/// The creator as it is captured when nobody interferes.
Creator undisturbed(const RaceCase& one, bool replaced) {
    CaptureHost host(one.age, one.how);
    if (replaced) host.replace();
    if (replaced && !host.isByNumber()) return {};
    auto creator = host.capture(host.kernel);
    REQUIRE(creator.ok());
    return std::move(creator.value());
}

/// Captures once for each system call, with `change` just before it; `check` sees each result.
template <class Change, class Check>
int interfere(const RaceCase& one, Change change, Check check) {
    for (int at = 1;; ++at) {
        CaptureHost host(one.age, one.how);
        const auto before = host.openFds();
        BetweenCalls system(host.kernel, at, [&] { change(host); });
        const auto result = host.capture(system);
        if (!system.reached()) return at - 1;
        CAPTURE(at);
        check(result);
        CHECK(host.openFds() == before);
    }
}

template <class T>
bool isSameOrNothing(const std::optional<T>& part, const std::optional<T>& whole) {
    return !part || part == whole;
}

bool isPartOf(const Task& part, const Task& whole) {
    return part.pid == whole.pid && part.startTicks == whole.startTicks &&
           (part.pidfdInode == 0 || part.pidfdInode == whole.pidfdInode) &&
           isSameOrNothing(part.pidfdHandle, whole.pidfdHandle) &&
           (!part.pidfdHandle || part.pidfdInode != 0);
}

bool isPartOf(const Namespace& part, const Namespace& whole) {
    return part.type == whole.type && part.inode == whole.inode && (part.id == 0 || part.id == whole.id) &&
           isSameOrNothing(part.handle, whole.handle);
}

template <class T>
bool isPartOf(const std::optional<T>& part, const std::optional<T>& whole) {
    return part.has_value() == whole.has_value() && (!part || isPartOf(*part, *whole));
}

/// What decides is as complete as it can be without what only newer kernels tell.
bool isPartOf(const Creator& part, const Creator& whole) {
    for (std::size_t i = 0; i < kNamespaceTypes; ++i)
        if (part.namespaces[i] != 0 && part.namespaces[i] != whole.namespaces[i]) return false;
    return part.decides == whole.decides && part.name == whole.name && part.user == whole.user &&
           isPartOf(part.task, whole.task) && isPartOf(part.init, whole.init) &&
           isPartOf(part.session, whole.session) && isPartOf(part.held, whole.held);
}

}  // namespace

TEST_CASE("a process that ends at any moment of its capture is captured whole or not at all", "[creator]") {
    const auto one = anyCase();
    const bool reaped = GENERATE(true, false);
    const auto whole = undisturbed(one, false);
    int refused = 0;
    const int calls = interfere(
        one, [&](CaptureHost& host) { host.kernel.end(kPid, reaped); },
        [&](const Result<Creator>& result) {
            if (result.ok()) CHECK(result.value() == whole);
            if (!result.ok()) CHECK(result.error().code != 0);
            refused += result.ok() ? 0 : 1;
        });
    CHECK(calls > 15);
    CHECK(refused >= calls - 4);  // the last ones look at what is captured already
}

TEST_CASE("of a process whose number another gets nothing is mixed with the other's", "[creator]") {
    const auto one = anyCase();
    const auto first = undisturbed(one, false);
    const auto second = undisturbed(one, true);
    REQUIRE_FALSE(first == second);
    int refused = 0;
    const int calls = interfere(
        one, [](CaptureHost& host) { host.replace(); },
        [&](const Result<Creator>& result) {
            const bool isOne = result.ok() && (result.value() == first ||
                                               (result.value() == second && !second.name.empty()));
            CHECK((isOne || !result.ok()));
            refused += result.ok() ? 0 : 1;
        });
    CHECK(refused > calls / 2);
}

TEST_CASE("a session leader that ends at any moment of the capture is recorded whole or not at all",
          "[creator]") {
    const RaceCase one{GENERATE(from_range(ages())), How::session};
    const bool reaped = GENERATE(true, false);
    const auto whole = undisturbed(one, false);
    interfere(
        one, [&](CaptureHost& host) { host.kernel.end(kLeader, reaped); },
        [&](const Result<Creator>& result) {
            if (result.ok()) CHECK(result.value() == whole);
            if (!result.ok()) CHECK(result.error().code == ESRCH);
        });
}

TEST_CASE("a capture whose any call fails is an error or leaves out only what older kernels do not tell",
          "[creator]") {
    const auto one = anyCase();
    const int code = GENERATE(EIO, EMFILE, EACCES);
    const auto whole = undisturbed(one, false);
    int refused = 0;
    for (int at = 1;; ++at) {
        CaptureHost host(one.age, one.how);
        const auto before = host.openFds();
        FailingSystem failing(host.kernel);
        failing.failCall(at, code);
        const auto result = host.capture(failing);
        CAPTURE(at);
        if (result.ok()) CHECK(isPartOf(result.value(), whole));
        refused += result.ok() ? 0 : 1;
        CHECK(host.openFds() == before);
        if (failing.failures() == 0) break;
    }
    CHECK(refused > 10);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// What watching takes for a fact: who made a cgroup, and to whom it was handed.
#include "watch/observe.h"

#include "cgroup/delegation.h"
#include "creator/creator.h"
#include "prune/judge.h"
#include "prune/register_facts.h"
#include "support/failing_system.h"
#include "unit/watch/watch_world.h"

namespace prune::test {

namespace {

constexpr int kInside = 700;
constexpr int kOutside = 701;
constexpr int kOther = 702;  ///< in another namespace than kInside

const std::string kFacts = "/run/cgprune/registry/freezer";

struct Observed : WatchWorld {
    std::uint64_t id = 0;
    std::set<std::uint64_t> unrecorded;

    Observed() {
        tasks.startInside(kInside, 100);
        tasks.start(kOutside, 100);
        id = kernel.makeCgroup(kFreezer, "/a");
    }

    void maker(int pid) {
        const Fd pidfd(system, pid == 0 ? -1 : system.openPidfd(pid));
        maker(pidfd);
    }
    void maker(const Fd& pidfd) {
        with(kFreezer, "/a",
             [&](const Subject& subject) { observeMaker(context, subject, id, pidfd, unrecorded); });
    }
    void chown(std::uint32_t owner, bool tasksToo = true) {
        const auto directory = kernel.cgroupDirectory(kFreezer, "/a");
        kernel.setOwner(directory, owner);
        if (tasksToo) kernel.setOwner(directory + "/cgroup.procs", owner);
        look();
    }
    void look() {
        with(kFreezer, "/a", [&](const Subject& subject) { observeOwner(context, subject); });
    }
    std::optional<Creator> creator() {
        const auto known = fact({kFreezer, id, FactKind::creator});
        if (!known) return std::nullopt;
        CHECK(known->source == FactSource::observed);
        RecordReader lines(known->body);
        return readCreator(lines);
    }
    std::optional<Fact> delegation() { return fact({kFreezer, id, FactKind::delegated}); }
    void registerDelegationTo(std::uint32_t user) {
        with(kFreezer, "/a", [&](const Subject& subject) {
            REQUIRE(registerDelegation(context, subject, {user, user}, FactSource::registered).ok());
        });
    }
    /// kInside made it, and `call` fails so often when that is observed.
    void makerWhereFails(const char* call, int code, int times = 1'000) {
        const Fd pidfd(system, system.openPidfd(kInside));
        FailingSystem failing(system);
        failing.failNamed(call, code, times);
        Context failed{failing, log, context.conf};
        with(kFreezer, "/a",
             [&](const Subject& subject) { observeMaker(failed, subject, id, pidfd, unrecorded); });
    }
    /// Who made it is alive, and cannot be looked at.
    void loseMaker() { makerWhereFails("openAt", EMFILE); }
    void observeWithoutRoom(int pid) {
        kernel.limitSpace("/run", 0);
        maker(pid);
        kernel.limitSpace("/run", 1'000);
    }
    Verdict verdict() {
        kernel.setNotify(kFreezer, "/a");
        return with(kFreezer, "/a", [&](const Subject& subject) {
            auto judged = judge(context, subject);
            REQUIRE(judged.ok());
            REQUIRE(judged.value());
            return judged.value()->verdict;
        });
    }
    bool isFlagged() { return kernel.notify(kFreezer, "/a"); }
};

}  // namespace

TEST_CASE("a maker in a pid namespace is observed, and the namespace's first process decides") {
    Observed world;
    world.maker(kInside);
    const auto creator = world.creator();
    REQUIRE(creator);
    CHECK(creator->decides == Decides::init);
    CHECK(creator->task.pid == kInside);
}

TEST_CASE("a maker in the initial pid namespace is not observed") {
    Observed world;
    world.maker(kOutside);
    CHECK_FALSE(world.creator());
}

TEST_CASE("a maker that is not told, or gone, is none, and no fault") {
    Observed world;
    world.maker(0);
    const Fd pidfd(world.system, world.system.openPidfd(kInside));
    world.tasks.end(kInside);
    world.maker(pidfd);
    CHECK_FALSE(world.creator());
    CHECK(world.logged("state-fault").empty());
}

TEST_CASE("a maker that has ended in a namespace that lives on is observed while it is not reaped") {
    Observed world;
    auto& shell =
        world.tasks.startInside(710, 200, 5, world.tasks.startInside(709, 150).space(NamespaceType::pid));
    shell.name = "mkdir";
    const Fd pidfd(world.system, world.system.openPidfd(710));
    world.tasks.end(710, false);
    world.maker(pidfd);
    const auto creator = world.creator();
    REQUIRE(creator);
    REQUIRE(creator->init);
    CHECK(creator->init->pid == 709);
}

TEST_CASE("makers are not observed where the policy asks for no creator") {
    Observed world;
    world.conf("[default]\npolicy = delegated\n");
    world.maker(kInside);
    CHECK_FALSE(world.creator());
}

TEST_CASE("makers are not observed on v2 where no rule reaches") {
    Observed world;
    const auto other = world.make("/other");
    const auto reached = world.make("/w/a");
    world.conf("[rule w]\nhierarchy = unified\npath = /w/**\npolicy = creator-gone\n");
    const Fd pidfd(world.system, world.system.openPidfd(kInside));
    for (const char* path : {"/other", "/w/a"})
        world.with(kUnified, path, [&](const Subject& subject) {
            observeMaker(world.context, subject, subject.path == "/other" ? other : reached, pidfd,
                         world.unrecorded);
        });
    CHECK_FALSE(world.fact({kUnified, other, FactKind::creator}));
    CHECK(world.fact({kUnified, reached, FactKind::creator}));
}

TEST_CASE("a registered creator is not replaced by an observed one") {
    Observed world;
    world.registerCreatorOf(kFreezer, "/a", kOutside);
    const FactKey key{kFreezer, world.id, FactKind::creator};
    const auto before = world.fact(key);
    world.maker(kInside);
    CHECK(world.fact(key) == before);
}

TEST_CASE("a cgroup whose directory and cgroup.procs another owns was handed over") {
    Observed world;
    world.chown(1000);
    const auto fact = world.delegation();
    REQUIRE(fact);
    CHECK(fact->source == FactSource::observed);
    CHECK(fact->path == "/a");
}

TEST_CASE("the directory's owner alone is no delegation, nor is that of cgroup.procs") {
    Observed world;
    world.chown(1000, false);
    CHECK_FALSE(world.delegation());
    const auto directory = world.kernel.cgroupDirectory(kFreezer, "/a");
    world.kernel.setOwner(directory, 0);
    world.kernel.setOwner(directory + "/cgroup.procs", 1000);
    world.look();
    CHECK_FALSE(world.delegation());
    CHECK_FALSE(world.isFlagged());
}

TEST_CASE("an observed delegation is forgotten when the cgroup is given back") {
    Observed world;
    world.chown(1000);
    REQUIRE(world.delegation());
    world.chown(0);
    CHECK_FALSE(world.delegation());
}

TEST_CASE("a registered delegation stays when the cgroup is given back, or handed on") {
    Observed world;
    world.registerDelegationTo(1000);
    const auto before = world.delegation();
    for (const std::uint32_t owner : {1000U, 1001U, 0U}) {
        world.chown(owner);
        CHECK(world.delegation() == before);
    }
}

TEST_CASE("a cgroup that is handed over gets its flag on v1") {
    Observed world;
    CHECK_FALSE(world.isFlagged());
    world.chown(1000);
    CHECK(world.isFlagged());
}

TEST_CASE("a cgroup that is handed over gets its flag though there is no room to remember it") {
    Observed world;
    world.kernel.limitSpace("/run", 0);
    world.chown(1000);
    CHECK_FALSE(world.delegation());
    CHECK(world.isFlagged());
}

TEST_CASE("with set-flag = no a delegation is remembered, and the flag stays as it is") {
    Observed world;
    world.conf("[default]\nset-flag = no\n");
    world.chown(1000);
    CHECK(world.delegation());
    CHECK_FALSE(world.isFlagged());
}

TEST_CASE("the flag stays as it is where the policy asks for no delegation") {
    Observed world;
    world.conf("[default]\npolicy = creator-gone\n");
    world.chown(1000);
    CHECK_FALSE(world.isFlagged());
}

TEST_CASE("a flag is not cleared when the cgroup is given back") {
    Observed world;
    world.chown(1000);
    world.chown(0);
    CHECK(world.isFlagged());
}

TEST_CASE("a rename moves all facts to the new path, and changes nothing else of them") {
    Observed world;
    world.registerCreatorOf(kFreezer, "/a", kOutside);
    world.chown(1000);
    auto creator = world.fact({kFreezer, world.id, FactKind::creator});
    auto delegation = world.delegation();
    REQUIRE(creator);
    REQUIRE(delegation);
    REQUIRE(world.kernel.renameCgroup(kFreezer, "/a", "b") == 0);
    world.with(kFreezer, "/b", [&](const Subject& subject) { observeRename(world.context, subject); });
    creator->path = delegation->path = "/b";
    CHECK(world.fact({kFreezer, world.id, FactKind::creator}) == creator);
    CHECK(world.delegation() == delegation);
}

TEST_CASE("a rename of a cgroup of which nothing is known writes nothing") {
    Observed world;
    world.with(kFreezer, "/a", [&](const Subject& subject) { observeRename(world.context, subject); });
    CHECK_FALSE(world.creator());
    CHECK(world.logged("state-fault").empty());
}

TEST_CASE("that there is no room for what is observed is said once an hour, whatever users make") {
    Observed world;
    world.kernel.limitSpace("/run", 0);
    for (const std::string path : {"/a", "/b", "/c"}) {
        const Fd pidfd(world.system, world.system.openPidfd(kInside));
        const auto id = path == "/a" ? world.id : world.kernel.makeCgroup(kFreezer, path);
        world.with(kFreezer, path, [&](const Subject& subject) {
            observeMaker(world.context, subject, id, pidfd, world.unrecorded);
        });
    }
    CHECK_FALSE(world.creator());
    CHECK(world.logged("state-fault").size() == 1);
}

TEST_CASE("a maker for whom the registry has no room counts, by what the cgroup itself says") {
    Observed world;
    world.observeWithoutRoom(kInside);
    CHECK_FALSE(world.creator());
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorAlive});
    world.tasks.end(kInside);
    CHECK(world.verdict() == Verdict{Action::remove, Reason::creatorGone});
}

TEST_CASE("a cgroup whose maker could not be looked at stays, until it is forgotten") {
    Observed world;
    world.loseMaker();
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorUndetermined});
    world.with(kFreezer, "/a", [&](const Subject& subject) {
        const auto forgotten = forget(world.context, subject, FactKind::creator);
        REQUIRE(forgotten.ok());
        CHECK(forgotten.value().changed);
    });
    CHECK(world.verdict().action == Action::remove);
}

TEST_CASE("a cgroup whose maker got no descriptor stays") {
    Observed world;
    world.maker(Fd(world.system, -EMFILE));
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorUndetermined});
}

TEST_CASE("a creator that is registered later counts, though the maker could not be remembered") {
    Observed world;
    world.loseMaker();
    world.registerCreatorOf(kFreezer, "/a", kOutside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorAlive});
}

TEST_CASE("a cgroup of whom two makers were told, one of them of another before it, stays") {
    Observed world;
    SECTION("after one who could not be looked at") { world.loseMaker(); }
    SECTION("after one for whom there was no room") { world.observeWithoutRoom(kInside); }
    SECTION("after one in the registry") { world.maker(kInside); }
    SECTION("after one of another namespace") {
        world.tasks.startInside(kOther, 200);
        world.maker(kOther);
        world.maker(kInside);
        world.tasks.end(kOther);
    }
    world.maker(kOutside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorUndetermined});
}

TEST_CASE("a cgroup of whom one on the host was told first, and then another, stays") {
    Observed world;
    world.maker(kOutside);
    world.maker(kInside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorUndetermined});
}

TEST_CASE("two makers of the same container count as one") {
    Observed world;
    world.maker(kInside);
    const auto known = world.creator();
    REQUIRE(known);
    auto other = *known;
    other.task = {kOther, 300, 0, std::nullopt};
    other.name = "another";
    REQUIRE(world.kernel.xattr(world.kernel.cgroupDirectory(kFreezer, "/a"), kMaker) == std::nullopt);
    world.kernel.setXattrOf(world.kernel.cgroupDirectory(kFreezer, "/a"), kMaker, formatCreator(other));
    world.maker(kInside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorAlive});
}

TEST_CASE("a maker that is told twice counts as one") {
    Observed world;
    world.maker(kInside);
    world.maker(kInside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorAlive});
    world.tasks.end(kInside);
    CHECK(world.verdict() == Verdict{Action::remove, Reason::creatorGone});
}

TEST_CASE("a maker that an earlier instance of the hierarchy had for this id is no other maker") {
    Observed world;
    world.tasks.startInside(kOther, 200);
    world.maker(kOther);
    world.kernel.setBootId("11111111-2222-3333-4444-555555555555");
    world.maker(kInside);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorAlive});
}

TEST_CASE("a cgroup stays where what was observed of its maker before cannot be read now") {
    Observed world;
    world.tasks.startInside(kOther, 200);
    world.maker(kOther);
    world.makerWhereFails("getXattr", EIO, 1);
    world.tasks.end(kOther);
    CHECK(world.verdict() == Verdict{Action::defer, Reason::creatorUndetermined});
}

TEST_CASE("that the cgroup cannot say who made it is logged beside why it should") {
    Observed world;
    world.kernel.limitSpace("/run", 0);
    world.makerWhereFails("setXattr", ENOSPC);
    CHECK(world.logged("mark\\x20cgroup\\x20/a").size() == 1);
}

TEST_CASE("a maker that was gone when it was looked at leaves no mark") {
    Observed world;
    const Fd pidfd(world.system, world.system.openPidfd(kInside));
    world.tasks.end(kInside);
    world.maker(pidfd);
    CHECK(world.verdict().action == Action::remove);
}

}  // namespace prune::test

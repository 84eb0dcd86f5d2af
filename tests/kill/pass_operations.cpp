// SPDX-License-Identifier: MIT
// cgprune retry, sweep and prune.
#include "cgroup_tree.h"
#include "operation.h"
#include "store/state_folder.h"

namespace prune::stepping {

namespace {

constexpr const char* kInAnHour = "linger = 1h\n";

Command retry(World& world) { return world.cgprune({"retry", "--now"}); }
Command sweep(World& world) { return world.cgprune({"sweep", world.hierarchy()}); }
Command prune(World& world) { return world.cgprune({"prune", world.at("/pruned")}); }

/// The target and one of the living wait.
void twoWait(World& world) {
    world.conf(Drainer::none, kInAnHour);
    world.make(kTarget);
    run(world.agent(kTarget));
    run(world.agent("/alive"));
    world.conf(Drainer::none, kAtOnce);
}

/// An entry whose cgroup was kept since.
void notWantedAnyMore(World& world) {
    twoWait(world);
    setFlag(world.at(kTarget), false);
}

/// An entry whose cgroup somebody else removed.
void goneMeanwhile(World& world) {
    twoWait(world);
    world.registerGone(kTarget);
    world.remove(kTarget);
}

void notHeardOf(World& world) {
    world.conf(Drainer::none, kAtOnce);
    world.make(kTarget);
    world.leaveLitter();
}

/// The second look is for later.
void seenSoon(World& world) {
    notHeardOf(world);
    world.conf(Drainer::none, "linger = 0\nsweep = yes\nsweep-linger = 1h\n");
}

void askForSweep(World& world) {
    if (!setSweepNeeded(world.system(), world.hierarchy()).ok()) fail("ask for a sweep");
}

void sweepNeeded(World& world) {
    notHeardOf(world);
    askForSweep(world);
}

void sweepNeededSeenSoon(World& world) {
    seenSoon(world);
    askForSweep(world);
}

void seenOnce(World& world) {
    notHeardOf(world);
    run(sweep(world));
}

/// /pruned, with two that go and one that stays, and so does it.
void tree(World& world) {
    world.conf(Drainer::none, kAtOnce);
    world.make("/pruned", false);
    for (const char* path : {"/pruned/a", "/pruned/a/b", "/pruned/kept"}) world.make(path, false);
    run(world.cgprune({"keep", world.at("/pruned/kept")}));
}

bool aliveWaits(const Snapshot& snapshot) { return isGone(snapshot) && snapshot.hasEntry("/alive"); }
bool isDropped(const Snapshot& snapshot) { return isKept(snapshot) && snapshot.hasEntry("/alive"); }
bool isNoted(const Snapshot& snapshot) {
    return isPutOff(snapshot) && snapshot.sweeps.empty() && !snapshot.hasFact(kLitter);
}
bool isPruned(const Snapshot& snapshot) {
    return snapshot.has("/pruned/kept") && !snapshot.has("/pruned/a") && !snapshot.has("/pruned/a/b");
}

/// Ten minutes later a pass sweeps again where a sweep is needed.
Healing byRetry(Ended ended) {
    return {"retry",
            [](World& world) {
                cgprune(world, {"retry", "--now"});
            },
            Alike::outline, std::move(ended)};
}

}  // namespace

std::vector<Operation> retryOperations() {
    return {
        {"retry", twoWait, retry, aliveWaits},
        {"retry-that-drops", notWantedAnyMore, retry, isDropped},
        {"retry-of-what-is-gone", goneMeanwhile, retry, aliveWaits, {}, Who::program, true},
        {"retry-that-sweeps", sweepNeeded, retry, isGone, {byRetry(isGone)}},
    };
}

std::vector<Operation> sweepOperations() {
    return {
        {"sweep", seenSoon, sweep, isNoted},
        {"sweep-that-is-needed", sweepNeededSeenSoon, sweep, isNoted, {byRetry(isNoted)}},
        {"sweep-second-look", seenOnce, sweep, isGone},
        {"prune", tree, prune, isPruned},
    };
}

}  // namespace prune::stepping

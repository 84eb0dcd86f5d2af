// SPDX-License-Identifier: MIT
// The drainer: forked by an agent, or run by itself.
#include <chrono>
#include <thread>

#include "operation.h"

namespace prune::stepping {

namespace {

/// What waits for a living creator is looked at late; /other soon, so that it is due when the drainer comes.
constexpr const char* kRules =
    "linger = 0\nsweep = yes\nsweep-linger = 0\nretry = 1h..1h\n"
    "[rule other]\npath = /other\nretry = 1ms..1ms\n";
constexpr std::chrono::milliseconds kUntilDue(2);

Command drain(World& world) {
    return {world.inBin("release-agent"), {world.inBin("release-agent"), "--drain"}};
}

/// An entry that is due, whose creator has gone.
void otherIsDue(World& world) {
    world.conf(Drainer::none, kRules);
    world.make("/other");
    world.registerAlive("/other");
    run(world.agent("/other"));
    world.registerGone("/other");
    std::this_thread::sleep_for(kUntilDue);
}

void targetOfTheLiving(World& world) {
    world.make(kTarget);
    world.registerAlive(kTarget);
    world.conf(Drainer::goesOn, kRules);
}

void targetIsDeferred(World& world) {
    otherIsDue(world);
    targetOfTheLiving(world);
}

void onlyOtherWaits(World& world) {
    otherIsDue(world);
    world.leaveLitter();
    world.conf(Drainer::ends, kRules);
}

void nothingIsDue(World& world) {
    world.conf(Drainer::none, kRules);
    targetOfTheLiving(world);
}

bool otherIsGone(const Snapshot& snapshot) {
    return !snapshot.has("/other") && !snapshot.hasEntry("/other") && !snapshot.hasFact("/other.creator");
}
bool oneWaits(const Snapshot& snapshot) { return otherIsGone(snapshot) && isPutOff(snapshot); }
bool noneWaits(const Snapshot& snapshot) { return otherIsGone(snapshot) && !snapshot.hasFact(kLitter); }

}  // namespace

std::vector<Operation> drainOperations() {
    const auto swept = bySweep(oneWaits);
    return {
        {"agent-that-forks", targetIsDeferred, releaseTarget, oneWaits, {swept}, Who::program, true},
        {"forked-drainer", targetIsDeferred, releaseTarget, oneWaits, {swept}, Who::forked, true},
        {"forked-drainer-that-waits",
         nothingIsDue,
         releaseTarget,
         isPutOff,
         {bySweep(isPutOff)},
         Who::forked},
        {"drain", onlyOtherWaits, drain, noneWaits, {bySweep(otherIsGone)}, Who::program, true},
    };
}

}  // namespace prune::stepping

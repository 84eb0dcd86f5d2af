// SPDX-License-Identifier: MIT
#include "operation.h"

namespace prune::stepping {

Command releaseTarget(World& world) { return world.agent(kTarget); }

void cgprune(World& world, const std::vector<std::string>& words) { run(world.cgprune(words)); }

Healing bySweep(Ended ended) {
    const auto act = [](World& world) {
        world.releaseHeld();
        world.noDrainer();
        cgprune(world, {"retry", "--now"});
        cgprune(world, {"sweep", world.hierarchy()});
        cgprune(world, {"retry", "--now"});
    };
    return {"sweep", act, Alike::outline, std::move(ended)};
}

bool isGone(const Snapshot& snapshot) {
    const std::string target = kTarget;
    return !snapshot.has(target) && !snapshot.hasEntry(target) && !snapshot.hasFact(target + ".creator") &&
           !snapshot.hasFact(target + ".delegated");
}

bool isPutOff(const Snapshot& snapshot) { return snapshot.has(kTarget) && snapshot.hasEntry(kTarget); }

bool isKept(const Snapshot& snapshot) { return snapshot.has(kTarget) && !snapshot.hasEntry(kTarget); }

}  // namespace prune::stepping

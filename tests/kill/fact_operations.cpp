// SPDX-License-Identifier: MIT
// What people tell: register, forget, delegate, undelegate, keep, unkeep.
#include "operation.h"
#include "prune/delegation_fact.h"
#include "store/counters.h"

namespace prune::stepping {

namespace {

constexpr int kRegistersPerCleaning = 64;

void target(World& world) {
    world.conf(Drainer::none, "linger = 0\nsweep-linger = 0\n");
    world.make(kTarget);
}

void registered(World& world) {
    target(world);
    world.registerGone(kTarget);
}

void delegated(World& world) {
    target(world);
    world.registerFact(kTarget, FactKind::delegated, formatDelegation({1000, 1000}));
}

void kept(World& world) {
    target(world);
    cgprune(world, {"keep", world.at(kTarget)});
}

/// The next register looks for litter.
void manyRegistered(World& world) {
    target(world);
    world.leaveLitter();
    for (int n = 1; n < kRegistersPerCleaning; ++n) count(world.system(), Counter::registered);
}

Command tell(World& world, const char* verb, std::vector<std::string> options = {}) {
    std::vector<std::string> words{verb, world.at(kTarget)};
    words.insert(words.end(), options.begin(), options.end());
    return world.cgprune(std::move(words));
}

Command registerTarget(World& world) {
    return tell(world, "register", {"--creator", std::to_string(world.creator())});
}
Command forgetTarget(World& world) { return tell(world, "forget"); }
Command delegateTarget(World& world) {
    return tell(world, "delegate", {"--uid", "1000", "--gid", "1000", "--chown"});
}
Command undelegateTarget(World& world) { return tell(world, "undelegate"); }
Command keepTarget(World& world) { return tell(world, "keep"); }
Command unkeepTarget(World& world) { return tell(world, "unkeep"); }

bool hasCreator(const Snapshot& snapshot) { return snapshot.hasFact("/target.creator"); }
bool hasNoCreator(const Snapshot& snapshot) { return isKept(snapshot) && !hasCreator(snapshot); }
bool hasNoLitter(const Snapshot& snapshot) { return hasCreator(snapshot) && !snapshot.hasFact(kLitter); }
bool isMarked(const Snapshot& snapshot) {
    return snapshot.cgroups.at(kTarget).find("trusted.cgprune.keep") != std::string::npos;
}
bool isTheirs(const Snapshot& snapshot) {
    const auto text = "flag 1, owner 1000:1000, tasks' owner 1000:1000 and 1000:1000";
    return snapshot.hasFact("/target.delegated") && snapshot.cgroups.at(kTarget) == text;
}
bool isNotTheirs(const Snapshot& snapshot) {
    return isKept(snapshot) && !snapshot.hasFact("/target.delegated");
}

/// A register that was killed was counted perhaps, and then the next one is not the 64th.
Healing bySweepOfFacts() {
    const auto act = [](World& world) {
        run(registerTarget(world));
        run(world.cgprune({"sweep", world.hierarchy()}));
    };
    return {"register and sweep", act, Alike::outline, hasNoLitter};
}

}  // namespace

std::vector<Operation> factOperations() {
    return {
        {"register", target, registerTarget, hasCreator},
        {"register-again", registered, registerTarget, hasCreator},
        {"register-that-looks-for-litter",
         manyRegistered,
         registerTarget,
         hasNoLitter,
         {bySweepOfFacts()},
         Who::program,
         true},
        {"forget", registered, forgetTarget, hasNoCreator},
        {"delegate", target, delegateTarget, isTheirs},
        {"undelegate", delegated, undelegateTarget, isNotTheirs},
        {"keep-mark", target, keepTarget, isMarked},
        {"unkeep", kept, unkeepTarget, isGone, {}, Who::program, true},
    };
}

}  // namespace prune::stepping

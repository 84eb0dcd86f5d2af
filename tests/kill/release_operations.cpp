// SPDX-License-Identifier: MIT
// release-agent, called for the target. It is called once only: what a kill leaves undone is for a sweep.
#include "operation.h"
#include "prune/delegation_fact.h"

namespace prune::stepping {

namespace {

constexpr const char* kSweptAtOnce = "linger = 1h\nsweep = yes\nsweep-linger = 0\n";
constexpr std::size_t kCutBytes = 4'095;

void readyToGo(World& world) {
    world.conf(Drainer::none, kAtOnce);
    world.make(kTarget);
}

void keptByMark(World& world) {
    readyToGo(world);
    run(world.cgprune({"keep", world.at(kTarget)}));
}

void ofTheLiving(World& world) {
    readyToGo(world);
    world.registerAlive(kTarget);
}

/// Its entry is replaced: by a temporary file and a rename.
void putOffBefore(World& world) {
    ofTheLiving(world);
    run(releaseTarget(world));
}

/// It has an entry and facts of both kinds, and its creator has gone since.
void knownWell(World& world) {
    putOffBefore(world);
    world.registerGone(kTarget);
    world.registerFact(kTarget, FactKind::delegated, formatDelegation({1000, 1000}));
}

void lingering(World& world) {
    world.conf(Drainer::none, kSweptAtOnce);
    world.make(kTarget);
}

void locked(World& world) {
    readyToGo(world);
    world.lock(kTarget);
}

void mountedOn(World& world) {
    readyToGo(world);
    world.mountOn(kTarget);
}

/// Nothing was ever done on this host, and the agent's path was echoed into release_agent by hand.
void firstOfAll(World& world) {
    lingering(world);
    world.disable("/run/bin-of-nobody/release-agent", false);
}

Command releaseCut(World& world) {
    std::string path = "/target2";
    while (path.size() < kCutBytes) path += path.size() + 2 < kCutBytes ? "/x" : "x";
    return world.agent(path);
}

bool wantsSweep(const Snapshot& snapshot) { return isKept(snapshot) && !snapshot.sweeps.empty(); }

}  // namespace

std::vector<Operation> releaseOperations() {
    const auto goes = bySweep(isGone);
    return {
        {"removal", readyToGo, releaseTarget, isGone, {goes}},
        {"removal-of-what-is-known", knownWell, releaseTarget, isGone, {goes}, Who::program, true},
        {"keep", keptByMark, releaseTarget, isKept, {bySweep(isKept)}},
        {"defer", ofTheLiving, releaseTarget, isPutOff, {bySweep(isPutOff)}},
        {"defer-again", putOffBefore, releaseTarget, isPutOff, {bySweep(isPutOff)}},
        {"defer-lingering", lingering, releaseTarget, isPutOff, {bySweep(isPutOff)}},
        {"defer-first-of-all", firstOfAll, releaseTarget, isPutOff, {bySweep(isPutOff)}},
        {"lock-held", locked, releaseTarget, isPutOff, {goes}},
        {"removal-fails", mountedOn, releaseTarget, isPutOff, {goes}},
        {"cut-path", readyToGo, releaseCut, wantsSweep, {goes}},
    };
}

}  // namespace prune::stepping

// SPDX-License-Identifier: MIT
#include "load/lives.h"

#include <filesystem>

#include "cgroup_tree.h"

namespace prune::stepping {

namespace {

void checkCreator(const Life& life, const Snapshot& now, Complaints& complaints) {
    if (!now.has(life.path)) complaints.push_back(life.path + " was removed, and its creator lives");
    if (!now.hasFact(life.path + ".creator"))
        complaints.push_back("what was registered of " + life.path + " was lost");
}

}  // namespace

Lives::Lives(World& world, Jobs& jobs, std::mt19937_64& random, std::uint64_t most)
    : world_(world), jobs_(jobs), random_(random), most_(most), ending_(world.startCreator()) {}

Lives::~Lives() { endCreators(); }

void Lives::endCreators() {
    if (ending_ != 0) world_.endCreator(ending_);
    ending_ = 0;
}

Told Lives::pickTold() {
    constexpr Told kAll[] = {Told::nothing,  Told::nothing, Told::ofLiving,
                             Told::ofEnding, Told::kept,    Told::delegated};
    const auto told = kAll[std::uniform_int_distribution<std::size_t>(0, std::size(kAll) - 1)(random_)];
    const bool goesByItself = told == Told::nothing || told == Told::delegated;
    return goesByItself || planned_[told]++ < most_ ? told : Told::nothing;
}

void Lives::step() {
    if (toRelease_.empty()) return begin();
    auto& life = *toRelease_.front();
    toRelease_.pop_front();
    release(life);
}

void Lives::begin() {
    auto life = std::make_unique<Life>();
    life->told = pickTold();
    life->path = "/c" + std::to_string(lives_.size());
    // Without its flag nobody takes it before it was told of.
    world_.make(life->path, life->told == Told::nothing);
    lives_.push_back(std::move(life));
    if (lives_.back()->told == Told::nothing)
        release(*lives_.back());
    else
        tell(*lives_.back());
}

Command Lives::commandOf(const Life& life) const {
    const auto at = world_.at(life.path);
    switch (life.told) {
        case Told::ofLiving:
            return world_.cgprune({"register", at, "--creator", std::to_string(world_.creator())});
        case Told::ofEnding:
            return world_.cgprune({"register", at, "--creator", std::to_string(ending_)});
        case Told::kept:
            return world_.cgprune({"keep", at});
        case Told::delegated:
        case Told::nothing:
            break;
    }
    return world_.cgprune({"delegate", at, "--uid", "1000", "--gid", "1000", "--chown"});
}

void Lives::tell(Life& life) {
    Job job{"register", commandOf(life)};
    if (life.told == Told::kept) job.kind = "keep";
    if (life.told == Told::delegated) job.kind = "delegate";
    job.done = [this, &life](const Ending& ending) {
        life.isKnown = !ending.killed && ending.exit == 0;
        life.isDoubtful = !life.isKnown;
        if (std::filesystem::exists(world_.at(life.path))) setFlag(world_.at(life.path), true);
        toRelease_.push_back(&life);
    };
    jobs_.start(std::move(job));
}

void Lives::release(Life& life) {
    Job job{"release-agent", world_.agent(life.path)};
    // The kernel calls again where somebody came and went.
    const bool again = std::bernoulli_distribution(0.2)(random_);
    if (again) job.done = [this, &life](const Ending&) { toRelease_.push_back(&life); };
    jobs_.start(std::move(job));
}

void Lives::checkAllLiving(const Snapshot& now, Complaints& complaints) const {
    for (const auto& life : lives_) {
        const bool isRegistered = life->told == Told::ofLiving || life->told == Told::ofEnding;
        if (life->isKnown && isRegistered) checkCreator(*life, now, complaints);
        if (life->isKnown && life->told == Told::kept && !now.has(life->path))
            complaints.push_back(life->path + " was removed, and is kept");
    }
}

void Lives::checkEnd(const Snapshot& now, Complaints& complaints) const {
    for (const auto& life : lives_) {
        if (life->isKnown && life->told == Told::ofLiving) checkCreator(*life, now, complaints);
        if (life->mustStay() && !now.has(life->path)) complaints.push_back(life->path + " was removed");
        if (life->mustGo() && now.has(life->path)) complaints.push_back(life->path + " is still there");
    }
}

std::size_t Lives::toGo(const Snapshot& now) const {
    std::size_t left = 0;
    for (const auto& life : lives_)
        if (life->mustGo() && now.has(life->path)) ++left;
    return left;
}

}  // namespace prune::stepping

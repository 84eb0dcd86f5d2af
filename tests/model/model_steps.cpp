// SPDX-License-Identifier: MIT
// The model: its steps.
#include <algorithm>
#include <utility>

#include "model.h"

namespace prune::model {

namespace {

/// Whether the step's word is a path, and which.
const std::string* pathIn(const Step& step) {
    for (const auto& one : step.words)
        if (one.starts_with('/')) return &one;
    return nullptr;
}

Answer saying(int code) { return {{std::to_string(code)}}; }

}  // namespace

bool Model::canTake(const Step& step) const {
    const auto* path = pathIn(step);
    const auto id = path == nullptr ? 0 : find(*path);
    const bool hasParent = path != nullptr && (parentOf(*path).empty() || find(parentOf(*path)) != 0);
    const auto process = [&](const std::string& name) {
        const auto found = processes_.find(name);
        return found == processes_.end() ? Process() : found->second;
    };
    switch (step.kind) {
        case Kind::make:
            return id == 0 && hasParent;
        case Kind::join:
            return process(step.words[0]).alive;
        case Kind::remove:
            return id != 0 && cgroups_.at(id).tasks.empty() && !hasChildren(id);
        case Kind::rename:
            return id != 0 && find(parentOf(*path) + '/' + step.words[1]) == 0;
        case Kind::start:
            if (process(step.words[0]).alive) return false;
            if (step.words[0] == "n0") return process("n0").life == 0;
            return step.words[0] != "c1" || process("c0").alive;
        case Kind::end:
        case Kind::leave:
            return process(step.words[0]).alive;
        case Kind::enter:
            return id != 0 && process(step.words[0]).alive;
        case Kind::creator:
            return id != 0 && process(step.words[1]).alive;
        case Kind::lock:
            return id != 0 && !cgroups_.at(id).locked;
        case Kind::unlock:
            return id != 0 && cgroups_.at(id).locked;
        case Kind::rmdirs:
            return rmdirsFail_ != (step.words[0] == "fail");
        case Kind::takeOver:
            return isOurs_ != (step.words[0] == "ours");
        case Kind::agent:
        case Kind::lose:
            return !calls_.empty();
        default:
            return path == nullptr || id != 0;
    }
}

Answer Model::take(const Step& step, const Answer& library) {
    unseen_.clear();
    auto answer = step.kind < Kind::join ? Answer() : takeByLibrary(step, library);
    if (step.kind < Kind::join) takeByHand(step);
    for (const auto& path : unseen_) answer.lines.push_back("the kernel calls for " + path);
    return answer;
}

void Model::takeByHand(const Step& step) {
    const auto& words = step.words;
    const auto* path = pathIn(step);
    const auto id = path == nullptr ? 0 : find(*path);
    switch (step.kind) {
        case Kind::make:
            return make(*path, false);
        case Kind::remove:
            return removeCgroup(id);
        case Kind::rename:
            cgroups_.at(id).name = words[1];
            return;
        case Kind::flag:
            cgroups_.at(id).flag = words[1] == "1";
            return;
        case Kind::owner:
            cgroups_.at(id).owner = static_cast<std::uint32_t>(std::stoul(words[1]));
            return;
        case Kind::start:
            return takeStart(words[0]);
        case Kind::end:
            return endProcess(words[0]);
        case Kind::enter:
            return moveTo(words[0], id);
        case Kind::leave:
            return moveTo(words[0], 0);
        case Kind::lock:
        case Kind::unlock:
            cgroups_.at(id).locked = step.kind == Kind::lock;
            return;
        case Kind::rmdirs:
            rmdirsFail_ = words[0] == "fail";
            return;
        case Kind::takeOver:
            isOurs_ = words[0] == "ours";
            return;
        case Kind::spoil: {
            auto& facts = facts_[id];
            (words[1] == "creator" ? facts.creatorSpoilt : facts.delegatedSpoilt) = true;
            if (words[1] == "creator") facts.creator.reset();
            if (words[1] == "delegated") facts.delegated = false;
            return;
        }
        case Kind::clock:
            now_ += std::stoll(words[0]);
            return;
        case Kind::conf:
            conf_ = confNamed(words[0]);
            return;
        default:
            calls_.erase(calls_.begin());
    }
}

void Model::takeStart(const std::string& process) {
    auto& started = processes_[process];
    started.alive = true;
    ++started.life;
}

Answer Model::takeByLibrary(const Step& step, const Answer& library) {
    const auto& words = step.words;
    const auto* path = pathIn(step);
    const auto id = path == nullptr ? 0 : find(*path);
    const bool dry = !words.empty() && words.back() == "dry";
    switch (step.kind) {
        case Kind::join:
            return takeJoin(words[0], words[1]);
        case Kind::keep:
        case Kind::unkeep: {
            auto& mark = words[1] == "root" ? cgroups_.at(id).keptByRoot : cgroups_.at(id).keptByOwner;
            return saying(std::exchange(mark, step.kind == Kind::keep) != (step.kind == Kind::keep) ? 1 : 0);
        }
        case Kind::creator:
            takeCreator(id, words[1]);
            return saying(0);
        case Kind::forget: {
            auto& facts = facts_[id];
            const bool hasAny = facts.creator || facts.creatorSpoilt;
            facts.creator.reset();
            facts.creatorSpoilt = false;
            return saying(hasAny ? 1 : 0);
        }
        case Kind::delegate:
            facts_[id].delegated = true;
            facts_[id].delegatedSpoilt = false;
            cgroups_.at(id).flag = true;
            cgroups_.at(id).owner = static_cast<std::uint32_t>(std::stoul(words[1]));
            return saying(0);
        case Kind::undelegate: {
            auto& facts = facts_[id];
            const bool hasAny = facts.delegated || facts.delegatedSpoilt;
            facts.delegated = facts.delegatedSpoilt = false;
            return saying(hasAny ? 1 : 0);
        }
        case Kind::agent:
            return takeAgent();
        case Kind::release:
            return {{release(id, false, dry).done}};
        case Kind::retry:
            return takeRetry(words[0], dry, library);
        case Kind::sweep:
            return takeSweep(dry);
        default: {
            Answer answer;
            pruneBelow(id, id, dry, answer);
            std::sort(answer.lines.begin(), answer.lines.end());
            return answer;
        }
    }
}

void Model::takeCreator(std::uint64_t id, const std::string& process) {
    const auto decider = process == "c1" ? "c0" : process;
    facts_[id].creator = Creator{decider, processes_[decider].life};
    facts_[id].creatorSpoilt = false;
    if (++registered_ % 64 == 0) dropFactsOfDead();
}

Answer Model::takeAgent() {
    const auto path = calls_.front();
    calls_.erase(calls_.begin());
    const auto id = find(path);
    if (id == 0 || !isOurs_) return {{"nothing"}};
    return {{release(id, true, false).done == "deferred" ? "deferred" : "nothing"}};
}

Answer Model::takeJoin(const std::string& process, const std::string& path) {
    const bool isNew = find(path) == 0;
    if (!parentOf(path).empty() && find(parentOf(path)) == 0) make(parentOf(path), true);
    if (isNew) make(path, true);
    moveTo(process, find(path));
    return saying(isNew ? 1 : 0);
}

}  // namespace prune::model

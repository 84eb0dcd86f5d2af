// SPDX-License-Identifier: MIT
// The model: the kernel's part, what is known, and the verdict.
#include "model.h"

#include <algorithm>

namespace prune::model {

// --- The kernel

std::uint64_t Model::find(const std::string& path) const {
    for (const auto& [id, cgroup] : cgroups_)
        if (pathOf(id) == path) return id;
    return 0;
}

std::string Model::pathOf(std::uint64_t id) const {
    if (id == 0) return "";
    const auto& cgroup = cgroups_.at(id);
    return pathOf(cgroup.parent) + '/' + cgroup.name;
}

bool Model::hasChildren(std::uint64_t id) const {
    return std::any_of(cgroups_.begin(), cgroups_.end(),
                       [id](const auto& one) { return one.second.parent == id; });
}

void Model::make(const std::string& path, bool flag) {
    Cgroup cgroup;
    cgroup.parent = find(parentOf(path));
    cgroup.name = nameOf(path);
    cgroup.flag = flag || cgroup.parent == 0 || cgroups_.at(cgroup.parent).flag;  // the root has it, too
    cgroups_[idOf_(path)] = cgroup;
}

void Model::removeCgroup(std::uint64_t id) {
    const auto parent = cgroups_.at(id).parent;
    cgroups_.erase(id);
    callIfEmpty(parent);
}

/// The kernel calls when the last task has left, or the last child.
void Model::callIfEmpty(std::uint64_t id) {
    if (id == 0) return;
    const auto& cgroup = cgroups_.at(id);
    if (!cgroup.flag || !cgroup.tasks.empty() || hasChildren(id) || !isOurs_) return;
    calls_.push_back(pathOf(id));
    unseen_.insert(pathOf(id));
}

void Model::moveTo(const std::string& process, std::uint64_t id) {
    const auto from = processes_[process].inside;
    if (from == id) return;
    if (id != 0) cgroups_.at(id).tasks.insert(process);
    processes_[process].inside = id;
    if (from == 0) return;
    cgroups_.at(from).tasks.erase(process);
    callIfEmpty(from);
}

void Model::endProcess(const std::string& process) {
    processes_[process].alive = false;
    moveTo(process, 0);
    if (process == "c0" && processes_["c1"].alive) endProcess("c1");  // a container ends with its first
}

// --- What is known, and the verdict

/// Another owner than the parent's. What root owns was handed to nobody.
bool Model::looksHandedOver(std::uint64_t id) const {
    const auto& cgroup = cgroups_.at(id);
    const auto above = cgroup.parent == 0 ? 0 : cgroups_.at(cgroup.parent).owner;
    return cgroup.owner != 0 && cgroup.owner != above;
}

std::string Model::lifeOf(std::uint64_t id) const {
    const auto found = facts_.find(id);
    if (found == facts_.end()) return "none";
    const auto& facts = found->second;
    if (!facts.creator) return facts.creatorSpoilt || facts.delegatedSpoilt ? "unknown" : "none";
    const auto& process = processes_.at(facts.creator->decider);
    if (process.alive && process.life == facts.creator->life) return "alive";
    return facts.creator->decider == "n0" && !tellsNamespaces_ ? "unknown" : "gone";
}

const Rule& Model::ruleOf(std::uint64_t id) const {
    const bool isBelow = cgroups_.at(id).parent != 0 && pathOf(id).starts_with("/a/");
    return conf_.below && isBelow ? *conf_.below : conf_.rule;
}

Model::Verdict Model::verdictOf(std::uint64_t id) const {
    const auto& cgroup = cgroups_.at(id);
    const auto& rule = ruleOf(id);
    if (!cgroup.tasks.empty()) return {"keep", "populated"};
    if (hasChildren(id)) return {"keep", "has-children"};
    if (cgroup.keptByRoot) return {"keep", "kept"};
    if (cgroup.keptByOwner && rule.ownerKeep && !conf_.isBroken) return {"keep", "kept"};
    if (!cgroup.flag) return {"keep", "flag-off"};
    if (conf_.isBroken) return {"defer", "conf-error"};
    const auto verdict = verdictByPolicy(id, rule);
    // What cannot be read may be a reason to stay.
    const bool looksAtFacts = rule.creatorGone || rule.delegated;
    const auto facts = facts_.find(id);
    const bool isSpoilt =
        facts != facts_.end() && (facts->second.creatorSpoilt || facts->second.delegatedSpoilt);
    if (verdict.action == "remove" && looksAtFacts && isSpoilt) return {"defer", "creator-undetermined"};
    return verdict;
}

Model::Verdict Model::verdictByPolicy(std::uint64_t id, const Rule& rule) const {
    const auto facts = facts_.find(id);
    const bool isSpoilt =
        facts != facts_.end() && (facts->second.creatorSpoilt || facts->second.delegatedSpoilt);
    const auto life = lifeOf(id);
    if (rule.never) return {"keep", "policy-never"};
    if (rule.always) return {"remove", "policy-always", true};
    if (rule.delegated && facts != facts_.end() && facts->second.delegated)
        return {"remove", "delegated", true};
    if (rule.creatorGone && life == "alive") return {"defer", "creator-alive"};
    if (rule.creatorGone && (life == "unknown" || isSpoilt)) return {"defer", "creator-undetermined"};
    if (rule.creatorGone && life == "gone") return {"remove", "creator-gone"};
    if (rule.delegated && rule.delegatedByOwner && looksHandedOver(id))
        return {"remove", "delegated-by-owner", true};
    if (!rule.creatorGone) return {"keep", "not-delegated"};
    if (rule.removeUnknown) return {"remove", "unknown-creator", true};
    return {"keep", "keep-unknown-creator"};
}

Seen Model::seen() const {
    Seen seen;
    seen.now = now_;
    for (const auto& path : paths()) {
        const auto id = find(path);
        if (id == 0) continue;
        const auto& cgroup = cgroups_.at(id);
        const auto verdict = verdictOf(id);
        const auto facts = facts_.find(id);
        const bool isDelegated = facts != facts_.end() && facts->second.delegated;
        seen.cgroups.push_back({path, id, !cgroup.tasks.empty(), hasChildren(id), cgroup.flag,
                                cgroup.keptByRoot, cgroup.keptByOwner, isDelegated, looksHandedOver(id),
                                lifeOf(id), verdict.action, verdict.reason, verdict.afterLinger});
    }
    for (const auto& [key, entry] : journal_) seen.entries.push_back({key, entry});
    for (const auto& [id, facts] : facts_) {
        if (facts.creator || facts.creatorSpoilt) seen.facts.push_back(std::to_string(id) + ".creator");
        if (facts.delegated || facts.delegatedSpoilt) seen.facts.push_back(std::to_string(id) + ".delegated");
    }
    std::sort(seen.facts.begin(), seen.facts.end());
    return seen;
}

}  // namespace prune::model

// SPDX-License-Identifier: MIT
// The model: what a release, a retry, a sweep and a prune do.
#include <algorithm>
#include <utility>

#include "model.h"

namespace prune::model {

namespace {

/// Doubling from the first value up to the last.
std::int64_t backoff(const Rule& rule, std::uint64_t looks) {
    auto wait = rule.retryFirst;
    while (looks-- > 0 && wait < rule.retryMax) wait *= 2;
    return std::min(wait, rule.retryMax);
}

}  // namespace

/// By what a cgroup that was only seen empty may go.
bool Model::sweepMayRemove(const Rule& rule, const Verdict& verdict) {
    return rule.sweep || verdict.reason == "creator-gone" || verdict.reason.starts_with("delegated");
}

Model::Came Model::putOff(std::uint64_t id, Entry entry, const std::string& reason, bool dry) {
    entry.reason = reason;
    entry.stuck = reason == "stuck";
    if (!dry) journal_[{cgroups_.at(id).owner, id}] = entry;
    return {"deferred", reason};
}

Model::Came Model::settle(std::uint64_t id, Entry entry, bool dry) {
    const auto verdict = verdictOf(id);
    entry.path = pathOf(id);
    if (!cgroups_.at(id).locked) entry.lockedSince.reset();
    if (verdict.action == "keep") return {"kept", verdict.reason};
    if (verdict.action == "remove") return settleRemoval(id, verdict, entry, dry);
    entry.failingSince.reset();
    entry.due = now_ + backoff(ruleOf(id), entry.looks++);
    return putOff(id, entry, verdict.reason, dry);
}

Model::Came Model::settleRemoval(std::uint64_t id, const Verdict& verdict, Entry entry, bool dry) {
    const auto& rule = ruleOf(id);
    if (entry.swept && !sweepMayRemove(rule, verdict)) return {"kept", "sweep-not-allowed"};

    const auto linger = std::max(verdict.afterLinger ? rule.linger : 0, entry.swept ? rule.sweepLinger : 0);
    if (now_ < entry.since + linger) {
        entry.due = entry.since + linger;
        return putOff(id, entry, entry.swept ? "seen-empty" : "lingering", dry);
    }
    if (cgroups_.at(id).locked) {
        if (!entry.lockedSince) entry.lockedSince = now_;
        entry.due = *entry.lockedSince + kLockPatience;
        if (now_ < entry.due) return putOff(id, entry, "lock-held", dry);
    }
    if (dry) return {"removed", verdict.reason};
    if (rmdirsFail_) {
        if (!entry.failingSince) entry.failingSince = now_;
        const bool isStuck = now_ - *entry.failingSince >= rule.giveUp;
        entry.due = isStuck ? kNeverDue : now_ + backoff(rule, entry.looks++);
        return putOff(id, entry, isStuck ? "stuck" : "removal-failed", dry);
    }
    journal_.erase({cgroups_.at(id).owner, id});
    facts_.erase(id);
    removeCgroup(id);
    return {"removed", verdict.reason};
}

Model::Came Model::release(std::uint64_t id, bool byAgent, bool dry) {
    Entry entry;
    entry.byAgent = byAgent;
    entry.since = now_;
    const auto before = journal_.find({cgroups_.at(id).owner, id});
    if (before != journal_.end()) entry.lockedSince = before->second.lockedSince;
    return settle(id, entry, dry);
}

bool Model::isDue(const Entry& entry, const std::string& which) const {
    if (entry.stuck) return which == "stuck" || which == "now-stuck";
    if (which == "now" || which == "now-stuck" || entry.due <= now_) return true;
    return entry.reason == "conf-error" && !conf_.isBroken;
}

Model::Came Model::retryEntry(EntryKey key, bool dry) {
    const auto entry = journal_.at(key);
    if (entry.byAgent && !isOurs_) {
        if (!dry) journal_.erase(key);
        return {"dropped", ""};
    }
    if (cgroups_.contains(key.id)) return retryLocated(key, dry);
    if (!dry) journal_.erase(key);
    if (!dry) facts_.erase(key.id);
    return {"gone", ""};
}

Model::Came Model::retryLocated(EntryKey key, bool dry) {
    const auto entry = journal_.at(key);
    const auto owner = cgroups_.at(key.id).owner;
    // It changed hands, and a release since then knows better since when it is empty.
    const auto later = journal_.find({owner, key.id});
    if (owner != key.owner && later != journal_.end() && !later->second.swept) {
        if (!dry) journal_.erase(key);
        return {"dropped", ""};
    }
    const auto came = settle(key.id, entry, dry);
    if (!dry && (came.done == "kept" || owner != key.owner)) journal_.erase(key);
    return came;
}

void Model::note(const std::string& path, const Came& came, Answer& answer) {
    answer.lines.push_back(path + ": " + came.done + ' ' + came.reason);
}

/// Of a pass over the journal, what is still there. A cgroup that changed hands can have two entries, which
/// become one in a pass: the library may have counted both.
void Model::checkPending(std::int64_t library, std::size_t twins, Answer& answer) const {
    const auto pending =
        std::count_if(journal_.begin(), journal_.end(), [](const auto& one) { return !one.second.stuck; });
    if (library < pending || library > pending + static_cast<std::int64_t>(twins))
        answer.lines.push_back(std::to_string(pending) + " pending, not " + std::to_string(library));
}

/// In the order in which the library came to them: what would go comes last, after a moment for releases that
/// are on their way.
Answer Model::takeRetry(const std::string& which, bool dry, const Answer& library) {
    Answer answer;
    std::set<EntryKey> due;
    std::set<EntryKey> going;
    std::set<std::uint64_t> ids;
    for (const auto& [key, entry] : journal_) {
        ids.insert(key.id);
        if (!isDue(entry, which)) continue;
        due.insert(key);
        if (retryEntry(key, true).done == "removed") going.insert(key);
    }
    const auto twins = journal_.size() - ids.size();
    bool hasWaited = false;
    for (const auto& key : library.order) {
        if (due.erase(key) == 0 || !journal_.contains(key)) {
            answer.lines.push_back("not due: " + std::to_string(key.id));
            continue;
        }
        // What an entry's twin keeps from going goes once that one was dealt with.
        const bool goes = going.contains(key) || retryEntry(key, true).done == "removed";
        if (goes && !std::exchange(hasWaited, true)) now_ += 100;
        if (hasWaited && !goes) answer.lines.push_back("looked at after the wait");
        const auto path = journal_.at(key).path;
        note(path + " of " + std::to_string(key.owner), retryEntry(key, dry), answer);
    }
    for (const auto& key : due)
        if (journal_.contains(key))
            answer.lines.push_back("due, and not looked at: " + std::to_string(key.id));
    if (!dry) checkPending(library.pending, twins, answer);
    return answer;
}

void Model::dropFactsOfDead() {
    std::erase_if(facts_, [&](const auto& one) { return !cgroups_.contains(one.first); });
}

Answer Model::takeSweep(bool dry) {
    Answer answer;
    int noted = 0;
    for (const auto& [id, cgroup] : cgroups_) {
        const auto& rule = ruleOf(id);
        const auto verdict = verdictOf(id);
        if (verdict.reason == "populated" || verdict.reason == "has-children") continue;
        const auto known = journal_.find({cgroup.owner, id});
        if (verdict.action == "keep" || verdict.reason == "conf-error") {
            note(pathOf(id), {"kept", verdict.reason}, answer);
        } else if (verdict.action == "remove" && !sweepMayRemove(rule, verdict)) {
            note(pathOf(id), {"kept", "sweep-not-allowed"}, answer);
        } else if (known != journal_.end()) {
            note(pathOf(id), {"deferred", known->second.reason}, answer);
        } else {
            Entry entry;
            entry.path = pathOf(id);
            entry.since = now_;
            entry.swept = true;
            entry.due = now_ + std::max(verdict.afterLinger ? rule.linger : 0, rule.sweepLinger);
            note(pathOf(id), putOff(id, entry, "seen-empty", dry), answer);
            ++noted;
        }
    }
    if (!dry) dropFactsOfDead();
    std::sort(answer.lines.begin(), answer.lines.end());
    answer.lines.push_back("noted " + std::to_string(noted));
    return answer;
}

/// Why a prune leaves a cgroup without children; "" where it goes.
std::string Model::whyLeft(std::uint64_t id) const {
    const auto& cgroup = cgroups_.at(id);
    if (!cgroup.tasks.empty()) return "populated";
    if (cgroup.keptByRoot) return "kept";
    if (cgroup.keptByOwner && (conf_.isBroken || ruleOf(id).ownerKeep)) return "kept";
    if (cgroup.locked) return "lock-held";
    const auto facts = facts_.find(id);
    if (facts == facts_.end()) return "";
    if (facts->second.creatorSpoilt || facts->second.delegatedSpoilt) return "creator-undetermined";
    const auto life = lifeOf(id);
    if (life == "alive") return "creator-alive";
    return life == "unknown" ? "creator-undetermined" : "";
}

/// True: it went, or would.
bool Model::pruneBelow(std::uint64_t id, std::uint64_t top, bool dry, Answer& answer) {
    const auto facts = facts_.find(id);
    const bool isDelegated = facts != facts_.end() && facts->second.delegated;
    const auto path = pathOf(id);
    const auto leave = [&](const std::string& done, const std::string& why) {
        note(path, {done, why}, answer);
        return false;
    };
    if (id != top && (isDelegated || looksHandedOver(id))) return leave("kept", "inside-delegation");
    std::vector<std::uint64_t> children;
    for (const auto& [child, cgroup] : cgroups_)
        if (cgroup.parent == id) children.push_back(child);
    bool allWent = true;
    for (const auto child : children) allWent = pruneBelow(child, top, dry, answer) && allWent;
    if (cgroups_.at(id).tasks.empty() && !allWent) return leave("kept", "has-children");
    if (const auto why = whyLeft(id); !why.empty()) return leave("kept", why);
    if (rmdirsFail_ && !dry) return leave("failed", "removal-failed");
    note(path, {"removed", "policy-always"}, answer);
    if (dry) return true;
    journal_.erase({cgroups_.at(id).owner, id});
    facts_.erase(id);
    removeCgroup(id);
    return true;
}

}  // namespace prune::model

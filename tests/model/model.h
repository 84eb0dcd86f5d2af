// SPDX-License-Identifier: MIT
/// The rules of the RFC, of release-agent(8) and of cgprune.conf(5), once more and as short as can be: a few
/// cgroups of one v1 hierarchy, what is known of them, and what a release, a retry or a sweep makes of it. It
/// shares no code with the library, which is compared with it. Nobody else acts in the middle of a step.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "confs.h"
#include "seen.h"
#include "step.h"

namespace prune::model {

class Model {
public:
    /// `idOf`: the id of a cgroup that was just made, as the system under test has numbered it.
    Model(std::function<std::uint64_t(const std::string& path)> idOf, bool tellsNamespaces)
        : idOf_(std::move(idOf)), tellsNamespaces_(tellsNamespaces) {}

    /// Whether the step can be taken now, and makes sense.
    bool canTake(const Step& step) const;
    /// Takes it. `library`: what that said of the same step, for the order of a retry and nothing else.
    Answer take(const Step& step, const Answer& library);
    Seen seen() const;
    /// For which cgroup the kernel's oldest call is that nobody has heard; "": there is none.
    std::string nextCall() const { return calls_.empty() ? "" : calls_.front(); }

private:
    struct Cgroup {
        std::uint64_t parent = 0;  ///< 0: the root
        std::string name;
        std::uint32_t owner = 0;
        bool flag = false;
        bool keptByRoot = false;
        bool keptByOwner = false;
        bool locked = false;
        std::set<std::string> tasks;
    };
    struct Process {
        bool alive = false;
        int life = 0;              ///< its how many-th
        std::uint64_t inside = 0;  ///< the cgroup it is in; 0: the root
    };
    /// By whose end a creator's end is known: that process in that life.
    struct Creator {
        std::string decider;
        int life = 0;
    };
    /// What is remembered of an id. Spoilt: it is there, and cannot be read.
    struct Facts {
        std::optional<Creator> creator;
        bool creatorSpoilt = false;
        bool delegated = false;
        bool delegatedSpoilt = false;
    };
    struct Verdict {
        std::string action;
        std::string reason;
        bool afterLinger = false;
    };
    /// What a release or a retry came to.
    struct Came {
        std::string done;
        std::string reason;
    };

    // The kernel.
    std::uint64_t find(const std::string& path) const;
    std::string pathOf(std::uint64_t id) const;
    bool hasChildren(std::uint64_t id) const;
    void make(const std::string& path, bool flag);
    void removeCgroup(std::uint64_t id);
    void moveTo(const std::string& process, std::uint64_t id);
    void endProcess(const std::string& process);
    void callIfEmpty(std::uint64_t id);

    // What is known, and the verdict.
    bool looksHandedOver(std::uint64_t id) const;
    std::string lifeOf(std::uint64_t id) const;
    const Rule& ruleOf(std::uint64_t id) const;
    Verdict verdictOf(std::uint64_t id) const;
    Verdict verdictByPolicy(std::uint64_t id, const Rule& rule) const;
    static bool sweepMayRemove(const Rule& rule, const Verdict& verdict);

    // What is done.
    Came settle(std::uint64_t id, Entry entry, bool dry);
    Came settleRemoval(std::uint64_t id, const Verdict& verdict, Entry entry, bool dry);
    Came putOff(std::uint64_t id, Entry entry, const std::string& reason, bool dry);
    Came release(std::uint64_t id, bool byAgent, bool dry);
    void checkPending(std::int64_t library, std::size_t twins, Answer& answer) const;
    bool isDue(const Entry& entry, const std::string& which) const;
    Came retryEntry(EntryKey key, bool dry);
    Came retryLocated(EntryKey key, bool dry);
    static void note(const std::string& what, const Came& came, Answer& answer);
    void dropFactsOfDead();
    bool pruneBelow(std::uint64_t id, std::uint64_t top, bool dry, Answer& answer);
    std::string whyLeft(std::uint64_t id) const;

    // The steps that need more than a line.
    Answer takeAgent();
    Answer takeRetry(const std::string& which, bool dry, const Answer& library);
    Answer takeSweep(bool dry);
    Answer takeJoin(const std::string& process, const std::string& path);
    void takeStart(const std::string& process);
    void takeCreator(std::uint64_t id, const std::string& process);
    void takeByHand(const Step& step);
    Answer takeByLibrary(const Step& step, const Answer& library);

    std::function<std::uint64_t(const std::string&)> idOf_;
    bool tellsNamespaces_;
    std::int64_t now_ = 1'000'000;
    Conf conf_ = confNamed("shipped");
    bool rmdirsFail_ = false;
    bool isOurs_ = true;  ///< our agent is in release_agent
    int registered_ = 0;
    std::map<std::uint64_t, Cgroup> cgroups_;
    std::map<std::string, Process> processes_;
    std::map<std::uint64_t, Facts> facts_;
    std::map<EntryKey, Entry> journal_;
    std::vector<std::string> calls_;  ///< of our agent, by the kernel: not heard yet
    std::set<std::string> unseen_;    ///< those of this step, to be compared
};

}  // namespace prune::model

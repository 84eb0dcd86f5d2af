// SPDX-License-Identifier: MIT
/// Cgroups that are made, told of and released, and what has to become of each.
#pragma once

#include <deque>
#include <memory>
#include <random>
#include <vector>

#include "load/job.h"
#include "snapshot.h"

namespace prune::stepping {

/// What somebody says of a cgroup before it is released.
enum class Told { nothing, ofLiving, ofEnding, kept, delegated };

struct Life {
    std::string path;
    Told told = Told::nothing;
    bool isKnown = false;     ///< and was told that it is so
    bool isDoubtful = false;  ///< it was killed, or failed: nobody knows
    bool mustStay() const { return isKnown && !isDoubtful && (told == Told::ofLiving || told == Told::kept); }
    bool mustGo() const { return told == Told::nothing || told == Told::ofEnding || told == Told::delegated; }
};

class Lives {
public:
    /// Of those that stay, `most` of a kind: they are looked at again and again.
    Lives(World& world, Jobs& jobs, std::mt19937_64& random, std::uint64_t most);
    ~Lives();
    Lives(const Lives&) = delete;
    Lives& operator=(const Lives&) = delete;

    /// The next step of some cgroup's life: a program that is started.
    void step();
    /// What must be so while all creators live.
    void checkAllLiving(const Snapshot& now, Complaints& complaints) const;
    /// The creators that end, end.
    void endCreators();
    /// What must be so when all has come to its end.
    void checkEnd(const Snapshot& now, Complaints& complaints) const;
    /// How many are still there that have to go.
    std::size_t toGo(const Snapshot& now) const;

    std::size_t made() const { return lives_.size(); }

private:
    void begin();
    void tell(Life& life);
    void release(Life& life);
    Command commandOf(const Life& life) const;
    Told pickTold();

    World& world_;
    Jobs& jobs_;
    std::mt19937_64& random_;
    std::vector<std::unique_ptr<Life>> lives_;
    std::deque<Life*> toRelease_;
    std::map<Told, std::uint64_t> planned_;
    std::uint64_t most_;
    pid_t ending_ = 0;
};

}  // namespace prune::stepping

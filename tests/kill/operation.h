// SPDX-License-Identifier: MIT
/// The jobs that are killed: what is there before, what is done, how it ends, and what heals it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "snapshot.h"
#include "stepper.h"

namespace prune::stepping {

using Ended = std::function<bool(const Snapshot&)>;

/// What a healing after a kill and the same after an unharmed run have to come to alike.
enum class Alike {
    all,
    outline,  ///< but for what the entries say
    end,      ///< only how it ends
};

/// What is done after the kill.
struct Healing {
    std::string name;
    std::function<void(World&)> act;
    Alike alike = Alike::all;
    Ended ended;
};

struct Operation {
    std::string name;
    std::function<void(World&)> prepare;
    std::function<Command(World&)> act;
    Ended ended;                      ///< how it ends unharmed
    std::vector<Healing> healings{};  ///< besides the same once more
    Who who = Who::program;
    bool leavesLitter = false;  ///< killed, it can leave what is known of the gone, until a retry and a sweep
};

/// Conf by which what may go goes at once, by an agent and by a sweep.
inline constexpr const char* kAtOnce = "linger = 0\nsweep = yes\nsweep-linger = 0\n";

/// What the kernel runs for the target.
Command releaseTarget(World& world);

/// Runs a verb; whatever it exits with, what it came to is looked at.
void cgprune(World& world, const std::vector<std::string>& words);

std::vector<Operation> releaseOperations();
std::vector<Operation> drainOperations();
std::vector<Operation> retryOperations();
std::vector<Operation> sweepOperations();
std::vector<Operation> factOperations();
std::vector<Operation> enableOperations();

/// What a sweep, with the looks that it asks for, makes of what nobody heard.
Healing bySweep(Ended ended);

/// What Snapshot calls the fact of World::leaveLitter().
inline constexpr const char* kLitter = "no cgroup.creator";

// Ends, by what has become of the target.
bool isGone(const Snapshot& snapshot);    ///< and nothing is remembered of it
bool isPutOff(const Snapshot& snapshot);  ///< it is in the journal
bool isKept(const Snapshot& snapshot);    ///< it is there, and not in the journal

}  // namespace prune::stepping

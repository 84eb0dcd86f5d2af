// SPDX-License-Identifier: MIT
/// Programs that run beside each other, each of them perhaps killed at some moment.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "world.h"

namespace prune::stepping {

using Clock = std::chrono::steady_clock;

/// How a job ended.
struct Ending {
    bool killed = false;
    int exit = 0;  ///< where it was not killed
    std::string said{};
};

struct Job {
    std::string kind;  ///< what it is counted as
    Command command;
    bool mayBeKilled = true;
    std::function<void(const Ending&)> done = [](const Ending&) {};
};

struct JobCounts {
    std::uint64_t runs = 0;
    std::uint64_t kills = 0;
};

class Jobs {
public:
    Jobs(World& world, std::mt19937_64& random) : world_(world), random_(random) {}

    void start(Job job);
    std::size_t running() const { return running_.size(); }
    /// Kills whose moment has come, and sees to those that have ended. Drainers are found on the way.
    void look();
    /// Kills nothing more, and waits for all; drainers are told to end.
    void finish();

    std::uint64_t kills() const;
    const std::map<std::string, JobCounts>& counts() const { return counts_; }

private:
    struct Running {
        Job job;
        pid_t pid = 0;
        std::string saidTo{};
        std::optional<Clock::time_point> killAt{};
    };

    /// When to kill it.
    Clock::time_point pickMoment(std::chrono::microseconds within);
    void findDrainers();
    void ended(std::list<Running>::iterator at, int status);

    World& world_;
    std::mt19937_64& random_;
    std::list<Running> running_;
    std::map<std::string, JobCounts> counts_;
    std::uint64_t started_ = 0;
};

}  // namespace prune::stepping

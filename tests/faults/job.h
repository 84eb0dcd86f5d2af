// SPDX-License-Identifier: MIT
/// The jobs that are tried: what is there before, what is done, and what may go by it.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "host.h"

namespace prune::faults {

struct Job {
    std::string name;
    std::function<void(Host&)> prepare = [](Host&) {};
    /// Does it, as a process of its own would; an error is what its user is told.
    std::function<Status(Context&, Host&)> act;
    std::set<std::string> mayGo{};  ///< cgroups that it may remove
    /// Whoever started it starts it once more: it then does what a fault has kept it from.
    bool isAskedAgain = false;
    bool forgets = false;  ///< it drops a fact or a mark
};

/// What can be asked for: "release", "drain" and so on.
std::vector<std::string> allParts();
/// The jobs of a part; none: there is no such part.
std::vector<Job> jobsOf(const std::string& part);

std::vector<Job> releaseJobs();
std::vector<Job> waitingJobs();
std::vector<Job> verbJobs();
std::vector<Job> passJobs(const std::string& part);
std::vector<Job> factJobs();
std::vector<Job> watchJobs();

/// What a release-agent does that the kernel calls.
Status releaseAs(Context& context, const std::string& agent, const std::string& path);

/// Everything is in the journal, as an agent that may not remove would leave it.
void putAllOff(Host& host);

/// Reads the conf as the verbs do: one with an error ends them.
Status readGoodConf(Context& context);

/// One pass of a drainer: the sweeps that are asked for, what is due, and litter. No other sweep: what nobody
/// asked for is not found again.
void passOfDrainer(System& system);

}  // namespace prune::faults

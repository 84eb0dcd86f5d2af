// SPDX-License-Identifier: MIT
/// One job with one fault, then what heals it: what has to hold, whatever failed.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "fault.h"
#include "faulty_system.h"
#include "job.h"

namespace prune::faults {

/// What a job came to.
struct Ran {
    std::vector<FaultySystem::Made> calls;
    bool happened = false;
    bool ranAway = false;
    Snapshot before;
    Snapshot after;                       ///< the job
    Snapshot healed;                      ///< the next run, and passes of a drainer
    std::string told;                     ///< the error that its user got
    std::vector<std::string> complaints;  ///< in the log
    std::vector<std::string> left;        ///< descriptors that are open, halves of files
    bool toldToSweep = false;  ///< the log says that no sweep could be asked for: people run one then
};

Ran run(const Job& job, const Fault& fault);

/// A job without a fault.
struct Unharmed {
    Ran ran;
    /// What is there after healing, by which sweeps are asked for besides once it is done, once or twice. A
    /// fault can be healed by a sweep, which then finds more than the job is about.
    std::multimap<std::set<std::string>, Snapshot> healed;
};
Unharmed runUnharmed(const Job& job);

/// What is wrong with it, beside the same without a fault. None: all is well.
std::vector<std::string> judge(const Job& job, const Ran& ran, const Unharmed& unharmed, const Fault& fault);

}  // namespace prune::faults

// SPDX-License-Identifier: MIT
/// One job with one fault, then what heals it: what has to hold, whatever failed.
#pragma once

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
    Snapshot healed;                      ///< the next run, and passes over all
    std::string told;                     ///< the error that its user got
    std::vector<std::string> complaints;  ///< in the log
    std::vector<std::string> left;        ///< descriptors that are open, halves of files
};

Ran run(const Job& job, const Fault& fault);

/// What is wrong with it, beside the same without a fault. None: all is well.
std::vector<std::string> judge(const Job& job, const Ran& ran, const Ran& unharmed, const Fault& fault);

}  // namespace prune::faults

// SPDX-License-Identifier: MIT
// fault-trials PART...: each call of each job fails with each errno that it can give. Says what went wrong,
// and how many faults were tried; exit 1 if anything did, 2 for wrong use.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "base/text.h"
#include "trial.h"

namespace {

using namespace prune;
using namespace prune::faults;

struct Count {
    std::size_t calls = 0;
    std::size_t faults = 0;
    std::size_t failed = 0;
};

void tell(const Job& job, const FaultySystem::Made& call, const Fault& fault, const std::string& what) {
    fmt::print("not ok: {}, call {}, {} {}, {}: {}\n", job.name, fault.number, call.name, call.arguments,
               fault.text(), what);
}

void tryAll(const Job& job, Count& count) {
    const auto unharmed = runUnharmed(job);
    count.calls += unharmed.ran.calls.size();
    for (const auto& what : judge(job, unharmed.ran, unharmed, {})) {
        ++count.failed;
        fmt::print("not ok: {}, without a fault: {}\n", job.name, what);
    }
    // Every day of calls that are the same the first; a walk makes hundreds.
    const bool all = std::getenv("CGPRUNE_FULL") != nullptr;
    std::set<std::string> seen;
    int number = 0;
    for (const auto& call : unharmed.ran.calls) {
        ++number;
        const bool isNew = seen.insert(call.name + ' ' + call.arguments).second;
        if (!all && !isNew) continue;
        for (const auto& fault : faultsOf(number, call.name)) {
            const auto ran = run(job, fault);
            if (!ran.happened) continue;
            ++count.faults;
            const auto wrong = judge(job, ran, unharmed, fault);
            if (!wrong.empty()) ++count.failed;
            for (const auto& what : wrong) tell(job, call, fault, what);
        }
    }
}

int tryParts(const std::vector<std::string>& parts) {
    Count all;
    for (const auto& part : parts)
        for (const auto& job : jobsOf(part)) {
            Count count;
            tryAll(job, count);
            fmt::print("{}: {} calls, {} faults tried, {} failed\n", job.name, count.calls, count.faults,
                       count.failed);
            all.faults += count.faults;
            all.failed += count.failed;
        }
    fmt::print("in all {} faults tried, {} failed\n", all.faults, all.failed);
    return all.faults > 0 && all.failed == 0 ? 0 : 1;
}

/// True, and said: there is no part, or one that nobody knows.
bool isWrongUse(const std::vector<std::string>& parts) {
    std::string usage = "usage: fault-trials PART...; each PART is one of:";
    for (const auto& part : allParts()) usage += ' ' + part;
    std::string unknown;
    for (const auto& part : parts)
        if (jobsOf(part).empty()) unknown += "fault-trials: there is no part " + escapeForPeople(part) + '\n';
    if (!parts.empty() && unknown.empty()) return false;
    std::fprintf(stderr, "%s%s\n", unknown.c_str(), usage.c_str());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> parts(argv + 1, argv + argc);
        return isWrongUse(parts) ? 2 : tryParts(parts);
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "fault-trials: %s\n", problem.what());
        return 2;
    }
}

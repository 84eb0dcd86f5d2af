// SPDX-License-Identifier: MIT
#include "trial.h"

#include <cerrno>

namespace prune::faults {

namespace {

constexpr int kLaterProcess = 6'000;

std::string act(const Job& job, System& system, Host& host) {
    Log log(system, "faults");
    Context context{system, log, {}};
    const auto done = job.act(context, host);
    return done.ok() ? "" : done.error().text();
}

/// The process that the fault hit has ended; others go on, for as long as any wait can be.
void heal(const Job& job, Host& host) {
    constexpr int kPasses = 6;
    constexpr std::int64_t kLonger = 1'200'000;
    host.kernel.setProcessId(kLaterProcess);
    if (job.isAskedAgain) act(job, host.tasks, host);
    for (int pass = 0; pass < kPasses; ++pass) {
        passOverAll(host.tasks);
        host.kernel.advance(kLonger);
    }
}

std::string nameOf(const std::string& key) { return key.substr(key.find(' ') + 1); }

void compare(const Snapshot& is, const Snapshot& shouldBe, std::vector<std::string>& wrong) {
    for (const auto& [key, value] : shouldBe)
        if (!is.contains(key) || is.at(key) != value) wrong.push_back("after healing, lost or other: " + key);
    for (const auto& [key, value] : is)
        if (!shouldBe.contains(key)) wrong.push_back("after healing, too much: " + key);
}

std::string difference(const Snapshot& is, const Snapshot& shouldBe) {
    std::string text;
    for (const auto& [key, value] : shouldBe)
        if (!is.contains(key) || is.at(key) != value) text += " not " + key;
    for (const auto& [key, value] : is)
        if (!shouldBe.contains(key)) text += " but " + key;
    return text;
}

/// That somebody else holds a lock is an outcome.
bool isAnOutcome(const Ran& ran, const Fault& fault) {
    if (fault.number == 0) return true;
    return fault.code == EAGAIN && ran.calls[static_cast<std::size_t>(fault.number) - 1].name == "lockFd";
}

/// One look that failed: what it was about is looked at once more at the next pass, as the journal says.
bool isOnlyPutOff(const Snapshot& is, const Snapshot& shouldBe, const Fault& fault) {
    if (fault.kind != Kind::once) return is == shouldBe;
    for (const auto& [key, value] : shouldBe)
        if (!is.contains(key) || is.at(key) != value) return false;
    std::size_t cgroups = 0;
    std::size_t entries = 0;
    for (const auto& [key, value] : is) {
        if (shouldBe.contains(key)) continue;
        if (key.starts_with("cgroup ")) ++cgroups;
        if (key.starts_with("entry ")) ++entries;
    }
    return entries >= cgroups;
}

/// Nothing may be gone but what the job is about.
void findLost(const Job& job, const Ran& ran, std::vector<std::string>& wrong) {
    for (const auto& [key, value] : ran.before) {
        if (ran.after.contains(key)) continue;
        const bool isCgroup = key.starts_with("cgroup ");
        if (isCgroup && !job.mayGo.contains(nameOf(key))) wrong.push_back("removed: " + key);
        const bool mayDrop = !job.mayGo.empty() || job.forgets;
        if (!isCgroup && !mayDrop) wrong.push_back("lost: " + key);
    }
}

}  // namespace

Ran run(const Job& job, const Fault& fault) {
    Host host;
    job.prepare(host);
    Ran ran;
    ran.before = snapshotOf(host);
    const auto open = host.kernel.openFds();
    {
        FaultySystem system(host.tasks, fault);
        ran.told = act(job, system, host);
        ran.calls = system.calls();
        ran.happened = system.happened();
        ran.ranAway = system.ranAway();
    }
    ran.complaints = complaints(host);
    ran.after = snapshotOf(host);
    if (host.kernel.openFds() != open)
        for (const auto& path : host.kernel.openPaths()) ran.left.push_back("a descriptor of " + path);
    heal(job, host);
    ran.healed = snapshotOf(host);
    for (const auto& path : temporaries(host)) ran.left.push_back("a half of a file: " + path);
    return ran;
}

std::vector<std::string> judge(const Job& job, const Ran& ran, const Ran& unharmed, const Fault& fault) {
    std::vector<std::string> wrong;
    if (ran.ranAway) wrong.push_back("went round and round");
    findLost(job, ran, wrong);
    compare(ran.healed, unharmed.healed, wrong);
    for (const auto& what : ran.left) wrong.push_back("left open or lying: " + what);
    const bool isSaid = !ran.told.empty() || ran.complaints.size() > unharmed.complaints.size();
    if (!isSaid && !isAnOutcome(ran, fault) && !isOnlyPutOff(ran.after, unharmed.after, fault))
        wrong.push_back("came to something else, and said nothing:" + difference(ran.after, unharmed.after));
    return wrong;
}

}  // namespace prune::faults

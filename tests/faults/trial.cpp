// SPDX-License-Identifier: MIT
#include "trial.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.h"

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

/// "freezer" and "/run/cgprune/next-due" of "AT_FDCWD '/run/cgprune/next-due' RDWR".
std::vector<std::string> namesIn(std::string_view arguments) {
    std::vector<std::string> names;
    while (arguments.find('\'') != std::string_view::npos) {
        cutField(arguments, '\'');
        const auto name = cutField(arguments, '\'');
        if (!name.empty() && name != ".") names.emplace_back(name);
    }
    return names;
}

/// It says why the call failed, or names what it was about. The log's lines have blanks escaped.
bool tellsOf(const std::string& message, const Fault& fault, const FaultySystem::Made& call) {
    const auto holds = [&](const std::string& text) {
        return message.find(text) != std::string::npos || message.find(escape(text)) != std::string::npos;
    };
    if (fault.kind != Kind::part && holds(std::strerror(fault.code))) return true;
    const auto names = namesIn(call.arguments);
    return std::any_of(names.begin(), names.end(), holds);
}

/// Its user is told of it, or the log has a line about it that is not there without the fault.
bool isSaid(const Ran& ran, const Ran& unharmed, const Fault& fault) {
    const auto& call = ran.calls[static_cast<std::size_t>(fault.number) - 1];
    if (tellsOf(ran.told, fault, call)) return true;
    auto usual = unharmed.complaints;
    for (const auto& line : ran.complaints) {
        const auto known = std::find(usual.begin(), usual.end(), line);
        if (known != usual.end())
            usual.erase(known);
        else if (tellsOf(line, fault, call))
            return true;
    }
    return false;
}

std::string saidInstead(const Ran& ran) {
    std::string text = ran.told.empty() ? "" : "; told: " + ran.told;
    for (const auto& line : ran.complaints) text += "; logged: " + line;
    return text;
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
    if (isAnOutcome(ran, fault) || isOnlyPutOff(ran.after, unharmed.after, fault)) return wrong;
    if (!isSaid(ran, unharmed, fault))
        wrong.push_back("came to something else, and did not say what failed:" +
                        difference(ran.after, unharmed.after) + saidInstead(ran));
    return wrong;
}

}  // namespace prune::faults

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
const std::set<std::string> kAll = {kFreezer, kUnified};

std::string act(const Job& job, System& system, Host& host) {
    Log log(system, "faults");
    Context context{system, log, {}};
    const auto done = job.act(context, host);
    return done.ok() ? "" : done.error().text();
}

/// Those that are asked for besides.
struct Sweeps {
    std::set<std::string> of{};
    int times = 0;
};

/// The log says that somebody has to look, and that this could not be noted.
bool isToldToSweep(const std::vector<std::string>& complaints) {
    return std::any_of(complaints.begin(), complaints.end(), [](const std::string& line) {
        return line.find("sweep-needed=") != std::string::npos &&
               line.find("sweep-needed=set") == std::string::npos;
    });
}

/// The process that the fault hit has ended; others go on, for as long as any wait can be. No sweep that
/// nobody asked for: that would find what was lost.
void heal(const Job& job, Host& host, const Sweeps& sweeps) {
    constexpr int kPasses = 9;
    constexpr int kPassesOfASweep = 3;  // and until all that it noted is done
    constexpr std::int64_t kLonger = 1'200'000;
    host.kernel.setProcessId(kLaterProcess);
    if (job.isAskedAgain) act(job, host.tasks, host);
    for (int pass = 0; pass < kPasses; ++pass) {
        if (pass % kPassesOfASweep == 0 && pass / kPassesOfASweep < sweeps.times)
            askForSweeps(host, sweeps.of);
        host.callAgents();
        passOfDrainer(host.tasks);
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

/// It says why the call failed, or names what it was about. The log's lines have blanks escaped. A file that
/// took only a part is told as EIO. Of a creator whose life cannot be told it is said by which way, not why
/// that failed.
bool tellsOf(const std::string& message, const Fault& fault, const FaultySystem::Made& call) {
    const auto holds = [&](const std::string& text) {
        return message.find(text) != std::string::npos || message.find(escape(text)) != std::string::npos;
    };
    if (holds(std::strerror(fault.kind == Kind::part ? EIO : fault.code))) return true;
    if (call.name == "openPidfd" && holds("msg=creator-undetermined")) return true;
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

/// Nothing may be gone but what the job is about. Whether sweeps are lost shows when all is healed.
void findLost(const Job& job, const Ran& ran, std::vector<std::string>& wrong) {
    for (const auto& [key, value] : ran.before) {
        if (ran.after.contains(key) || key.starts_with("sweep-")) continue;
        const bool isCgroup = key.starts_with("cgroup ");
        if (isCgroup && !job.mayGo.contains(nameOf(key))) wrong.push_back("removed: " + key);
        const bool mayDrop = !job.mayGo.empty() || job.forgets;
        if (!isCgroup && !mayDrop) wrong.push_back("lost: " + key);
    }
}

Ran runAndAsk(const Job& job, const Fault& fault, Sweeps sweeps) {
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
    ran.toldToSweep = isToldToSweep(ran.complaints);
    if (fault.number != 0 && ran.toldToSweep) sweeps = {kAll, 1};
    heal(job, host, sweeps);
    ran.healed = snapshotOf(host);
    for (const auto& path : temporaries(host)) ran.left.push_back("a half of a file: " + path);
    return ran;
}

/// As without the fault, had the sweeps that it left behind been asked for, or more: it can have swept
/// itself.
void findUnhealed(const Ran& ran, const Unharmed& unharmed, std::vector<std::string>& wrong) {
    const auto asked = ran.toldToSweep ? kAll : sweepsIn(ran.after);
    for (const auto& [sweeps, healed] : unharmed.healed)
        if (std::includes(sweeps.begin(), sweeps.end(), asked.begin(), asked.end()) && ran.healed == healed)
            return;
    const auto reference = unharmed.healed.find(asked);
    if (reference == unharmed.healed.end())
        wrong.emplace_back("asks for a sweep of what it is not about");
    else
        compare(ran.healed, reference->second, wrong);
}

}  // namespace

Ran run(const Job& job, const Fault& fault) { return runAndAsk(job, fault, {}); }

Unharmed runUnharmed(const Job& job) {
    Unharmed unharmed;
    unharmed.ran = run(job, {});
    unharmed.healed.emplace(std::set<std::string>(), unharmed.ran.healed);
    for (const auto& of : {std::set<std::string>{kFreezer}, std::set<std::string>{kUnified}, kAll})
        for (const int times : {1, 2}) unharmed.healed.emplace(of, runAndAsk(job, {}, {of, times}).healed);
    return unharmed;
}

std::vector<std::string> judge(const Job& job, const Ran& ran, const Unharmed& unharmed, const Fault& fault) {
    std::vector<std::string> wrong;
    if (ran.ranAway) wrong.push_back("went round and round");
    if (fault.number == 0 && !ran.told.empty()) wrong.push_back("told: " + ran.told);
    findLost(job, ran, wrong);
    findUnhealed(ran, unharmed, wrong);
    for (const auto& what : ran.left) wrong.push_back("left open or lying: " + what);
    if (isAnOutcome(ran, fault) || isOnlyPutOff(ran.after, unharmed.ran.after, fault)) return wrong;
    if (!isSaid(ran, unharmed.ran, fault))
        wrong.push_back("came to something else, and did not say what failed:" +
                        difference(ran.after, unharmed.ran.after) + saidInstead(ran));
    return wrong;
}

}  // namespace prune::faults

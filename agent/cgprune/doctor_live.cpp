// SPDX-License-Identifier: MIT
// cgprune doctor --live: makes cgroups and sees them go, in all enabled hierarchies at once.
#include <algorithm>
#include <csignal>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/doctor.h"
#include "cgprune/host.h"
#include "cgprune/live_probe.h"
#include "cgprune/words.h"
#include "watch/watch_lock.h"

namespace prune {

namespace {

constexpr std::int64_t kProbePatienceMs = 10'000;  // beyond linger
constexpr std::int64_t kLongestLingerMs = 30'000;  // that is waited for
constexpr int kProbeStepMs = 20;
constexpr int kEndingSignals[] = {SIGHUP, SIGINT, SIGTERM};

/// While it lives, signals that would end us wait, so that the cgroups can be removed first.
class SignalsHeld {
public:
    SignalsHeld() {
        sigemptyset(&held_);
        for (const int signal : kEndingSignals) {
            struct sigaction now {};
            const bool isIgnored = sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
            if (!isIgnored) sigaddset(&held_, signal);
        }
        sigprocmask(SIG_BLOCK, &held_, &before_);
    }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;
    ~SignalsHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

    bool isAnyWaiting() const {
        sigset_t waiting{};
        sigpending(&waiting);
        return std::any_of(std::begin(kEndingSignals), std::end(kEndingSignals), [&](int signal) {
            return sigismember(&held_, signal) == 1 && sigismember(&waiting, signal) == 1;
        });
    }

private:
    sigset_t held_{};
    sigset_t before_{};
};

struct Waiting {
    LiveProbe probe;
    std::string rule;
    std::int64_t lingerMs = 0;

    bool isTooLong() const { return lingerMs > kLongestLingerMs; }
    std::int64_t patienceMs() const { return kProbePatienceMs + (isTooLong() ? 0 : lingerMs); }
};

/// Where to make a cgroup on v2 that a rule reaches: the folder that a rule's path begins with.
std::vector<std::string> unifiedParents(const Conf& conf) {
    std::vector<std::string> parents;
    for (const auto& rule : conf.rules) {
        if (std::find(rule.hierarchies.begin(), rule.hierarchies.end(), kUnifiedName) ==
            rule.hierarchies.end())
            continue;
        const auto wild = rule.path.find('*');
        const auto literal =
            rule.path.substr(0, wild == std::string::npos ? wild : rule.path.rfind('/', wild));
        if (const auto path = unescape(literal); path && !path->empty()) parents.push_back(*path);
    }
    return parents;
}

/// True where the removal of a child would not have it go too.
bool isSafeParent(Examination& examination, const OpenHierarchy& hierarchy, const std::string& path) {
    const auto parsed = CgroupPath::parse(path);
    if (!parsed.ok()) return false;
    const auto opened = openCgroup(examination.system, hierarchy.root.get(), parsed.value());
    if (!opened.ok() || !opened.value()) return false;
    const auto judgement = judge(examination.context, {hierarchy, *opened.value(), path});
    return judgement.ok() && judgement.value() && judgement.value()->verdict.action == Action::keep;
}

/// "" where none will do, and that was said.
std::string unifiedParent(Examination& examination, const OpenHierarchy& hierarchy) {
    for (const auto& parent : unifiedParents(examination.context.conf))
        if (isSafeParent(examination, hierarchy, parent)) return parent;
    examination.warn("on cgroup v2 no rule names a folder that is there and stays, so nothing was tried",
                     "make the folder that a rule with hierarchy = unified begins with, and try again");
    return {};
}

/// Nothing: it cannot be tried there, which was said.
std::optional<Waiting> begin(Examination& examination, const OpenHierarchy& hierarchy,
                             const std::string& parent) {
    auto made = LiveProbe::make(examination.system, hierarchy, parent);
    if (!made.ok()) return examination.add(Health::warning, made.error()), std::nullopt;
    Waiting waiting{std::move(made.value()), {}};
    const auto judgement = waiting.probe.judgeNow(examination.context);
    if (!judgement.ok()) return examination.add(Health::warning, judgement.error()), std::nullopt;
    if (!judgement.value()) {
        examination.warn(waiting.probe.name() + " was removed by somebody else at once",
                         "find out who removes empty cgroups there");
        return std::nullopt;
    }
    const auto& rule = ruleOrDefault(examination.context, *judgement.value());
    const auto& verdict = judgement.value()->verdict;
    waiting.rule = ruleText(rule);
    waiting.lingerMs = verdict.afterLinger ? rule.lingerMs : 0;
    if (verdict.action != Action::remove) {
        examination.warn(fmt::format("by rule {} {} stays ({}), so nothing was tried", waiting.rule,
                                     waiting.probe.name(), word(verdict.reason)),
                         "change the conf if it should go: cgprune.conf(5)");
        return std::nullopt;
    }
    if (auto status = waiting.probe.populate(); !status.ok())
        return examination.add(Health::warning, status.error()), std::nullopt;
    return waiting;
}

/// It is still there, and its time is over.
void tellFailure(Examination& examination, const Waiting& waiting, const std::string& journaled) {
    const auto& about = waiting.probe.hierarchy().about;
    const auto what = fmt::format("{} is still there, {} after its process ended", waiting.probe.name(),
                                  duration(waiting.probe.emptyForMs()));
    if (!journaled.empty())
        return examination.warn(
            what + ": the agent was called and put it off (" + escapeForPeople(journaled) + ')',
            "see whether a drainer runs (cgprune status); with drainer = no run cgprune retry by a timer");
    examination.fault(
        what + (about.unified ? ": cgprune watch did nothing" : ": the kernel ran no agent, or it failed"),
        "mend the faults and warnings above; look for release-agent and cgprune in the system's log");
}

/// True: it is settled, and was told.
bool settled(Examination& examination, const Waiting& waiting) {
    const auto& probe = waiting.probe;
    const auto journaled = probe.journaledFor();
    const auto after = duration(probe.emptyForMs());
    if (probe.isGone()) {
        examination.ok(fmt::format("{} went {} after its process ended (rule {}, linger {})", probe.name(),
                                   after, waiting.rule, duration(waiting.lingerMs)));
        return true;
    }
    if (waiting.isTooLong() && !journaled.empty()) {
        examination.ok(fmt::format(
            "{}: {} after its process ended the agent put it off ({}); the linger of "
            "rule {} is {}, so its end was not waited for",
            probe.name(), after, escapeForPeople(journaled), waiting.rule, duration(waiting.lingerMs)));
        return true;
    }
    if (probe.emptyForMs() < waiting.patienceMs()) return false;
    tellFailure(examination, waiting, journaled);
    return true;
}

std::vector<Waiting> beginAll(Examination& examination, const SignalsHeld& signals) {
    std::vector<Waiting> all;
    for (const auto& hierarchy : examination.hierarchies) {
        if (signals.isAnyWaiting()) break;
        std::string parent = "/";
        if (hierarchy.about.unified) {
            if (!isWatched(examination.system, kUnifiedName)) continue;
            parent = unifiedParent(examination, hierarchy);
            if (parent.empty()) continue;
        } else {
            const auto agent = agentOf(examination.system, hierarchy);
            if (!agent.ok() || agent.value().kind != AgentKind::ours) continue;
        }
        if (auto waiting = begin(examination, hierarchy, parent)) all.push_back(std::move(*waiting));
    }
    return all;
}

}  // namespace

void runLive(Examination& examination) {
    if (whyContainer(examination.system))
        return examination.fault("in a container nothing can be tried: the kernel runs the agent on the host",
                                 "run it on the host");
    const auto before = examination.findings.size();
    const SignalsHeld signals;
    auto waiting = beginAll(examination, signals);
    if (waiting.empty() && examination.findings.size() == before)
        return examination.fault("nothing is enabled, so there is nothing to try",
                                 "cgprune enable HIERARCHY; on cgroup v2 start cgprune watch");
    while (!waiting.empty() && !signals.isAnyWaiting()) {
        std::vector<Waiting> left;
        for (auto& one : waiting)
            if (!settled(examination, one)) left.push_back(std::move(one));
        waiting = std::move(left);
        if (!waiting.empty()) examination.system.sleepFor(kProbeStepMs);
    }
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune sweep: looks for empty cgroups whose release was never heard.
#include "prune/sweep.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/outcome_text.h"
#include "cgprune/progress.h"
#include "cgprune/retry_report.h"
#include "cgprune/start_drainer.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "prune/retry.h"
#include "store/state_folder.h"

namespace prune {

namespace {

class SweepReport final : public CgroupListener {
public:
    SweepReport(Session& session, std::string hierarchy)
        : session_(session), hierarchy_(std::move(hierarchy)), progress_(session.system, session.out) {}

    bool onCgroup(std::string_view path, const Outcome& outcome) override {
        progress_.at(hierarchy_ + ": " + counted(++found_, "empty cgroup"));
        if (outcome.done == Done::gone) return true;
        const auto now = session_.system.bootTimeMs();
        if (outcome.done == Done::deferred) firstDueMs_ = std::min(firstDueMs_, outcome.dueMs);
        Json object = {{"hierarchy", hierarchy_}, {"cgroup", escapeForPeople(path)}};
        addOutcome(object, outcome, now);
        session_.out.say(fmt::format("{} of {}: {}{}", escapeForPeople(path), hierarchy_,
                                     session_.dryRun ? "would be " : "", outcomeText(outcome, now)),
                         object);
        return true;
    }

    /// Then nothing more is told.
    void end() { progress_.end(); }
    /// When the first of them is looked at again; kNever if none is.
    std::int64_t firstDueMs() const { return firstDueMs_; }

private:
    Session& session_;
    std::string hierarchy_;
    Progress progress_;
    std::uint64_t found_ = 0;
    std::int64_t firstDueMs_ = kNever;
};

bool anyRuleReachesUnified(const Conf& conf) {
    return std::any_of(conf.rules.begin(), conf.rules.end(), [](const Rule& rule) {
        const auto& names = rule.hierarchies;
        return std::find(names.begin(), names.end(), kUnifiedName) != names.end();
    });
}

/// Those that nobody named: where our agent is, and v2 where a rule is about it.
Result<std::vector<std::string>> defaultNames(Session& session, const Conf& conf) {
    const auto all = mountedHierarchies(session.system);
    if (!all.ok()) return all.error();
    std::vector<std::string> names;
    for (const auto& hierarchy : all.value()) {
        if (hierarchy.unified) {
            if (anyRuleReachesUnified(conf)) names.push_back(hierarchy.name);
            continue;
        }
        const auto open = openHierarchy(session.system, hierarchy);
        const auto agent =
            open.ok() ? agentOf(session.system, open.value()) : Result<AgentText>(open.error());
        if (!agent.ok()) session.out.problem(agent.error().text());
        if (agent.ok() && agent.value().kind == AgentKind::ours) names.push_back(hierarchy.name);
    }
    return names;
}

void printSummary(Session& session, const std::string& name, const SweepResult& result,
                  std::int64_t firstDueMs) {
    const auto now = session.system.bootTimeMs();
    session.out.say(fmt::format("{}: looked at {}: {} noted, {} noted before, {} kept, {} failed", name,
                                counted(result.looked, "cgroup"), result.noted, result.waiting, result.kept,
                                result.failed),
                    {{"hierarchy", name},
                     {"dry-run", session.dryRun},
                     {"looked", result.looked},
                     {"noted", result.noted},
                     {"waiting", result.waiting},
                     {"kept", result.kept},
                     {"failed", result.failed},
                     {"second-look-in-ms", firstDueMs == kNever ? Json() : Json(firstDueMs - now)}});
    if (result.noted > 0)
        session.out.line(
            fmt::format("{}: nothing is removed at first sight, it may have been made just now; the second "
                        "look is due {}",
                        name, dueText(firstDueMs, now)));
}

/// What is due of earlier sweeps first, then the walk.
int sweepOne(Session& session, Context& context, const std::string& name, bool drainer) {
    const auto open = openNamed(session.system, name);
    if (!open.ok()) return session.out.problem(open.error().text()), kFailed;
    RetryReport retried(session);
    RetryOptions options;
    options.onlyHierarchy = name;
    options.listener = &retried;
    const auto retry = retryDue(context, options);
    retried.end();

    SweepReport report(session, escapeForPeople(name));
    SweepOptions sweeping;
    sweeping.listener = &report;
    const auto result = sweepNow(context, open.value(), sweeping);
    report.end();
    if (!result.ok()) return session.out.problem(result.error().text()), kFailed;
    printSummary(session, escapeForPeople(name), result.value(), report.firstDueMs());
    if (drainer && result.value().noted > 0) startDrainerFor(session, context, name);
    return result.value().failed + retry.failed > 0 ? kFailed : kDone;
}

int runSweep(Session& session, const Arguments& arguments) {
    auto context = contextOf(session);
    if (!context.conf.errors.empty()) {
        session.out.problem(confErrorsText(context.conf) + "; mend them first");
        return kFailed;
    }
    const auto names = arguments.operands.empty() ? defaultNames(session, context.conf)
                                                  : Result<std::vector<std::string>>(arguments.operands);
    if (!names.ok()) return session.out.problem(names.error().text()), kFailed;
    if (names.value().empty())
        session.out.line(
            "nothing to sweep: no hierarchy is enabled, and no rule names unified; name one to sweep it");
    int exit = kDone;
    const bool drainer = !arguments.has("no-drainer");
    for (const auto& name : names.value()) exit = std::max(exit, sweepOne(session, context, name, drainer));
    return exit;
}

}  // namespace

Verb sweepVerb() {
    constexpr std::size_t kAny = 1'000;
    Verb verb;
    verb.name = "sweep";
    verb.operands = "[HIERARCHY...]";
    verb.most = kAny;
    verb.summary = "find empty cgroups whose release was never heard";
    verb.details =
        "Looks again at what is due, then walks over all cgroups and notes those that are empty. Nothing is\n"
        "removed at first sight: only what a second look, after the rule's sweep-linger, still finds empty.\n"
        "Without HIERARCHY: those that are enabled, and cgroup v2 (unified) if a rule names it.";
    verb.options = {
        {"no-drainer", "", "start no process that takes the second look: the next sweep or retry does"}};
    verb.changes = true;
    verb.run = runSweep;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune disable: undoes enable, and leaves nothing under way.
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/agents_at_work.h"
#include "cgprune/alias.h"
#include "cgprune/root_files.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/walk.h"
#include "cgprune/words.h"
#include "store/journal.h"
#include "store/state_folder.h"

namespace prune {

namespace {

constexpr std::size_t kMostListed = 20;

struct DisablePlan {
    OpenHierarchy hierarchy;
    AgentText agent;
    Former former{};
    bool wasEnabled = false;  ///< enable's file is there
    std::string binary{};
    bool recursive = false;

    const std::string& rawName() const { return hierarchy.about.name; }
    std::string name() const { return escapeForPeople(rawName()); }
    /// Ours; or none, cleared by a disable that was killed half-way, or that left flags.
    bool isOurs() const {
        return agent.kind == AgentKind::ours || (agent.kind == AgentKind::none && (wasEnabled || recursive));
    }
};

/// Cgroups that have the flag.
struct Flagged {
    std::uint64_t found = 0;
    std::uint64_t left = 0;
    std::vector<std::string> first;  ///< the first of those left
};

Result<DisablePlan> planDisable(Session& session, const Arguments& arguments) {
    const auto& name = arguments.operands.front();
    auto hierarchy = openNamed(session.system, name);
    if (!hierarchy.ok()) return hierarchy.takeError();
    if (hierarchy.value().about.unified)
        return Error{"cgroup v2 (unified) has no release agent, so there is nothing to disable", 0};
    auto agent = agentOf(session.system, hierarchy.value());
    if (!agent.ok()) return agent.takeError();
    auto former = readFormer(session.system, name);
    if (!former.ok()) return former.takeError();
    DisablePlan plan{std::move(hierarchy.value()), std::move(agent.value())};
    plan.wasEnabled = former.value().has_value();
    plan.former = former.value().value_or(Former{});
    plan.binary = runnableAgent(session.system, name);
    plan.recursive = arguments.has("recursive");
    return plan;
}

Status dropJournal(System& system, const std::string& hierarchy) {
    Journal journal(system);
    const auto keys = journal.keys(hierarchy);
    if (!keys.ok()) return keys.error();
    for (const auto& key : keys.value())
        if (auto status = journal.drop(key); !status.ok()) return status;
    return clearSweepNeeded(system, hierarchy);
}

/// The flag off in the root and, with --recursive, in all; else those that have it are counted.
Result<Flagged> seeToFlags(Session& session, const DisablePlan& plan) {
    Flagged flagged;
    const auto visit = [&](const std::string& path, const OpenCgroup& cgroup, const CgroupState& state) {
        if (!state.notifyOnRelease) return;
        ++flagged.found;
        const int directory = cgroup.directory.get();
        if (plan.recursive && (session.dryRun || writeFlag(session.system, directory, false).ok())) return;
        if (hasDied(session.system, directory)) return;
        ++flagged.left;
        if (flagged.first.size() < kMostListed) flagged.first.push_back(path);
    };
    if (!session.dryRun && plan.wasEnabled)
        if (auto status = writeFlag(session.system, plan.hierarchy.root.get(), plan.former.rootFlag);
            !status.ok())
            return status.takeError();
    const auto walked = walkBelow(session.system, plan.hierarchy, "/", visit);
    if (!walked.ok()) return walked.error();
    return flagged;
}

/// False: a release-agent is still at work, which was said.
Result<bool> waitUntilQuiet(Session& session, const DisablePlan& plan) {
    FileStat root;
    if (const int failed = session.system.statFd(plan.hierarchy.root.get(), root); failed < 0)
        return Error{"look at the root of " + plan.name(), -failed};
    const auto left = waitForAgents(session.system, plan.binary, root.device);
    if (!left.ok()) return left.error();
    for (const int pid : left.value())
        session.out.problem(
            fmt::format("release-agent (pid {}) is still at work in {}; it was called before, and ends "
                        "by itself: run cgprune disable again to be sure",
                        pid, plan.name()));
    return left.value().empty();
}

/// The order:
/// 1. release_agent is cleared, so that no new call comes. An agent that was called but has not looked yet
///    finds its alias in no hierarchy, and does nothing.
/// 2. The journal is dropped. A pass that is under way reads each entry again under the cgroup's lock, and
///    leaves what is no longer there.
/// 3. What is inside a removal at this instant holds a descriptor in the hierarchy: wait for that to end.
/// 4. Such an agent may have journaled its cgroup meanwhile: the journal is dropped once more.
/// 5. A drainer that sleeps until an entry of it is due is woken, and ends if nothing else is left.
/// 6. Only now the former agent is given back, when the flags that enable set are off and ours does nothing
///    more.
/// 7. The links and the file that told what to give back go last: a disable that was killed can be run again.
Result<bool> stopAgent(Session& session, const DisablePlan& plan) {
    auto& system = session.system;
    if (auto status = writeReleaseAgent(system, plan.hierarchy, ""); !status.ok()) return status.takeError();
    if (auto status = dropJournal(system, plan.rawName()); !status.ok()) return status.takeError();
    auto quiet = waitUntilQuiet(session, plan);
    if (!quiet.ok()) return quiet;
    if (auto status = dropJournal(system, plan.rawName()); !status.ok()) return status.takeError();
    static_cast<void>(announceDue(system, system.bootTimeMs()));  // or else it wakes within the hour
    return quiet;
}

Status giveBack(Session& session, const DisablePlan& plan) {
    auto& system = session.system;
    if (!plan.former.agent.empty())
        if (auto status = writeReleaseAgent(system, plan.hierarchy, plan.former.agent); !status.ok())
            return status;
    return removeAlias(system, plan.rawName());
}

/// What both kinds of line begin with. `changed`: the agent was ours, and is taken away.
Json disableJson(const Session& session, const DisablePlan& plan, bool changed) {
    return {
        {"verb", "disable"},  {"hierarchy", plan.name()},       {"dry-run", session.dryRun},
        {"changed", changed}, {"agent", word(plan.agent.kind)}, {"agent-text", agentJson(plan.agent.text)}};
}

void reportDisable(Session& session, const DisablePlan& plan, const Flagged& flagged) {
    auto& out = session.out;
    const std::string_view would = session.dryRun ? "would be " : "";
    const auto former = plan.former.agent.empty() ? "none" : escapeForPeople(plan.former.agent);
    Json left = Json::array();
    for (const auto& path : flagged.first) left.push_back(escapeForPeople(path));
    auto object = disableJson(session, plan, true);
    object["former-agent"] = agentJson(plan.former.agent);
    object["flags-cleared"] = flagged.found - flagged.left;
    object["flags-left"] = flagged.left;
    object["first-flagged"] = left;
    out.object(object);
    out.line(fmt::format("{}: {}disabled; release_agent {}{}", plan.name(), would, would,
                         plan.former.agent.empty() ? "empty" : former));
    if (flagged.found > flagged.left)
        out.line(fmt::format("notify_on_release {}cleared in {}", would,
                             counted(flagged.found - flagged.left, "cgroup")));
    if (flagged.left == 0) return;
    // If another agent has been given back, the flags may be for that.
    out.line(fmt::format("notify_on_release is still set in {}{}:", counted(flagged.left, "cgroup"),
                         plan.former.agent.empty() ? " (--recursive clears it)" : ""));
    for (const auto& path : flagged.first) out.line("  " + escapeForPeople(path));
    if (flagged.left > flagged.first.size())
        out.line(fmt::format("  and {} more", flagged.left - flagged.first.size()));
}

int reportForeign(Session& session, const DisablePlan& plan) {
    const bool none = plan.agent.kind == AgentKind::none;
    const auto text = none ? "none" : escapeForPeople(plan.agent.text);
    session.out.say(
        fmt::format("{}: its release_agent is not ours ({}), and was left as it is", plan.name(), text),
        disableJson(session, plan, false));
    return kDone;
}

/// enable may have set the root's flag; whether the other agent counts on it only the administrator knows.
void sayRootFlag(Session& session, const DisablePlan& plan) {
    const auto flag = readFlag(session.system, plan.hierarchy.root.get());
    if (!flag.ok() || !flag.value() || plan.former.rootFlag) return;
    session.out.problem(
        fmt::format("note: notify_on_release in the root of {} was 0 before cgprune enable, and is left at 1 "
                    "for the other agent; if it should not be, write 0 to {}/notify_on_release",
                    plan.name(), escapeForPeople(plan.hierarchy.about.mountPoint)));
}

/// Another agent was set over ours: our part is cleaned up all the same.
int leaveForeign(Session& session, const DisablePlan& plan) {
    if (plan.wasEnabled) sayRootFlag(session, plan);
    if (!session.dryRun && plan.wasEnabled) {
        auto status = dropJournal(session.system, plan.rawName());
        if (status.ok()) status = removeAlias(session.system, plan.rawName());
        if (!status.ok()) return session.out.problem(status.error().text()), kFailed;
    }
    return reportForeign(session, plan);
}

int runDisable(Session& session, const Arguments& arguments) {
    const auto plan = planDisable(session, arguments);
    if (!plan.ok()) return session.out.problem(plan.error().text()), kFailed;
    if (!plan.value().isOurs()) return leaveForeign(session, plan.value());

    const auto quiet = session.dryRun ? Result<bool>(true) : stopAgent(session, plan.value());
    if (!quiet.ok()) return session.out.problem(quiet.error().text()), kFailed;
    if (!quiet.value()) return kFailed;  // half-way, and to be run again
    const auto flagged = seeToFlags(session, plan.value());
    if (!flagged.ok()) return session.out.problem(flagged.error().text()), kFailed;
    if (!session.dryRun)
        if (const auto status = giveBack(session, plan.value()); !status.ok())
            return session.out.problem(status.error().text()), kFailed;
    reportDisable(session, plan.value(), flagged.value());
    return flagged.value().left > 0 ? kLeft : kDone;
}

}  // namespace

Verb disableVerb() {
    Verb verb;
    verb.name = "disable";
    verb.operands = "HIERARCHY";
    verb.fewest = verb.most = 1;
    verb.summary = "stop that, and give the former release agent back";
    verb.details =
        "Clears release_agent, forgets what was deferred in the hierarchy, waits until no release-agent is "
        "at\n"
        "work in it, sets the root's notify_on_release back to what it was, and gives the former agent "
        "back.\n"
        "Cgroups that have notify_on_release set are listed, and the exit code is then 3. A release_agent\n"
        "that is not ours is left alone.";
    verb.options = {{"recursive", "", "clear notify_on_release in all cgroups of the hierarchy"}};
    verb.changes = true;
    verb.run = runDisable;
    return verb;
}

}  // namespace prune

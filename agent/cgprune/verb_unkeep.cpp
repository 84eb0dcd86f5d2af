// SPDX-License-Identifier: MIT
// cgprune unkeep: takes a keep mark away, and sees to it that an empty cgroup is not forgotten by that.
#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/keep_words.h"
#include "cgprune/outcome_text.h"
#include "cgprune/start_drainer.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgroup/state.h"
#include "prune/release.h"

namespace prune {

namespace {

bool isFinished(const CgroupState& state, bool unified) {
    return !state.populated && !state.hasChildren && (unified || state.notifyOnRelease) && !state.keptByRoot;
}

/// Who would be called for it: v2 has no agent, and needs none. Nothing: somebody else's.
Result<std::optional<std::string>> agentFor(Session& session, const Target& target) {
    if (target.hierarchy.about.unified) return std::optional<std::string>("");
    auto agent = agentOf(session.system, target.hierarchy);
    if (!agent.ok()) return agent.takeError();
    if (agent.value().kind != AgentKind::ours) return std::optional<std::string>();
    return std::optional<std::string>(std::move(agent.value().text));
}

void sayOutcome(Session& session, const Target& target, const Outcome& outcome) {
    const auto now = session.system.bootTimeMs();
    Json object = {{"verb", "unkeep"},
                   {"hierarchy", escapeForPeople(target.hierarchy.about.name)},
                   {"cgroup", escapeForPeople(target.path)}};
    addOutcome(object, outcome, now);
    session.out.say(target.name() + ": it is empty, and was handled as if released just now: " +
                        outcomeText(outcome, now),
                    object);
}

/// The kernel calls when a cgroup becomes empty, and this one is so already: nothing would ever call for it
/// again.
int handOver(Session& session, const Target& target) {
    const auto state =
        readState(session.system, target.cgroup.directory.get(), target.hierarchy.about.unified);
    if (!state.ok()) return session.out.problem(state.error().text()), kFailed;
    if (!state.value() || !isFinished(*state.value(), target.hierarchy.about.unified)) return kDone;
    const auto agent = agentFor(session, target);
    if (!agent.ok()) return session.out.problem(agent.error().text()), kFailed;
    if (!agent.value()) return kDone;
    if (session.system.effectiveUser() != 0) {
        session.out.problem("note: " + target.name() +
                            " is empty already, so the kernel will not report it; a sweep "
                            "finds it, or root's cgprune unkeep");
        return kDone;
    }
    const auto path = CgroupPath::parse(target.path);
    if (!path.ok()) return session.out.problem(path.error().text()), kFailed;
    auto context = contextOf(session);
    const auto outcome = releaseIn(context, target.hierarchy, *agent.value(), path.value(), false);
    sayOutcome(session, target, outcome);
    if (outcome.done == Done::deferred) startDrainerFor(session, context, target.hierarchy.about.name);
    return outcome.done == Done::failed ? kFailed : kDone;
}

int runUnkeep(Session& session, const Arguments& arguments) {
    const auto mark = markOf(arguments);
    if (mark == KeepMark::root && !mayMarkAsRoot(session)) return kFailed;
    const auto target = openTarget(session, arguments, Purpose::change);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    const KeepWords words{"unkeep", "no longer kept", "was not kept"};
    if (session.dryRun) {
        sayChange(session, target.value(), mark, words,
                  {hasMark(session.system, target.value(), mark), false});
        return kDone;
    }
    const auto changed = removeKeep(session.system, target.value().cgroup, mark);
    if (!changed.ok()) return session.out.problem(changed.error().text()), kFailed;
    sayChange(session, target.value(), mark, words, changed.value());
    const auto other = mark == KeepMark::root ? KeepMark::owner : KeepMark::root;
    if (hasMark(session.system, target.value(), other))
        session.out.line(fmt::format("{}: still has the mark {}", target.value().name(), xattrOf(other)));
    return handOver(session, target.value());
}

}  // namespace

Verb unkeepVerb() {
    Verb verb;
    verb.name = "unkeep";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "take the mark away";
    verb.details =
        "Takes away the mark of cgprune keep. If the cgroup is empty already and its hierarchy is enabled, "
        "it is\n"
        "handled as if it had become empty just now.";
    verb.options = {kHierarchyOption, kAsOwnerOption};
    verb.changes = true;
    verb.needsRoot = false;
    verb.run = runUnkeep;
    return verb;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// cgprune explain: the facts about a cgroup, the rule, the verdict and why. Changes nothing.
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/conf_view.h"
#include "cgprune/explain_advice.h"
#include "cgprune/explain_facts.h"
#include "cgprune/explain_rules.h"
#include "cgprune/explanation.h"
#include "cgprune/journal_view.h"
#include "cgprune/known_text.h"
#include "cgprune/outcome_text.h"
#include "cgprune/target.h"
#include "cgprune/trial_conf.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "prune/judge.h"
#include "prune/settle.h"

namespace prune {

namespace {

/// What --conf and --as-if said, so that no output is taken for what the host does.
void addTrial(Explanation& text, const Arguments& arguments) {
    const auto file = escapeForPeople(arguments.value(kConfOption.name));
    if (!file.empty()) text.addText("conf-file", file);
    text.addValue("conf-file", file.empty() ? Json() : Json(file));
    const auto typed = arguments.value(kAsIfOption.name);
    std::string_view rest = typed;
    std::string joined;
    Json lines = Json::array();
    while (!rest.empty()) {
        const auto line = escapeForPeople(cutField(rest, '\n'));
        if (line.empty()) continue;
        joined += (joined.empty() ? "" : ";") + line;
        lines.push_back(line);
    }
    if (!joined.empty()) text.addText("as-if", joined);
    text.addValue("as-if", std::move(lines));
}

void addVerdict(Explanation& text, const Judgement& judgement) {
    const auto& verdict = judgement.verdict;
    const auto* rule = judgement.rule;
    text.add("rule",
             rule == nullptr ? "none (only a rule that names unified reaches cgroup v2)" : ruleText(*rule),
             rule == nullptr ? Json() : ruleJson(*rule));
    text.add("verdict", std::string(word(verdict.action)));
    text.add("reason", std::string(word(verdict.reason)));
    const bool removes = verdict.action == Action::remove;
    if (removes) text.addText("linger", verdict.afterLinger ? duration(rule->lingerMs) : "none");
    text.addValue("linger-ms", removes ? Json(verdict.afterLinger ? rule->lingerMs : 0) : Json());
}

void addConf(Explanation& text, const Conf& conf, const std::string& hidden) {
    auto words =
        conf.errors.empty() ? "fine" : confErrorsText(conf) + "; first: " + conf.errors.front().text();
    if (!hidden.empty()) words += ", but only root can read " + hidden;
    text.addText("conf", words);
    text.addValue("conf-errors", confErrorsJson(conf));
    text.addValue("conf-unreadable", hidden.empty() ? Json() : Json(hidden));
}

/// Whether the agent is ours.
bool addAgent(Explanation& text, Session& session, const Target& target) {
    const auto agent = agentOf(session.system, target.hierarchy);
    if (!agent.ok()) {
        text.add("agent", "unknown (" + agent.error().text() + ")", Json());
        text.addValue("agent-text", Json());
        return false;
    }
    const auto& about = agent.value();
    const bool isOther = about.kind == AgentKind::other;
    text.add("agent",
             std::string(word(about.kind)) + (isOther ? " (" + escapeForPeople(about.text) + ")" : ""),
             word(about.kind));
    text.addValue("agent-text", agentJson(about.text));
    return about.kind == AgentKind::ours;
}

std::string entryText(const JournalEntry& entry, std::int64_t now) {
    if (entry.stuck)
        return escapeForPeople(entry.reason) + ", stuck: given up, cgprune retry --stuck tries again";
    return fmt::format("{}, due {}, {}", escapeForPeople(entry.reason), dueText(entry.dueMs, now),
                       counted(entry.looks, "look"));
}

/// What the journal holds of the cgroup, or nothing.
std::optional<JournalEntry> addJournal(Explanation& text, Session& session, const Target& target,
                                       std::uint64_t id) {
    const auto view = viewJournal(session.system, target.hierarchy.about.name);
    if (!view.ok()) {
        text.add("journal", "unknown (" + view.error().text() + ")",
                 Json::object({{"unreadable", view.error().text()}}));
        return std::nullopt;
    }
    for (const auto& seen : view.value().entries) {
        if (seen.key.id != id) continue;
        const auto now = session.system.bootTimeMs();
        Json object;
        addEntry(object, seen.entry, now);
        text.add("journal", entryText(seen.entry, now), object);
        return seen.entry;
    }
    text.add("journal", "none", Json());
    return std::nullopt;
}

/// What release-agent would do if the kernel called it now.
void addRelease(Explanation& text, Context& context, const Target& target, const Judgement& judgement,
                const std::optional<JournalEntry>& known) {
    JournalEntry entry;
    entry.emptySinceMs = context.system.bootTimeMs();
    if (known) entry.lockHeldSinceMs = known->lockHeldSinceMs;
    const RemovalLock lock(context, target.cgroup);
    const auto outcome = settle(context, target.subject(), judgement, entry, lock.state());
    const auto now = context.system.bootTimeMs();
    Json object;
    addOutcome(object, outcome, now);
    text.add("release-now", outcomeText(outcome, now), object);
}

AdviceWords adviceWords(const Session& session, const Target& target, const Judgement& judgement,
                        const Known& known) {
    const auto& about = target.hierarchy.about;
    AdviceWords words;
    words.directory = shellWord((about.mountPoint == "/" ? "" : about.mountPoint) + target.path);
    words.hierarchy = shellWord(about.name);
    if (judgement.rule != nullptr) words.rule = "rule " + ruleText(*judgement.rule);
    const auto& state = judgement.state;
    if (state.keptByRoot) words.unkeep = "cgprune unkeep " + words.directory;
    if (state.keptByOwner)
        words.unkeep += (state.keptByRoot ? ", and " : "") + std::string("cgprune unkeep --as-owner ") +
                        words.directory + ", or owner-keep = no in " + words.rule;
    if (known.creator) words.creatorEnd = endText(known.creator->creator);
    if (session.system.effectiveUser() != 0)
        words.undetermined = "to see more, run it as root, who can read the registry and ask for any process";
    else
        words.undetermined =
            "if you know that it is gone: cgprune forget " + words.directory +
            (known.unreadable.empty() ? "" : ", or cgprune undelegate, whichever is in doubt");
    return words;
}

/// What would change the verdict; and who has to look, where nobody will.
void addAdvice(Explanation& text, const AdviceWords& words, const Verdict& verdict, bool somebodyLooks,
               bool unified) {
    std::vector<std::string> advice{adviceFor(verdict.reason, words)};
    if (verdict.action != Action::keep && !somebodyLooks)
        advice.push_back(
            unified ? "nobody looks at it unless cgprune watch runs; now: cgprune prune " + words.directory
                    : fmt::format(
                          "nobody is told when it becomes empty: cgprune enable {}; now: cgprune prune {}",
                          words.hierarchy, words.directory));
    text.addList("advice", advice, Json(advice));
}

/// What was found out about the cgroup.
struct Found {
    const Judgement& judgement;
    const Known& known;
    const std::string& hidden;  ///< conf that only root can read
};

void explain(Session& session, const Arguments& arguments, Context& context, const Target& target,
             const Found& found) {
    const auto& [judgement, known, hidden] = found;
    Explanation text;
    addFacts(text, session, target, judgement);
    addKnown(text, session, known, judgement.state);
    addTrial(text, arguments);
    addTried(text, context.conf, target.subject());
    addVerdict(text, judgement);
    addConf(text, context.conf, hidden);
    const bool ours = addAgent(text, session, target);
    const auto entry = addJournal(text, session, target, judgement.state.id);
    addRelease(text, context, target, judgement, entry);
    addAdvice(text, adviceWords(session, target, judgement, known), judgement.verdict, ours || entry,
              judgement.facts.unified);
    text.print(session.out);
}

int runExplain(Session& session, const Arguments& arguments) {
    session.dryRun = true;
    const auto target = openTarget(session, arguments, Purpose::look);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    auto context = contextOf(session);
    const auto hidden = takeUnreadable(session.system, context.conf);
    if (const int exit = tryConf(session, arguments, target.value().subject(), context); exit != kDone)
        return exit;
    const auto judgement = judge(context, target.value().subject());
    if (!judgement.ok()) return session.out.problem(judgement.error().text()), kFailed;
    if (!judgement.value())
        return session.out.problem(target.value().name() + " was removed just now"), kFailed;
    const auto known = knownAnyway(context, target.value().subject(), *judgement.value());
    if (!known.ok()) return session.out.problem(known.error().text()), kFailed;
    explain(session, arguments, context, target.value(), {*judgement.value(), known.value(), hidden});
    return kDone;
}

}  // namespace

Verb explainVerb() {
    Verb verb;
    verb.name = "explain";
    verb.operands = "PATH";
    verb.fewest = verb.most = 1;
    verb.summary = "what would become of a cgroup, and why";
    verb.details =
        "Prints the facts about a cgroup and where they are from, the rules that were tried, the one that\n"
        "decides, the verdict and its reason, what the journal holds of it, what a release now would do, "
        "and\n"
        "what would change the verdict. Changes nothing, with --conf and --as-if neither.";
    verb.options = {kHierarchyOption, kAsIfOption, kConfOption};
    verb.needsRoot = false;
    verb.run = runExplain;
    return verb;
}

}  // namespace prune

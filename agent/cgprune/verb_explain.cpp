// SPDX-License-Identifier: MIT
// cgprune explain: the facts about a cgroup, the rule, the verdict and why. Changes nothing.
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "cgprune/agent_text.h"
#include "cgprune/conf_view.h"
#include "cgprune/journal_view.h"
#include "cgprune/known_text.h"
#include "cgprune/outcome_text.h"
#include "cgprune/target.h"
#include "cgprune/verb.h"
#include "cgprune/words.h"
#include "prune/judge.h"
#include "prune/settle.h"

namespace prune {

namespace {

/// The text and JSON forms of the same things, one after the other.
class Explanation {
public:
    Explanation() = default;
    Explanation(const Explanation&) = delete;
    Explanation& operator=(const Explanation&) = delete;

    void add(const char* key, const std::string& text) { add(key, text, text); }
    void add(const char* key, const std::string& text, Json value) {
        text_ += fmt::format("{}: {}\n", key, text);
        object_[key] = std::move(value);
    }
    void addYesNo(const char* key, bool value) { add(key, std::string(yesNo(value)), value); }
    void print(Output& out) const { out.say(std::string_view(text_).substr(0, text_.size() - 1), object_); }

private:
    std::string text_;
    Json object_ = Json::object();
};

std::string flagText(const Judgement& judgement) {
    if (judgement.facts.unified) return "none";
    return judgement.state.notifyOnRelease ? "on" : "off";
}

std::string keptText(const Session& session, const CgroupState& state) {
    if (state.keptByRoot) return state.keptByOwner ? "by root and by the owner" : "by root";
    if (state.keptByOwner) return "by the owner";
    return session.system.effectiveUser() == 0 ? "no" : "no (only root can see root's mark)";
}

void addFacts(Explanation& text, const Session& session, const Target& target, const Judgement& judgement) {
    const auto& state = judgement.state;
    text.add("cgroup", escapeForPeople(target.path));
    text.add("hierarchy", escapeForPeople(target.hierarchy.about.name));
    text.add("id", decimalUnsigned(state.id), state.id);
    text.add("owner", decimalUnsigned(state.owner), state.owner);
    text.addYesNo("populated", state.populated);
    text.addYesNo("children", state.hasChildren);
    text.add("flag", flagText(judgement));
    text.add("kept", keptText(session, state));
}

std::string registryText(const Session& session, const Known& known) {
    if (known.unreadable.empty()) return "fine";
    if (session.system.effectiveUser() == 0) return "in doubt: " + known.unreadable;
    return "only root can read it; to root the verdict may be another";
}

/// Who made it, and to whom it was handed, whether or not the rule asks.
void addKnown(Explanation& text, const Session& session, const Known& known, const CgroupState& state) {
    text.add("creator", creatorText(known), creatorJson(known));
    text.add("delegated", delegationText(known, state.owner), delegationJson(known));
    text.add("registry", registryText(session, known));
}

void addVerdict(Explanation& text, const Judgement& judgement) {
    const auto& verdict = judgement.verdict;
    const auto* rule = judgement.rule;
    text.add("rule",
             rule == nullptr ? "none (only a rule that names unified reaches cgroup v2)" : ruleText(*rule));
    text.add("verdict", std::string(word(verdict.action)));
    text.add("reason", std::string(word(verdict.reason)));
    if (verdict.action == Action::remove)
        text.add("linger", verdict.afterLinger ? duration(rule->lingerMs) : "none",
                 verdict.afterLinger ? rule->lingerMs : 0);
}

void addConf(Explanation& text, const Conf& conf, const std::string& hidden) {
    auto words =
        conf.errors.empty() ? "fine" : confErrorsText(conf) + "; first: " + conf.errors.front().text();
    if (!hidden.empty()) words += ", but only root can read " + hidden;
    text.add("conf", words);
}

void addAgent(Explanation& text, Session& session, const Target& target) {
    const auto agent = agentOf(session.system, target.hierarchy);
    if (!agent.ok()) return text.add("agent", "unknown (" + agent.error().text() + ")");
    const auto& about = agent.value();
    text.add("agent", std::string(word(about.kind)) +
                          (about.kind == AgentKind::other ? " (" + escapeForPeople(about.text) + ")" : ""));
}

std::string entryText(const JournalEntry& entry, std::int64_t now) {
    if (entry.stuck)
        return escapeForPeople(entry.reason) + ", stuck: given up, cgprune retry --stuck tries again";
    return fmt::format("{}, due {}, {}", escapeForPeople(entry.reason), dueText(entry.dueMs, now),
                       counted(entry.looks, "look"));
}

Json entryJson(const JournalEntry& entry, std::int64_t now) {
    return {{"reason", escapeForPeople(entry.reason)},
            {"due-in-ms", entry.stuck ? Json() : Json(entry.dueMs - now)},
            {"looks", entry.looks},
            {"stuck", entry.stuck}};
}

/// What the journal holds of the cgroup, or nothing.
std::optional<JournalEntry> addJournal(Explanation& text, Session& session, const Target& target,
                                       std::uint64_t id) {
    const auto view = viewJournal(session.system, target.hierarchy.about.name);
    if (!view.ok()) {
        text.add("journal", "unknown (" + view.error().text() + ")", Json());
        return std::nullopt;
    }
    for (const auto& seen : view.value().entries) {
        if (seen.key.id != id) continue;
        const auto now = session.system.bootTimeMs();
        text.add("journal", entryText(seen.entry, now), entryJson(seen.entry, now));
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
    const auto lock = lockForRemoval(context, target.cgroup);
    const auto outcome = settle(context, target.subject(), judgement, entry, lock);
    const auto now = context.system.bootTimeMs();
    Json object;
    addOutcome(object, outcome, now);
    text.add("release-now", outcomeText(outcome, now), object);
}

int run(Session& session, const Arguments& arguments) {
    session.dryRun = true;
    const auto target = openTarget(session, arguments, Purpose::look);
    if (!target.ok()) return session.out.problem(target.error().text()), kFailed;
    auto context = contextOf(session);
    const auto hidden = takeUnreadable(session.system, context.conf);
    const auto judgement = judge(context, target.value().subject());
    if (!judgement.ok()) return session.out.problem(judgement.error().text()), kFailed;
    if (!judgement.value())
        return session.out.problem(target.value().name() + " was removed just now"), kFailed;
    const auto known = knownAnyway(context, target.value().subject(), *judgement.value());
    if (!known.ok()) return session.out.problem(known.error().text()), kFailed;

    Explanation text;
    addFacts(text, session, target.value(), *judgement.value());
    addKnown(text, session, known.value(), judgement.value()->state);
    addVerdict(text, *judgement.value());
    addConf(text, context.conf, hidden);
    addAgent(text, session, target.value());
    const auto entry = addJournal(text, session, target.value(), judgement.value()->state.id);
    addRelease(text, context, target.value(), *judgement.value(), entry);
    text.print(session.out);
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
        "Prints the facts about a cgroup, the rule that decides, with its file and line, the verdict and "
        "its\n"
        "reason, what the journal holds of it, and what a release now would do. Changes nothing.";
    verb.options = {kHierarchyOption};
    verb.needsRoot = false;
    verb.run = run;
    return verb;
}

}  // namespace prune

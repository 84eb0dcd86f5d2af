// SPDX-License-Identifier: MIT
#include "prune/judge.h"

#include "cgroup/delegation.h"
#include "policy/evaluate.h"

namespace prune {

namespace {

Facts factsOf(const CgroupState& state, bool unified) {
    Facts facts;
    facts.unified = unified;
    facts.populated = state.populated;
    facts.hasChildren = state.hasChildren;
    facts.notifyOnRelease = state.notifyOnRelease;
    facts.keptByRoot = state.keptByRoot;
    facts.keptByOwner = state.keptByOwner;
    return facts;
}

/// With a broken conf only what no conf could change is decided.
Verdict withoutConf(const Facts& facts) {
    if (facts.populated) return {Action::keep, Reason::populated};
    if (facts.hasChildren) return {Action::keep, Reason::hasChildren};
    if (facts.keptByRoot) return {Action::keep, Reason::kept};
    if (!facts.unified && !facts.notifyOnRelease) return {Action::keep, Reason::flagOff};
    return {Action::defer, Reason::confError};
}

/// A fact that cannot be read may say anything, the delegated one too.
CreatorState stateOf(const Known& known) {
    const auto life = known.creator ? known.creator->life.life : Life::unknown;
    if (life == Life::alive) return CreatorState::alive;
    if (!known.unreadable.empty()) return CreatorState::unknown;
    if (!known.creator) return CreatorState::none;
    return life == Life::gone ? CreatorState::gone : CreatorState::unknown;
}

/// Who made it, and to whom it was handed, where the rule asks for it.
Status addKnown(Context& context, const Subject& subject, Judgement& judgement) {
    const auto* rule = judgement.rule;
    if (rule == nullptr || !(rule->policy.creatorGone || rule->policy.delegated)) return {};
    auto known = knownOf(context, subject, judgement.state);
    if (!known.ok()) return known.takeError();
    const auto& signs = known.value().signs;
    auto& facts = judgement.facts;
    facts.creator = stateOf(known.value());
    facts.delegationMarked =
        known.value().delegation || signs.byRoot || (signs.byOwner && rule->userDelegate);
    facts.delegatedByOwnership = signs.byOwnership;
    judgement.known = std::move(known.value());
    return {};
}

/// Only v2's rules ask, and only those that do not reach inside anyway.
Status addInsideDelegation(Context& context, const Subject& subject, Judgement& judgement) {
    if (!judgement.facts.unified || judgement.rule == nullptr || judgement.rule->insideDelegation) return {};
    const auto path = CgroupPath::parse(subject.path);
    if (!path.ok()) return path.error();
    const auto inside = isInsideDelegation(context.system, subject.hierarchy.root.get(), path.value());
    if (!inside.ok()) return inside.error();
    judgement.facts.insideDelegation = inside.value();
    return {};
}

/// A fact that cannot be read, of a later version say, may be one to stay for.
bool isInDoubt(const Judgement& judgement) { return judgement.known && !judgement.known->unreadable.empty(); }

Verdict verdictOf(const Context& context, const Judgement& judgement) {
    if (!context.conf.errors.empty()) return withoutConf(judgement.facts);
    if (judgement.rule == nullptr) return {Action::keep, Reason::noRule};
    const auto verdict = evaluate(*judgement.rule, judgement.facts);
    if (verdict.action != Action::remove || !isInDoubt(judgement)) return verdict;
    return {Action::defer, Reason::creatorUndetermined};
}

}  // namespace

Result<std::optional<Judgement>> judge(Context& context, const Subject& subject) {
    const auto& about = subject.hierarchy.about;
    auto state = readState(context.system, subject.cgroup.directory.get(), about.unified);
    if (!state.ok()) return state.takeError();
    if (!state.value()) return std::optional<Judgement>();

    Judgement judgement;
    judgement.state = *state.value();
    judgement.facts = factsOf(judgement.state, about.unified);
    judgement.rule = selectRule(context.conf, about.name, about.unified, subject.path);
    for (const auto add : {addKnown, addInsideDelegation}) {
        auto status = add(context, subject, judgement);
        if (!status.ok() && hasDied(context.system, subject.cgroup.directory.get()))
            return std::optional<Judgement>();
        if (!status.ok()) return status.takeError();
    }
    judgement.verdict = verdictOf(context, judgement);
    return std::optional<Judgement>(std::move(judgement));
}

Result<Known> knownAnyway(Context& context, const Subject& subject, const Judgement& judgement) {
    if (judgement.known) return Result<Known>(*judgement.known);
    return knownOf(context, subject, judgement.state);
}

const Rule& ruleOrDefault(const Context& context, const Judgement& judgement) {
    return judgement.rule != nullptr ? *judgement.rule : context.conf.defaults;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
// evaluate() over everything there is, against a second way to say the policy, sorted by creator.
#include <set>

#include "policy/all_facts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

constexpr Verdict kKeepUndelegated{Action::keep, Reason::notDelegated, false};

bool isOfferedForRemoval(const Rule& rule, const Facts& facts) {
    return facts.unified ? rule.insideDelegation || !facts.insideDelegation : facts.notifyOnRelease;
}

/// The reasons of those who want it to stay, strongest first.
Verdict stay(const Facts& facts, bool marked) {
    const Reason reason = facts.populated     ? Reason::populated
                          : facts.hasChildren ? Reason::hasChildren
                          : marked            ? Reason::kept
                          : facts.unified     ? Reason::insideDelegation
                                              : Reason::flagOff;
    return {Action::keep, reason, false};
}

Verdict byCreator(const Rule& rule, CreatorState creator) {
    switch (creator) {
        case CreatorState::gone:
            return {Action::remove, Reason::creatorGone, false};
        case CreatorState::alive:
            return {Action::defer, Reason::creatorAlive, false};
        case CreatorState::unknown:
            return {Action::defer, Reason::creatorUndetermined, false};
        default:
            break;
    }
    if (rule.removeUnknownCreator) return {Action::remove, Reason::unknownCreator, true};
    return {Action::keep, Reason::keepUnknownCreator, false};
}

Verdict byDelegation(const Rule& rule, const Facts& facts) {
    if (facts.delegationMarked) return {Action::remove, Reason::delegated, true};
    if (facts.delegatedByOwnership && rule.delegatedByOwner)
        return {Action::remove, Reason::delegatedByOwner, true};
    return kKeepUndelegated;
}

/// Delegation by a mark is asked before the creator, delegation by ownership after a creator that is known.
Verdict expected(const Rule& rule, const Facts& facts) {
    const bool marked = facts.keptByRoot || (rule.ownerKeep && facts.keptByOwner);
    const bool occupied = facts.populated || facts.hasChildren;
    if (occupied || marked || !isOfferedForRemoval(rule, facts)) return stay(facts, marked);
    if (rule.policy.never) return {Action::keep, Reason::policyNever, false};
    if (rule.policy.always) return {Action::remove, Reason::policyAlways, true};

    const Verdict delegation = rule.policy.delegated ? byDelegation(rule, facts) : kKeepUndelegated;
    if (!rule.policy.creatorGone) return delegation;
    const bool delegationFirst = delegation.reason == Reason::delegated ||
                                 (facts.creator == CreatorState::none && delegation.action == Action::remove);
    return delegationFirst ? delegation : byCreator(rule, facts.creator);
}

template <class Holds>
bool alwaysHolds(Holds holds) {
    for (unsigned number = 0; number < kCases; ++number) {
        const Case one = caseOf(number);
        if (!holds(one.rule, one.facts, evaluate(one.rule, one.facts))) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("evaluate says the same as the policy said in another way, over all rules and facts") {
    CHECK(firstDifference(expected).empty());
}

TEST_CASE("nothing with a task, a child or root's keep mark is ever removed or deferred") {
    CHECK(alwaysHolds([](const Rule&, const Facts& facts, const Verdict& verdict) {
        const bool wanted = facts.populated || facts.hasChildren || facts.keptByRoot;
        return !wanted || verdict.action == Action::keep;
    }));
}

TEST_CASE("only a creator that is gone makes a removal immediate") {
    CHECK(alwaysHolds([](const Rule&, const Facts& facts, const Verdict& verdict) {
        if (verdict.action != Action::remove) return !verdict.afterLinger;
        return verdict.afterLinger || facts.creator == CreatorState::gone;
    }));
}

TEST_CASE("an undetermined creator never ends in removal by creator-gone") {
    CHECK(alwaysHolds([](const Rule&, const Facts& facts, const Verdict& verdict) {
        if (facts.creator != CreatorState::unknown) return true;
        return verdict.reason != Reason::creatorGone && verdict.reason != Reason::unknownCreator;
    }));
}

TEST_CASE("evaluate gives all reasons that are its own, and no other") {
    std::set<Reason> seen;
    for (unsigned number = 0; number < kCases; ++number) {
        const Case one = caseOf(number);
        seen.insert(evaluate(one.rule, one.facts).reason);
    }
    const std::set<Reason> own = {
        Reason::populated,
        Reason::hasChildren,
        Reason::kept,
        Reason::flagOff,
        Reason::policyNever,
        Reason::notDelegated,
        Reason::keepUnknownCreator,
        Reason::insideDelegation,
        Reason::policyAlways,
        Reason::delegated,
        Reason::delegatedByOwner,
        Reason::creatorGone,
        Reason::unknownCreator,
        Reason::creatorAlive,
        Reason::creatorUndetermined,
    };
    CHECK(seen == own);
}

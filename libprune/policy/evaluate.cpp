// SPDX-License-Identifier: MIT
#include "policy/evaluate.h"

#include <optional>

namespace prune {

namespace {

constexpr Verdict keep(Reason reason) { return {Action::keep, reason, false}; }
constexpr Verdict defer(Reason reason) { return {Action::defer, reason, false}; }
constexpr Verdict removeAtOnce(Reason reason) { return {Action::remove, reason, false}; }
constexpr Verdict removeAfterLinger(Reason reason) { return {Action::remove, reason, true}; }

/// What no policy can overrule.
std::optional<Reason> reasonToStay(const Rule& rule, const Facts& facts) {
    if (facts.populated) return Reason::populated;
    if (facts.hasChildren) return Reason::hasChildren;
    if (facts.keptByRoot || (facts.keptByOwner && rule.ownerKeep)) return Reason::kept;
    if (!facts.unified && !facts.notifyOnRelease) return Reason::flagOff;
    if (facts.unified && facts.insideDelegation && !rule.insideDelegation) return Reason::insideDelegation;
    return std::nullopt;
}

Verdict forUnknownCreator(const Rule& rule) {
    if (rule.removeUnknownCreator) return removeAfterLinger(Reason::unknownCreator);
    return keep(Reason::keepUnknownCreator);
}

}  // namespace

// The rows of cgprune.conf(5), in its order; a test compares the two.
Verdict evaluate(const Rule& rule, const Facts& facts) {
    if (const auto stays = reasonToStay(rule, facts)) return keep(*stays);

    const PolicySet& policy = rule.policy;
    const bool asksCreator = policy.creatorGone;
    if (policy.never) return keep(Reason::policyNever);
    if (policy.always) return removeAfterLinger(Reason::policyAlways);
    if (policy.delegated && facts.delegationMarked) return removeAfterLinger(Reason::delegated);
    if (asksCreator && facts.creator == CreatorState::gone) return removeAtOnce(Reason::creatorGone);
    if (asksCreator && facts.creator == CreatorState::alive) return defer(Reason::creatorAlive);
    if (asksCreator && facts.creator == CreatorState::unknown) return defer(Reason::creatorUndetermined);
    if (policy.delegated && facts.delegatedByOwnership && rule.delegatedByOwner)
        return removeAfterLinger(Reason::delegatedByOwner);
    if (asksCreator) return forUnknownCreator(rule);
    return keep(Reason::notDelegated);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// Every rule and every set of facts that evaluate() can tell apart, numbered.
#pragma once

#include <sstream>
#include <string>

#include "policy/evaluate.h"

namespace prune::test {

constexpr unsigned kCases = 1U << 19;

struct Case {
    Rule rule;
    Facts facts;
};

/// Case number `number`, one of kCases: a bit for each thing, two for the creator.
inline Case caseOf(unsigned number) {
    const auto bit = [&] {
        const bool set = (number & 1U) != 0;
        number >>= 1;
        return set;
    };
    Case made;
    made.rule.policy = {bit(), bit(), bit(), bit()};
    made.rule.removeUnknownCreator = bit();
    made.rule.delegatedByOwner = bit();
    made.rule.ownerKeep = bit();
    made.rule.insideDelegation = bit();
    made.facts.unified = bit();
    made.facts.populated = bit();
    made.facts.hasChildren = bit();
    made.facts.notifyOnRelease = bit();
    made.facts.keptByRoot = bit();
    made.facts.keptByOwner = bit();
    made.facts.delegationMarked = bit();
    made.facts.delegatedByOwnership = bit();
    made.facts.insideDelegation = bit();
    made.facts.creator = static_cast<CreatorState>(number & 3U);
    return made;
}

inline std::string show(const Verdict& verdict) {
    std::string text(word(verdict.action));
    if (verdict.afterLinger) text += ", linger";
    return text.append(" ").append(word(verdict.reason));
}

/// The first case in which evaluate() and `expected(rule, facts)` differ; empty where they never do.
template <class Expected>
std::string firstDifference(Expected expected) {
    for (unsigned number = 0; number < kCases; ++number) {
        const Case one = caseOf(number);
        const Verdict verdict = evaluate(one.rule, one.facts);
        const Verdict wanted = expected(one.rule, one.facts);
        if (verdict == wanted) continue;
        std::ostringstream text;
        text << "case " << number << ": " << show(verdict) << ", expected " << show(wanted);
        return text.str();
    }
    return {};
}

}  // namespace prune::test

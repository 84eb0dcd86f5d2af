// SPDX-License-Identifier: MIT
// One sentence for each row of cgprune.conf(5), and for what is above what.
#include "policy/evaluate.h"

#include "support/catch.h"

using namespace prune;

namespace {

/// An empty v1 cgroup whose flag is on, of which nothing else is known.
Facts flagged() {
    Facts facts;
    facts.notifyOnRelease = true;
    return facts;
}

Facts flaggedWithCreator(CreatorState creator) {
    Facts facts = flagged();
    facts.creator = creator;
    return facts;
}

enum class One { always, creatorGone, delegated, never };

Rule only(One policy) {
    Rule rule;
    rule.policy = {policy == One::always, policy == One::creatorGone, policy == One::delegated,
                   policy == One::never};
    return rule;
}

constexpr Verdict kAtOnce{Action::remove, Reason::creatorGone, false};

Verdict keep(Reason reason) { return {Action::keep, reason, false}; }
Verdict defer(Reason reason) { return {Action::defer, reason, false}; }
Verdict afterLinger(Reason reason) { return {Action::remove, reason, true}; }

}  // namespace

TEST_CASE("a cgroup with a task is kept") {
    Facts facts = flagged();
    facts.populated = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::populated));
}

TEST_CASE("a cgroup with children is kept") {
    Facts facts = flagged();
    facts.hasChildren = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::hasChildren));
}

TEST_CASE("a keep mark of root wins over every policy") {
    Facts facts = flaggedWithCreator(CreatorState::gone);
    facts.keptByRoot = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::kept));
    CHECK(evaluate(Rule(), facts) == keep(Reason::kept));
}

TEST_CASE("a keep mark of the owner wins where it is honoured") {
    Facts facts = flagged();
    facts.keptByOwner = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::kept));
}

TEST_CASE("a keep mark of the owner is nothing with owner-keep = no") {
    Facts facts = flagged();
    facts.keptByOwner = true;
    Rule rule = only(One::always);
    rule.ownerKeep = false;
    CHECK(evaluate(rule, facts) == afterLinger(Reason::policyAlways));
}

TEST_CASE("a keep mark of root counts with owner-keep = no") {
    Facts facts = flagged();
    facts.keptByRoot = true;
    Rule rule = only(One::always);
    rule.ownerKeep = false;
    CHECK(evaluate(rule, facts) == keep(Reason::kept));
}

TEST_CASE("on v1 a cgroup whose flag is off is kept") {
    CHECK(evaluate(only(One::always), Facts()) == keep(Reason::flagOff));
}

TEST_CASE("on v2 the flag, which is not there, does not count") {
    Facts facts;
    facts.unified = true;
    CHECK(evaluate(only(One::always), facts) == afterLinger(Reason::policyAlways));
}

TEST_CASE("on v2 what lies inside a delegation is kept") {
    Facts facts;
    facts.unified = true;
    facts.insideDelegation = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::insideDelegation));
}

TEST_CASE("inside a delegation a keep mark is the reason, not the delegation") {
    Facts facts;
    facts.unified = true;
    facts.insideDelegation = true;
    facts.keptByRoot = true;
    CHECK(evaluate(only(One::always), facts) == keep(Reason::kept));
}

TEST_CASE("a rule with inside-delegation = yes reaches inside a delegation") {
    Facts facts;
    facts.unified = true;
    facts.insideDelegation = true;
    Rule rule = only(One::always);
    rule.insideDelegation = true;
    CHECK(evaluate(rule, facts) == afterLinger(Reason::policyAlways));
}

TEST_CASE("on v1 being inside a delegation does not count") {
    Facts facts = flagged();
    facts.insideDelegation = true;
    CHECK(evaluate(only(One::always), facts) == afterLinger(Reason::policyAlways));
}

TEST_CASE("policy never keeps") {
    CHECK(evaluate(only(One::never), flaggedWithCreator(CreatorState::gone)) == keep(Reason::policyNever));
}

TEST_CASE("policy always removes after the linger") {
    CHECK(evaluate(only(One::always), flagged()) == afterLinger(Reason::policyAlways));
}

TEST_CASE("policy always removes even while the creator lives") {
    CHECK(evaluate(only(One::always), flaggedWithCreator(CreatorState::alive)) ==
          afterLinger(Reason::policyAlways));
}

TEST_CASE("policy delegated removes what is marked as delegated") {
    Facts facts = flagged();
    facts.delegationMarked = true;
    CHECK(evaluate(only(One::delegated), facts) == afterLinger(Reason::delegated));
}

TEST_CASE("a mark of delegation is enough beside a living creator") {
    Facts facts = flaggedWithCreator(CreatorState::alive);
    facts.delegationMarked = true;
    CHECK(evaluate(Rule(), facts) == afterLinger(Reason::delegated));
}

TEST_CASE("a mark of delegation is nothing to policy creator-gone") {
    Facts facts = flaggedWithCreator(CreatorState::alive);
    facts.delegationMarked = true;
    CHECK(evaluate(only(One::creatorGone), facts) == defer(Reason::creatorAlive));
}

TEST_CASE("policy creator-gone removes at once when the creator is gone") {
    CHECK(evaluate(only(One::creatorGone), flaggedWithCreator(CreatorState::gone)) == kAtOnce);
}

TEST_CASE("policy creator-gone waits for a living creator") {
    CHECK(evaluate(Rule(), flaggedWithCreator(CreatorState::alive)) == defer(Reason::creatorAlive));
}

TEST_CASE("policy creator-gone waits where the creator's life is undetermined") {
    CHECK(evaluate(Rule(), flaggedWithCreator(CreatorState::unknown)) == defer(Reason::creatorUndetermined));
}

TEST_CASE("another owner is no delegation by default") {
    Facts facts = flagged();
    facts.delegatedByOwnership = true;
    CHECK(evaluate(only(One::delegated), facts) == keep(Reason::notDelegated));
}

TEST_CASE("another owner is delegation with delegated-by-owner = yes") {
    Facts facts = flagged();
    facts.delegatedByOwnership = true;
    Rule rule = only(One::delegated);
    rule.delegatedByOwner = true;
    CHECK(evaluate(rule, facts) == afterLinger(Reason::delegatedByOwner));
}

TEST_CASE("a living creator wins over another owner") {
    Facts facts = flaggedWithCreator(CreatorState::alive);
    facts.delegatedByOwnership = true;
    Rule rule;
    rule.delegatedByOwner = true;
    CHECK(evaluate(rule, facts) == defer(Reason::creatorAlive));
}

TEST_CASE("with unknown-creator = remove a flagged cgroup of nobody goes") {
    CHECK(evaluate(Rule(), flagged()) == afterLinger(Reason::unknownCreator));
}

TEST_CASE("with unknown-creator = keep a flagged cgroup of nobody stays") {
    Rule rule;
    rule.removeUnknownCreator = false;
    CHECK(evaluate(rule, flagged()) == keep(Reason::keepUnknownCreator));
}

TEST_CASE("policy delegated alone keeps what is not delegated") {
    CHECK(evaluate(only(One::delegated), flaggedWithCreator(CreatorState::gone)) ==
          keep(Reason::notDelegated));
}

TEST_CASE("a rule without any policy keeps") {
    Rule rule;
    rule.policy = {false, false, false, false};
    CHECK(evaluate(rule, flaggedWithCreator(CreatorState::gone)) == keep(Reason::notDelegated));
}

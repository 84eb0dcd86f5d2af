// SPDX-License-Identifier: MIT
// Keys of a rule that come from a command line.
#include "policy/rule_keys.h"

#include "support/catch.h"

using namespace prune;

namespace {

std::string firstError(std::string_view lines) {
    Rule rule;
    const auto errors = applyRuleKeys(lines, "--as-if", rule);
    return errors.empty() ? "" : errors.front().text();
}

}  // namespace

TEST_CASE("keys that are applied replace the rule's, the others stay") {
    Rule rule;
    rule.name = "x";
    rule.sweep = true;
    CHECK(applyRuleKeys("policy = always\nlinger = 5s", "--as-if", rule).empty());
    CHECK(rule.policy.always);
    CHECK_FALSE(rule.policy.creatorGone);
    CHECK(rule.lingerMs == 5'000);
    CHECK(rule.sweep);
    CHECK(rule.name == "x");
}

TEST_CASE("keys that are applied have the errors of the parser, with line and column") {
    CHECK(firstError("linger = soon").rfind("--as-if:1:10: ", 0) == 0);
    CHECK(firstError("linger = 1s\npolcy = always").rfind("--as-if:2:1: unknown key", 0) == 0);
    CHECK(firstError("linger = 1s\nlinger = 2s").find("second \"linger\"") != std::string::npos);
}

TEST_CASE("of keys with an error none is applied") {
    Rule rule;
    CHECK(applyRuleKeys("linger = 5s\npolicy = sometimes", "--as-if", rule).size() == 1);
    CHECK(rule.lingerMs == Rule().lingerMs);
}

TEST_CASE("keys that choose a rule cannot be applied to the one that was chosen") {
    CHECK(firstError("path = /a") ==
          "--as-if:1:1: \"path\" chooses the rule; expected a key that says what it does");
    CHECK(firstError("hierarchy = freezer").find("\"hierarchy\" chooses the rule") != std::string::npos);
}

TEST_CASE("keys that are applied stand in no section") {
    CHECK(firstError("[default]\nlinger = 1s") ==
          "--as-if:1:1: section \"[default]\"; expected key = value alone");
}

TEST_CASE("inside-delegation can be applied to a rule for unified") {
    Rule rule;
    CHECK(applyRuleKeys("inside-delegation = yes", "--as-if", rule).empty());
    CHECK(rule.insideDelegation);
}

// SPDX-License-Identifier: MIT
#include "policy/verdict.h"

#include <set>
#include <string>

#include "support/catch.h"

using namespace prune;

namespace {

constexpr int kReasons = static_cast<int>(Reason::count_);

}  // namespace

TEST_CASE("each reason has its stable word") {
    CHECK(word(Reason::populated) == "populated");
    CHECK(word(Reason::hasChildren) == "has-children");
    CHECK(word(Reason::kept) == "kept");
    CHECK(word(Reason::flagOff) == "flag-off");
    CHECK(word(Reason::policyNever) == "policy-never");
    CHECK(word(Reason::notDelegated) == "not-delegated");
    CHECK(word(Reason::keepUnknownCreator) == "keep-unknown-creator");
    CHECK(word(Reason::noRule) == "no-rule");
    CHECK(word(Reason::insideDelegation) == "inside-delegation");
    CHECK(word(Reason::sweepNotAllowed) == "sweep-not-allowed");
    CHECK(word(Reason::tooYoung) == "too-young");
    CHECK(word(Reason::notMatched) == "not-matched");
    CHECK(word(Reason::policyAlways) == "policy-always");
    CHECK(word(Reason::delegated) == "delegated");
    CHECK(word(Reason::delegatedByOwner) == "delegated-by-owner");
    CHECK(word(Reason::creatorGone) == "creator-gone");
    CHECK(word(Reason::unknownCreator) == "unknown-creator");
    CHECK(word(Reason::creatorAlive) == "creator-alive");
    CHECK(word(Reason::creatorUndetermined) == "creator-undetermined");
    CHECK(word(Reason::lingering) == "lingering");
    CHECK(word(Reason::ambiguous) == "ambiguous");
    CHECK(word(Reason::lockHeld) == "lock-held");
    CHECK(word(Reason::confError) == "conf-error");
    CHECK(word(Reason::seenEmpty) == "seen-empty");
    CHECK(word(Reason::removalFailed) == "removal-failed");
    CHECK(word(Reason::notMounted) == "not-mounted");
    CHECK(word(Reason::stuck) == "stuck");
}

TEST_CASE("no two reasons share a word") {
    std::set<std::string> words;
    for (int i = 0; i < kReasons; ++i) words.emplace(word(static_cast<Reason>(i)));
    CHECK(words.size() == static_cast<std::size_t>(kReasons));
    CHECK(words.count("") == 0);
}

TEST_CASE("a word leads back to its reason") {
    for (int i = 0; i < kReasons; ++i) {
        const auto reason = static_cast<Reason>(i);
        CHECK(reasonFromWord(word(reason)) == reason);
    }
}

TEST_CASE("a text that is no reason's word leads to none") {
    CHECK(reasonFromWord("") == Reason::count_);
    CHECK(reasonFromWord("keptt") == Reason::count_);
    CHECK(reasonFromWord("Kept") == Reason::count_);
}

TEST_CASE("what is no reason has no word") { CHECK(word(Reason::count_).empty()); }

TEST_CASE("each action has its word") {
    CHECK(word(Action::keep) == "keep");
    CHECK(word(Action::defer) == "defer");
    CHECK(word(Action::remove) == "remove");
}

TEST_CASE("a verdict that nobody gave keeps") { CHECK(Verdict().action == Action::keep); }

// SPDX-License-Identifier: MIT
// The words that the schemas of --json allow are those that the code has: the tests of the command line see
// few of them.
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "creator/life.h"
#include "policy/manual.h"
#include "policy/verdict.h"
#include "prune/causes.h"
#include "prune/context.h"
#include "store/counters.h"
#include "store/registry.h"
#include "support/catch.h"

using namespace prune;

namespace {

using WordSet = std::set<std::string>;

nlohmann::json definitionsOf(const std::string& schema) {
    return nlohmann::json::parse(test::sourceText("agent/cgprune/schema/" + schema + ".json"))["$defs"];
}

WordSet allowedBy(const nlohmann::json& definition) { return definition["enum"].get<WordSet>(); }

template <class Value>
WordSet wordsBetween(Value first, Value end) {
    WordSet words;
    for (auto number = static_cast<std::size_t>(first); number < static_cast<std::size_t>(end); ++number)
        words.emplace(word(static_cast<Value>(number)));
    return words;
}

template <class Value>
WordSet wordsUpTo(Value last) {
    auto words = wordsBetween(Value{}, last);
    words.emplace(word(last));
    return words;
}

}  // namespace

TEST_CASE("the schemas of --json know each reason, in its group") {
    const auto common = definitionsOf("common");
    CHECK(allowedBy(common["keep-reason"]) == wordsBetween(Reason::populated, Reason::policyAlways));
    CHECK(allowedBy(common["remove-reason"]) == wordsBetween(Reason::policyAlways, Reason::creatorAlive));
    CHECK(allowedBy(common["defer-reason"]) == wordsBetween(Reason::creatorAlive, Reason::count_));
}

TEST_CASE("the schemas of --json know each outcome, and each failure") {
    const auto common = definitionsOf("common");
    auto outcomes = wordsUpTo(Done::failed);
    outcomes.insert("noted");  // what a sweep calls deferred
    CHECK(allowedBy(common["outcome"]) == outcomes);
    WordSet failures;
    for (std::uint32_t cause = 0; !failureWord(cause).empty(); ++cause) failures.emplace(failureWord(cause));
    CHECK(allowedBy(common["failure"]) == failures);
}

TEST_CASE("the schemas of --json know all that is told of a creator") {
    const auto common = definitionsOf("common");
    const auto& properties = common["known-creator"]["properties"];
    CHECK(allowedBy(common["life"]) == wordsUpTo(Life::unknown));
    CHECK(allowedBy(common["source"]) == wordsUpTo(FactSource::observed));
    CHECK(allowedBy(properties["rung"]) == wordsUpTo(Rung::scan));
    CHECK(allowedBy(properties["decides"]) == wordsUpTo(Decides::nameSpace));
    for (const auto& type : wordsBetween(NamespaceType::cgroup, NamespaceType::count_))
        CHECK(properties.contains("ns-" + type));
}

TEST_CASE("the schemas of --json know each counter, and each verdict") {
    WordSet counters;
    const auto known = definitionsOf("status")["counters"]["properties"];
    for (const auto& counter : known.items()) counters.insert(counter.key());
    CHECK(counters == wordsBetween(Counter::removed, Counter::count_));
    const auto explain = nlohmann::json::parse(test::sourceText("agent/cgprune/schema/explain.json"));
    CHECK(allowedBy(explain["properties"]["verdict"]) == wordsUpTo(Action::remove));
}

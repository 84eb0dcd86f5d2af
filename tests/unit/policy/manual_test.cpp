// SPDX-License-Identifier: MIT
// cgprune.conf(5) and the code say the same.
#include <map>
#include <optional>

#include "policy/all_facts.h"
#include "policy/keys.h"
#include "policy/manual.h"
#include "policy/parser.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

using Holds = bool (*)(const Rule&, const Facts&);

const std::map<std::string, Holds> kPolicyColumn = {
    {"any", [](const Rule&, const Facts&) { return true; }},
    {"always", [](const Rule& rule, const Facts&) { return rule.policy.always; }},
    {"creator-gone", [](const Rule& rule, const Facts&) { return rule.policy.creatorGone; }},
    {"delegated", [](const Rule& rule, const Facts&) { return rule.policy.delegated; }},
    {"never", [](const Rule& rule, const Facts&) { return rule.policy.never; }},
};

const std::map<std::string, Holds> kFactColumn = {
    {"any", [](const Rule&, const Facts&) { return true; }},
    {"a task is in it", [](const Rule&, const Facts& facts) { return facts.populated; }},
    {"child cgroups are in it", [](const Rule&, const Facts& facts) { return facts.hasChildren; }},
    {"root's keep mark", [](const Rule&, const Facts& facts) { return facts.keptByRoot; }},
    {"owner's keep mark",
     [](const Rule& rule, const Facts& facts) { return facts.keptByOwner && rule.ownerKeep; }},
    {"v1, notify_on_release 0",
     [](const Rule&, const Facts& facts) { return !facts.unified && !facts.notifyOnRelease; }},
    {"v2, inside a delegation",
     [](const Rule& rule, const Facts& facts) {
         return facts.unified && facts.insideDelegation && !rule.insideDelegation;
     }},
    {"marked as delegated", [](const Rule&, const Facts& facts) { return facts.delegationMarked; }},
    {"another owner", [](const Rule& rule,
                         const Facts& facts) { return facts.delegatedByOwnership && rule.delegatedByOwner; }},
    {"creator gone", [](const Rule&, const Facts& facts) { return facts.creator == CreatorState::gone; }},
    {"creator alive", [](const Rule&, const Facts& facts) { return facts.creator == CreatorState::alive; }},
    {"creator undetermined",
     [](const Rule&, const Facts& facts) { return facts.creator == CreatorState::unknown; }},
    {"unknown-creator = remove", [](const Rule& rule, const Facts&) { return rule.removeUnknownCreator; }},
    {"unknown-creator = keep", [](const Rule& rule, const Facts&) { return !rule.removeUnknownCreator; }},
};

const std::map<std::string, std::pair<Action, bool>> kVerdictColumn = {
    {"keep", {Action::keep, false}},
    {"defer", {Action::defer, false}},
    {"remove", {Action::remove, false}},
    {"remove, linger", {Action::remove, true}},
};

struct Row {
    Holds policy;
    Holds fact;
    Verdict verdict;
};

/// The columns of ".It a Ta b Ta c".
std::vector<std::string> columnsOf(const std::string& line) {
    std::vector<std::string> columns;
    std::size_t at = std::string(".It ").size();
    for (;;) {
        const auto end = line.find(" Ta ", at);
        columns.push_back(line.substr(at, end == std::string::npos ? end : end - at));
        if (end == std::string::npos) return columns;
        at = end + 4;
    }
}

/// The table of the manual; at() throws at what this test does not understand.
std::vector<Row> manualRows() {
    std::vector<Row> rows;
    for (const auto& line : manualSection("VERDICTS")) {
        if (line.rfind(".It ", 0) != 0 || line.rfind(".It Em", 0) == 0) continue;
        const auto columns = columnsOf(line);
        const auto [action, afterLinger] = kVerdictColumn.at(columns.at(2));
        const Reason reason = reasonFromWord(columns.at(3));
        rows.push_back(
            {kPolicyColumn.at(columns[0]), kFactColumn.at(columns[1]), {action, reason, afterLinger}});
    }
    return rows;
}

/// The key that an item of the manual's lists is about: ".It Cm linger No = Em duration".
std::optional<std::string> keyOf(const std::string& line) {
    const std::string start = ".It Cm ";
    const auto end = line.find(" No =");
    if (line.rfind(start, 0) != 0 || end == std::string::npos) return std::nullopt;
    return line.substr(start.size(), end - start.size());
}

std::vector<std::string> manualKeys(const std::string& section) {
    std::vector<std::string> keys;
    for (const auto& line : manualSection(section))
        if (const auto key = keyOf(line)) keys.push_back(*key);
    return keys;
}

template <class Owner>
std::vector<std::string> codeKeys() {
    std::vector<std::string> keys;
    for (const auto& key : keysOf(Owner())) keys.emplace_back(key.name);
    return keys;
}

}  // namespace

TEST_CASE("the manual's table has a row for each reason that evaluate gives") {
    CHECK(manualRows().size() == 16);
}

TEST_CASE("the first row of the manual's table that holds is what evaluate says, over all rules and facts") {
    const auto rows = manualRows();
    const auto expected = [&](const Rule& rule, const Facts& facts) {
        for (const auto& row : rows)
            if (row.policy(rule, facts) && row.fact(rule, facts)) return row.verdict;
        return Verdict{Action::defer, Reason::count_, false};
    };
    CHECK(firstDifference(expected).empty());
}

TEST_CASE("the manual describes each key of [agent], in the order of the code") {
    CHECK(manualKeys("THE [AGENT] SECTION") == codeKeys<AgentConf>());
}

TEST_CASE("the manual describes each key of a rule, in the order of the code") {
    CHECK(manualKeys("RULES") == codeKeys<Rule>());
}

TEST_CASE("the examples of the manual have no error") {
    std::string text;
    int examples = 0;
    for (const auto& line : manualSection("EXAMPLES")) {
        if (line.rfind(".Bd", 0) == 0) {
            text.clear();
        } else if (line == ".Ed") {
            ++examples;
            CHECK(parseConf(text, "f").errors.empty());
        } else {
            text += line + "\n";
        }
    }
    CHECK(examples == 5);
}

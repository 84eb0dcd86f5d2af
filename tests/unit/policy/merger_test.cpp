// SPDX-License-Identifier: MIT
#include "policy/merger.h"

#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

/// What a file without errors says.
ParsedConf file(std::string_view text, std::string_view name = "f") {
    auto parsed = parseConf(text, name);
    REQUIRE(textsOf(parsed.errors) == Texts{});
    return parsed;
}

Conf merged(std::string_view main, std::vector<std::string_view> dropIns = {}) {
    Merger merger;
    merger.addMain(file(main, "main"));
    for (const auto text : dropIns) merger.addDropIn(file(text, "drop-in"));
    return merger.finish();
}

}  // namespace

TEST_CASE("of no files, the built-in values are in force") {
    const Conf conf = Merger().finish();
    CHECK(conf.rules.empty());
    CHECK(conf.errors.empty());
    CHECK(conf.defaults.name == "default");
    CHECK(conf.defaults.where.line == 0);
    CHECK(conf.defaults.lingerMs == 2'000);
    CHECK(conf.agent.drainer);
}

TEST_CASE("a rule has its own values") {
    const Conf conf = merged("[default]\nlinger = 9s\n[rule r]\nlinger = 1s\n");
    CHECK(conf.rules.at(0).lingerMs == 1'000);
}

TEST_CASE("what a rule does not say it has from [default], wherever that stands") {
    const Conf conf = merged(
        "[rule r]\npath = /a\n[default]\npolicy = never\nunknown-creator = keep\nlinger = 9s\n"
        "delegated-by-owner = yes\nuser-delegate = yes\nowner-keep = no\nsweep = yes\nsweep-linger = "
        "8s\nretry = 3s..4s\ngive-up "
        "= 7s\n");
    const Rule& rule = conf.rules.at(0);
    CHECK(rule.policy == PolicySet{false, false, false, true});
    CHECK_FALSE(rule.removeUnknownCreator);
    CHECK(rule.lingerMs == 9'000);
    CHECK(rule.delegatedByOwner);
    CHECK(rule.userDelegate);
    CHECK_FALSE(rule.ownerKeep);
    CHECK(rule.sweep);
    CHECK(rule.sweepLingerMs == 8'000);
    CHECK(rule.retryFirstMs == 3'000);
    CHECK(rule.retryMaxMs == 4'000);
    CHECK(rule.giveUpMs == 7'000);
}

TEST_CASE("a rule keeps its name, place, hierarchy and path") {
    const Conf conf = merged("[default]\nlinger = 1s\n[rule r]\nhierarchy = freezer\npath = /a\n");
    const Rule& rule = conf.rules.at(0);
    CHECK(rule.name == "r");
    CHECK(rule.where.file == "main");
    CHECK(rule.where.line == 3);
    CHECK(rule.hierarchies == std::vector<std::string>{"freezer"});
    CHECK(rule.path == "/a");
}

TEST_CASE("a rule that says the built-in value has it even if [default] has another") {
    CHECK(merged("[default]\nlinger = 9s\n[rule r]\nlinger = 2s\n").rules.at(0).lingerMs == 2'000);
}

TEST_CASE("a rule of the main file has what a drop-in's [default] says") {
    CHECK(merged("[rule r]\npath = /a\n", {"[default]\nlinger = 9s\n"}).rules.at(0).lingerMs == 9'000);
}

TEST_CASE("a drop-in wins over the main file key by key") {
    const Conf conf = merged("[agent]\ndrainer = no\nlog-level = info\n[default]\nlinger = 1s\nsweep = yes\n",
                             {"[agent]\nlog-level = debug\n[default]\nlinger = 5s\n"});
    CHECK_FALSE(conf.agent.drainer);
    CHECK(conf.agent.logLevel == LogLevel::debug);
    CHECK(conf.defaults.lingerMs == 5'000);
    CHECK(conf.defaults.sweep);
}

TEST_CASE("a later drop-in wins over an earlier one") {
    const Conf conf = merged("", {"[default]\nlinger = 3s\n", "[default]\nlinger = 4s\n"});
    CHECK(conf.defaults.lingerMs == 4'000);
}

TEST_CASE("a drop-in that says the built-in value wins with it") {
    CHECK(merged("[default]\nlinger = 9s\n", {"[default]\nlinger = 2s\n"}).defaults.lingerMs == 2'000);
}

TEST_CASE("[default] is where it was said last") {
    CHECK(merged("[default]\n", {"\n[default]\n", ""}).defaults.where.file == "drop-in");
    CHECK(merged("[default]\n", {"\n[default]\n", ""}).defaults.where.line == 2);
    CHECK(merged("[default]\n", {"[agent]\n"}).defaults.where.file == "main");
}

TEST_CASE("rules of drop-ins come before those of the main file") {
    CHECK(namesOf(merged("[rule m1]\n[rule m2]\n", {"[rule a1]\n[rule a2]\n", "[rule b1]\n"})) ==
          "a1 a2 b1 m1 m2");
}

TEST_CASE("a drop-in's rule replaces the main file's of that name in its place") {
    const Conf conf = merged("[rule m1]\npath = /old\n[rule m2]\n", {"[rule x]\n[rule m1]\npath = /new\n"});
    CHECK(namesOf(conf) == "x m1 m2");
    CHECK(conf.rules.at(1).path == "/new");
    CHECK(conf.rules.at(1).where.file == "drop-in");
}

TEST_CASE("a later drop-in's rule replaces an earlier one's in its place") {
    const Conf conf =
        merged("[rule m]\n", {"[rule a]\npath = /old\n[rule b]\n", "[rule c]\n[rule a]\npath = /new\n"});
    CHECK(namesOf(conf) == "a b c m");
    CHECK(conf.rules.at(0).path == "/new");
}

TEST_CASE("a rule is replaced whole, not key by key") {
    const Conf conf = merged("[rule r]\npath = /a\nlinger = 9s\n", {"[rule r]\nsweep = yes\n"});
    CHECK(conf.rules.at(0).path.empty());
    CHECK(conf.rules.at(0).lingerMs == 2'000);
    CHECK(conf.rules.at(0).sweep);
}

TEST_CASE("inside-delegation is never inherited") {
    Merger merger;
    ParsedConf parsed = file("[rule r]\npath = /a\n");
    parsed.defaults.values.insideDelegation = true;
    parsed.defaults.said = ~KeySet{0};
    merger.addMain(parsed);
    CHECK_FALSE(merger.finish().rules.at(0).insideDelegation);
}

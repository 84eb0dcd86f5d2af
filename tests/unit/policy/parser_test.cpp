// SPDX-License-Identifier: MIT
// What a conf without errors says.
#include "policy/parser.h"

#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

ParsedConf parsedConf(std::string_view text) {
    auto conf = parseConf(text, "f");
    REQUIRE(textsOf(conf.errors) == Texts{});
    return conf;
}

Rule ruleOf(const std::string& lines) { return parsedConf("[rule r]\n" + lines).rules.at(0).values; }

AgentConf agentOf(const std::string& lines) { return parsedConf("[agent]\n" + lines).agent.values; }

}  // namespace

TEST_CASE("an empty file says nothing") {
    const auto conf = parsedConf("");
    CHECK(conf.agent.said == 0);
    CHECK(conf.defaults.said == 0);
    CHECK(conf.defaults.values.where.line == 0);
    CHECK(conf.rules.empty());
}

TEST_CASE("the built-in values are those of the manual") {
    const Rule rule;
    CHECK(rule.policy == PolicySet{false, true, true, false});
    CHECK(rule.removeUnknownCreator);
    CHECK(rule.lingerMs == 2'000);
    CHECK_FALSE(rule.delegatedByOwner);
    CHECK(rule.setFlag);
    CHECK(rule.ownerKeep);
    CHECK_FALSE(rule.sweep);
    CHECK(rule.sweepLingerMs == 600'000);
    CHECK(rule.retryFirstMs == 1'000);
    CHECK(rule.retryMaxMs == 60'000);
    CHECK(rule.giveUpMs == 3'600'000);
    CHECK_FALSE(rule.insideDelegation);
    const AgentConf agent;
    CHECK(agent.logLevel == LogLevel::notice);
    CHECK(agent.drainer);
    CHECK(agent.lockPatienceMs == 5'000);
    CHECK(agent.ambiguousLingerMs == 10'000);
    CHECK(agent.watchCreators == 512);
}

TEST_CASE("watch-creators is any whole number from none to 100000") {
    CHECK(agentOf("watch-creators = 0\n").watchCreators == 0);
    CHECK(agentOf("watch-creators = 1\n").watchCreators == 1);
    CHECK(agentOf("watch-creators = 100000\n").watchCreators == 100'000);
}

TEST_CASE("set-flag is said by a rule, or for all rules by [default]") {
    CHECK_FALSE(ruleOf("set-flag = no\n").setFlag);
    CHECK(ruleOf("set-flag = yes\n").setFlag);
    CHECK_FALSE(parsedConf("[default]\nset-flag = no\n").defaults.values.setFlag);
}

TEST_CASE("[agent] sets each of its keys") {
    const auto agent =
        agentOf("log-level = debug\ndrainer = no\nlock-patience = 1min\nambiguous-linger = 250ms\n");
    CHECK(agent.logLevel == LogLevel::debug);
    CHECK_FALSE(agent.drainer);
    CHECK(agent.lockPatienceMs == 60'000);
    CHECK(agent.ambiguousLingerMs == 250);
}

TEST_CASE("a rule sets each of its keys") {
    const auto rule = ruleOf(
        "hierarchy = freezer unified\npath = /a/**\npolicy = delegated\nunknown-creator = keep\nlinger = 3s\n"
        "delegated-by-owner = yes\nowner-keep = no\nsweep = yes\nsweep-linger = 1h\nretry = 2s..3min\n"
        "give-up = 1d\ninside-delegation = yes\n");
    CHECK(rule.hierarchies == std::vector<std::string>{"freezer", "unified"});
    CHECK(rule.path == "/a/**");
    CHECK(rule.policy == PolicySet{false, false, true, false});
    CHECK_FALSE(rule.removeUnknownCreator);
    CHECK(rule.lingerMs == 3'000);
    CHECK(rule.delegatedByOwner);
    CHECK_FALSE(rule.ownerKeep);
    CHECK(rule.sweep);
    CHECK(rule.sweepLingerMs == 3'600'000);
    CHECK(rule.retryFirstMs == 2'000);
    CHECK(rule.retryMaxMs == 180'000);
    CHECK(rule.giveUpMs == 86'400'000);
    CHECK(rule.insideDelegation);
}

TEST_CASE("[default] sets the keys that it shares with rules") {
    const auto conf = parsedConf(
        "[default]\npolicy = never\nunknown-creator = keep\nlinger = 0\ndelegated-by-owner = yes\nowner-keep "
        "= no\n"
        "sweep = yes\nsweep-linger = 1s\nretry = 1ms..1ms\ngive-up = 0\n");
    const auto& rule = conf.defaults.values;
    CHECK(rule.policy == PolicySet{false, false, false, true});
    CHECK_FALSE(rule.removeUnknownCreator);
    CHECK(rule.lingerMs == 0);
    CHECK(rule.retryMaxMs == 1);
    CHECK(rule.giveUpMs == 0);
    CHECK(rule.where.file == "f");
    CHECK(rule.where.line == 1);
    CHECK(rule.where.column == 1);
}

TEST_CASE("a section knows which keys it has") {
    const auto conf = parsedConf("[rule r]\npath = /a\nlinger = 2s\n[default]\nlinger = 2s\n");
    const auto bitOf = [](std::string_view key) {
        const auto place = findKey(keysOf(Rule()), key);
        REQUIRE(place < 64);
        return KeySet{1} << (place & 63U);
    };
    CHECK(conf.rules.at(0).said == (bitOf("path") | bitOf("linger")));
    CHECK(conf.defaults.said == bitOf("linger"));
    CHECK(conf.agent.said == 0);
}

TEST_CASE("rules keep their order, names and places") {
    const auto conf = parsedConf("[rule b]\npath = /b\n\n  [rule a]\n");
    REQUIRE(conf.rules.size() == 2);
    CHECK(conf.rules[0].values.name == "b");
    CHECK(conf.rules[0].values.where.line == 1);
    CHECK(conf.rules[1].values.name == "a");
    CHECK(conf.rules[1].values.where.line == 4);
    CHECK(conf.rules[1].values.where.column == 3);
    CHECK(conf.rules[1].values.path.empty());
}

TEST_CASE("sections may stand in any order") {
    const auto conf = parsedConf("[default]\nlinger = 1s\n[rule r]\n[agent]\ndrainer = no\n");
    CHECK(conf.rules.size() == 1);
    CHECK_FALSE(conf.agent.values.drainer);
}

TEST_CASE("a rule's name can have any printable byte but blanks and brackets") {
    CHECK(parsedConf("[rule a#b=\"\\~!]\n").rules.at(0).values.name == "a#b=\"\\~!");
}

TEST_CASE("each unit of a duration is so many milliseconds") {
    CHECK(ruleOf("linger = 7ms").lingerMs == 7);
    CHECK(ruleOf("linger = 7s").lingerMs == 7'000);
    CHECK(ruleOf("linger = 7min").lingerMs == 420'000);
    CHECK(ruleOf("linger = 7h").lingerMs == 25'200'000);
    CHECK(ruleOf("linger = 7d").lingerMs == 604'800'000);
    CHECK(ruleOf("linger = 0").lingerMs == 0);
    CHECK(ruleOf("linger = 0s").lingerMs == 0);
    CHECK(ruleOf("linger = 007s").lingerMs == 7'000);
}

TEST_CASE("the longest duration is a hundred years") {
    CHECK(ruleOf("linger = 36500d").lingerMs == kMaxDurationMs);
    CHECK(ruleOf("linger = 876000h").lingerMs == kMaxDurationMs);
}

TEST_CASE("each policy can be said") {
    CHECK(ruleOf("policy = always").policy == PolicySet{true, false, false, false});
    CHECK(ruleOf("policy = creator-gone").policy == PolicySet{false, true, false, false});
    CHECK(ruleOf("policy = delegated").policy == PolicySet{false, false, true, false});
    CHECK(ruleOf("policy = never").policy == PolicySet{false, false, false, true});
    CHECK(ruleOf("policy = delegated \t creator-gone").policy == PolicySet{false, true, true, false});
}

TEST_CASE("each log level can be said") {
    CHECK(agentOf("log-level = error").logLevel == LogLevel::error);
    CHECK(agentOf("log-level = warning").logLevel == LogLevel::warning);
    CHECK(agentOf("log-level = notice").logLevel == LogLevel::notice);
    CHECK(agentOf("log-level = info").logLevel == LogLevel::info);
    CHECK(agentOf("log-level = debug").logLevel == LogLevel::debug);
}

TEST_CASE("hierarchies are named as in /proc/self/cgroup") {
    CHECK(ruleOf("hierarchy = cpu,cpuacct name=open-rc_1.x net_cls,name=a").hierarchies ==
          std::vector<std::string>{"cpu,cpuacct", "name=open-rc_1.x", "net_cls,name=a"});
    CHECK(ruleOf("hierarchy = name=unified").hierarchies == std::vector<std::string>{"name=unified"});
}

TEST_CASE("a path is kept as it is written") {
    CHECK(ruleOf("path = /a b/\\x2a\\xfF/*x*/**/z").path == "/a b/\\x2a\\xfF/*x*/**/z");
    CHECK(ruleOf("path = /\xc3\xa9\x80").path == "/\xc3\xa9\x80");
    CHECK(ruleOf("path = /.../.a/..b").path == "/.../.a/..b");
}

TEST_CASE("a path of 4095 bytes is read, however it is written") {
    CHECK(ruleOf("path = /" + std::string(4094, 'a')).path.size() == 4095);
    std::string escaped = "/";
    for (int i = 0; i < 4094; ++i) escaped += "\\x20";
    CHECK(ruleOf("path = " + escaped).path == escaped);
}

TEST_CASE("what a file got wrong keeps its built-in value, and the rest counts") {
    const auto conf = parseConf("[agent]\ndrainer = maybe\nlog-level = info\n", "f");
    CHECK(conf.errors.size() == 1);
    CHECK(conf.agent.values.drainer);
    CHECK(conf.agent.values.logLevel == LogLevel::info);
    CHECK(conf.agent.said == 1U);
}

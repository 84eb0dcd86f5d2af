// SPDX-License-Identifier: MIT
// conf/cgprune.conf, as it is shipped, says what is built in.
#include <set>
#include <string>

#include "policy/conf_texts.h"
#include "policy/manual.h"
#include "policy/merger.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

namespace {

std::string shipped() { return sourceText("conf/cgprune.conf"); }

/// The shipped conf with its settings no more commented out: "#key = value" and "#[rule ...]".
std::string uncommented() {
    std::string text;
    for (const auto& line : linesOf(shipped())) {
        const bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
        text += (setting ? line.substr(1) : line) + "\n";
    }
    return text;
}

template <class Values>
KeySet allKeys() {
    return (KeySet{1} << keysOf(Values()).size()) - 1;
}

}  // namespace

TEST_CASE("the shipped conf has no error and sets nothing") {
    const auto conf = parseConf(shipped(), "f");
    CHECK(textsOf(conf.errors) == Texts{});
    CHECK(conf.agent.said == 0);
    CHECK(conf.defaults.said == 0);
    CHECK(conf.rules.empty());
}

TEST_CASE("the shipped conf has no error when all of it is put in force") {
    CHECK(textsOf(parseConf(uncommented(), "f").errors) == Texts{});
}

TEST_CASE("the shipped conf shows every key of [agent] and [default]") {
    const auto conf = parseConf(uncommented(), "f");
    CHECK(conf.agent.said == allKeys<AgentConf>());
    KeySet expected = 0;
    const auto keys = keysOf(Rule());
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (keys[i].inDefault) expected |= KeySet{1} << i;
    CHECK(conf.defaults.said == expected);
    CHECK(conf.rules.size() == 1);
}

TEST_CASE("the values that the shipped conf shows are the built-in ones") {
    const auto conf = parseConf(uncommented(), "f");
    const AgentConf agent;
    CHECK(conf.agent.values.logLevel == agent.logLevel);
    CHECK(conf.agent.values.drainer == agent.drainer);
    CHECK(conf.agent.values.lockPatienceMs == agent.lockPatienceMs);
    CHECK(conf.agent.values.ambiguousLingerMs == agent.ambiguousLingerMs);
    const Rule builtIn;
    const Rule& shown = conf.defaults.values;
    CHECK(shown.policy == builtIn.policy);
    CHECK(shown.removeUnknownCreator == builtIn.removeUnknownCreator);
    CHECK(shown.lingerMs == builtIn.lingerMs);
    CHECK(shown.delegatedByOwner == builtIn.delegatedByOwner);
    CHECK(shown.userDelegate == builtIn.userDelegate);
    CHECK(shown.ownerKeep == builtIn.ownerKeep);
    CHECK(shown.sweep == builtIn.sweep);
    CHECK(shown.sweepLingerMs == builtIn.sweepLingerMs);
    CHECK(shown.retryFirstMs == builtIn.retryFirstMs);
    CHECK(shown.retryMaxMs == builtIn.retryMaxMs);
    CHECK(shown.giveUpMs == builtIn.giveUpMs);
}

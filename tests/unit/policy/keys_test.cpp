// SPDX-License-Identifier: MIT
#include "policy/keys.h"

#include "policy/words.h"
#include "support/catch.h"

using namespace prune;

TEST_CASE("a key is found by its whole name") {
    const auto keys = keysOf(AgentConf());
    CHECK(findKey(keys, "log-level") == 0);
    CHECK(findKey(keys, "drainer") == 1);
    CHECK(findKey(keys, "drain") == std::string_view::npos);
    CHECK(findKey(keys, "") == std::string_view::npos);
}

TEST_CASE("only the keys that are asked for are copied") {
    AgentConf from;
    from.drainer = false;
    from.logLevel = LogLevel::debug;
    AgentConf to;
    copyKeys(to, from, KeySet{1} << 1);
    CHECK_FALSE(to.drainer);
    CHECK(to.logLevel == LogLevel::notice);
}

TEST_CASE("a rule that says nothing inherits all but hierarchy, path and inside-delegation") {
    Rule defaults;
    defaults.hierarchies = {"freezer"};
    defaults.path = "/a";
    defaults.lingerMs = 1;
    defaults.insideDelegation = true;
    Rule rule;
    inherit(rule, 0, defaults);
    CHECK(rule.lingerMs == 1);
    CHECK(rule.hierarchies.empty());
    CHECK(rule.path.empty());
    CHECK_FALSE(rule.insideDelegation);
}

TEST_CASE("a rule that says all inherits nothing") {
    Rule defaults;
    defaults.lingerMs = 1;
    defaults.sweep = true;
    Rule rule;
    inherit(rule, ~KeySet{0}, defaults);
    CHECK(rule.lingerMs == 2'000);
    CHECK_FALSE(rule.sweep);
}

TEST_CASE("words are parted by blanks and tabs, and know where they begin") {
    WordReader words("  a\t bc ");
    REQUIRE(words.next());
    CHECK(words.word() == "a");
    CHECK(words.offset() == 2);
    REQUIRE(words.next());
    CHECK(words.word() == "bc");
    CHECK(words.offset() == 5);
    CHECK_FALSE(words.next());
}

TEST_CASE("a text of blanks has no word") {
    WordReader words(" \t ");
    CHECK_FALSE(words.next());
    WordReader none("");
    CHECK_FALSE(none.next());
}

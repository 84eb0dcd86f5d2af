// SPDX-License-Identifier: MIT
// Errors in sections and keys: exact text and position of each.
#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

TEST_CASE("an unknown section is an error, and nothing is said of its keys") {
    CHECK(errorsOf("[Agent]\nfoo = 1\n") ==
          Texts{"f:1:1: unknown section \"[Agent]\"; expected [agent], [rule NAME] or [default]"});
    CHECK(errorsOf("  []\n") ==
          Texts{"f:1:3: unknown section \"[]\"; expected [agent], [rule NAME] or [default]"});
}

TEST_CASE("a rule without a name is an error") {
    CHECK(errorsOf("[rule]\npath = /a\n") == Texts{"f:1:6: a rule without a name; expected [rule NAME]"});
    CHECK(errorsOf("[rule  ]\n") == Texts{"f:1:6: a rule without a name; expected [rule NAME]"});
}

TEST_CASE("two rules without a name are no duplicates") { CHECK(errorsOf("[rule]\n[rule]\n").size() == 2); }

TEST_CASE("a rule's name with a blank is an error") {
    CHECK(errorsOf("[rule a b]\n") ==
          Texts{"f:1:7: bad rule name \"a b\"; expected printable ASCII without blanks and brackets"});
}

TEST_CASE("a rule's name with a bracket is an error") {
    CHECK(errorsOf("[rule a[b]\n") ==
          Texts{"f:1:7: bad rule name \"a[b\"; expected printable ASCII without blanks and brackets"});
}

TEST_CASE("a rule's name with other than printable ASCII is an error, shown escaped") {
    CHECK(errorsOf("[rule \xc3\xa9]\n") ==
          Texts{"f:1:7: bad rule name \"\\xc3\\xa9\"; expected printable ASCII without blanks and brackets"});
}

TEST_CASE("a name for [agent] or [default] is an error") {
    CHECK(errorsOf("[agent x]\n") == Texts{"f:1:8: name \"x\"; expected [agent] alone"});
    CHECK(errorsOf("[default x y]\n") == Texts{"f:1:10: name \"x y\"; expected [default] alone"});
}

TEST_CASE("a second [agent] is an error that says where the first is") {
    CHECK(errorsOf("[agent]\n\n[agent]\n") == Texts{"f:3:1: second [agent]; the first is in line 1"});
}

TEST_CASE("a second [default] is an error that says where the first is") {
    CHECK(errorsOf("\n[default]\n [default]\n") == Texts{"f:3:2: second [default]; the first is in line 2"});
}

TEST_CASE("a third section says where the first is") {
    CHECK(errorsOf("[agent]\n[agent]\n[agent]\n").back() == "f:3:1: second [agent]; the first is in line 1");
}

TEST_CASE("a second rule of the same name is an error, and its own errors are reported too") {
    CHECK(errorsOf("[rule a]\n[rule b]\n[rule a]\nlinger = x\n") ==
          Texts{"f:3:1: second rule \"a\"; the first is in line 1",
                "f:4:10: bad duration \"x\"; expected a whole number and ms, s, min, h or d, such as 500ms "
                "or 10min"});
}

TEST_CASE("of two rules of the same name the first is there") {
    const auto conf = parseConf("[rule a]\npath = /1\n[rule a]\npath = /2\n", "f");
    REQUIRE(conf.rules.size() == 1);
    CHECK(conf.rules[0].values.path == "/1");
}

TEST_CASE("a key before any section is an error") {
    CHECK(
        errorsOf("linger = 2s\n") ==
        Texts{
            "f:1:1: key \"linger\" before any section; expected [agent], [rule NAME] or [default] above it"});
}

TEST_CASE("an unknown key near a known one is an error that names that one") {
    CHECK(errorsOfRule("lingr = 2s\n") == Texts{"f:2:1: unknown key \"lingr\"; did you mean \"linger\"?"});
    CHECK(errorsOfRule("  owner_keep = no\n") ==
          Texts{"f:2:3: unknown key \"owner_keep\"; did you mean \"owner-keep\"?"});
    CHECK(errorsOf("[agent]\nloglevel = info\n") ==
          Texts{"f:2:1: unknown key \"loglevel\"; did you mean \"log-level\"?"});
}

TEST_CASE("an unknown key far from any is an error that lists what is known there") {
    CHECK(errorsOf("[agent]\ncolour = red\n") ==
          Texts{"f:2:1: unknown key \"colour\"; expected one of log-level, drainer, lock-patience, "
                "ambiguous-linger, watch-creators"});
    CHECK(
        errorsOf("[default]\nx = 1\n") ==
        Texts{
            "f:2:1: unknown key \"x\"; expected one of policy, unknown-creator, linger, delegated-by-owner, "
            "user-delegate, set-flag, owner-keep, sweep, sweep-linger, retry, give-up"});
    CHECK(
        errorsOfRule("x = 1\n") ==
        Texts{"f:2:1: unknown key \"x\"; expected one of hierarchy, path, policy, unknown-creator, linger, "
              "delegated-by-owner, user-delegate, set-flag, owner-keep, sweep, sweep-linger, retry, give-up, "
              "inside-delegation"});
}

TEST_CASE("keys are told apart by case") {
    CHECK(errorsOfRule("Linger = 2s\n") == Texts{"f:2:1: unknown key \"Linger\"; did you mean \"linger\"?"});
}

TEST_CASE("a long key is shown cut, and compared with none") {
    const auto errors = errorsOf("[agent]\n" + std::string(100, 'k') + " = 1\n");
    CHECK(errors == Texts{"f:2:1: unknown key \"" + std::string(60, 'k') +
                          "...\"; expected one of log-level, drainer, lock-patience, ambiguous-linger, "
                          "watch-creators"});
}

TEST_CASE("a key of a rule in [default] is an error that says where it belongs") {
    CHECK(errorsOf("[default]\npath = /a\nhierarchy = freezer\ninside-delegation = yes\n") ==
          Texts{"f:2:1: \"path\" is no key of [default]; expected it in [rule NAME]",
                "f:3:1: \"hierarchy\" is no key of [default]; expected it in [rule NAME]",
                "f:4:1: \"inside-delegation\" is no key of [default]; expected it in [rule NAME]"});
}

TEST_CASE("a key of rules in [agent] is an error that says where it belongs") {
    CHECK(errorsOf("[agent]\nlinger = 2s\n") ==
          Texts{"f:2:1: \"linger\" is no key of [agent]; expected it in [rule NAME] or [default]"});
}

TEST_CASE("a key of [agent] in a rule or [default] is an error that says where it belongs") {
    CHECK(errorsOfRule("drainer = no\n") ==
          Texts{"f:2:1: \"drainer\" is no key of [rule NAME]; expected it in [agent]"});
    CHECK(errorsOf("[default]\ndrainer = no\n") ==
          Texts{"f:2:1: \"drainer\" is no key of [default]; expected it in [agent]"});
}

TEST_CASE("a second key in a section is an error that says where the first is") {
    CHECK(errorsOfRule("linger = 2s\nsweep = no\n linger = 3s\n") ==
          Texts{"f:4:2: second \"linger\" in this section; the first is in line 2"});
}

TEST_CASE("the same key in two sections is no error") {
    CHECK(errorsOf("[rule a]\nlinger = 2s\n[rule b]\nlinger = 2s\n[default]\nlinger = 2s\n") == Texts{});
}

TEST_CASE("a key without a value is an error") {
    CHECK(errorsOfRule("linger =\n") == Texts{"f:2:9: nothing after \"=\"; expected a value for \"linger\""});
    CHECK(errorsOfRule("linger = # 2s\n") ==
          Texts{"f:2:9: nothing after \"=\"; expected a value for \"linger\""});
}

TEST_CASE("all errors of a file are reported at once, in order of place") {
    CHECK(errorsOf("x = 1\n[agent]\ndrainer = 1\n[rule a]\npath = a\n[rule a]\nfoo\n[what]\n") ==
          Texts{"f:1:1: key \"x\" before any section; expected [agent], [rule NAME] or [default] above it",
                "f:3:11: bad value \"1\"; expected yes or no",
                "f:5:8: bad path \"a\"; expected it to begin with \"/\"",
                "f:6:1: second rule \"a\"; the first is in line 4",
                "f:7:1: no \"=\" in \"foo\"; expected key = value",
                "f:8:1: unknown section \"[what]\"; expected [agent], [rule NAME] or [default]"});
}

TEST_CASE("unified without a path is an error") {
    CHECK(errorsOfRule("hierarchy = freezer unified\n") ==
          Texts{"f:2:13: \"unified\" without a path; expected a path whose first component has no \"*\""});
}

TEST_CASE("unified with a path that begins with a star is an error") {
    CHECK(errorsOfRule("hierarchy = unified\npath = /**/a\n") ==
          Texts{"f:3:8: path \"/**/a\" with hierarchy \"unified\"; expected its first component to have no "
                "\"*\""});
    CHECK(errorsOfRule("path = /a*/b\nhierarchy = unified\n") ==
          Texts{"f:2:8: path \"/a*/b\" with hierarchy \"unified\"; expected its first component to have no "
                "\"*\""});
}

TEST_CASE("unified with a bad path is one error, not two") {
    CHECK(errorsOfRule("hierarchy = unified\npath = a\n") ==
          Texts{"f:3:8: bad path \"a\"; expected it to begin with \"/\""});
}

TEST_CASE("inside-delegation without unified is an error") {
    CHECK(errorsOfRule("inside-delegation = yes\n") ==
          Texts{"f:2:1: \"inside-delegation\" without hierarchy \"unified\"; expected both or none"});
    CHECK(errorsOfRule("hierarchy = freezer\npath = /a\ninside-delegation = no\n") ==
          Texts{"f:4:1: \"inside-delegation\" without hierarchy \"unified\"; expected both or none"});
}

TEST_CASE("inside-delegation with a bad hierarchy is one error, not two") {
    CHECK(errorsOfRule("hierarchy = unified,x\npath = /a\ninside-delegation = no\n").size() == 1);
}

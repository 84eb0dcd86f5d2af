// SPDX-License-Identifier: MIT
// Errors in values: exact text and position of each.
#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;
using namespace std::string_literals;

namespace {

const std::string kDurationHint = "expected a whole number and ms, s, min, h or d, such as 500ms or 10min";

Texts badDuration(const std::string& shown) {
    return {"f:2:10: bad duration \"" + shown + "\"; " + kDurationHint};
}

Texts badHierarchy(const std::string& shown) {
    return {"f:2:13: bad hierarchy \"" + shown +
            "\"; expected a name as in /proc/self/cgroup, such as freezer, cpu,cpuacct or name=openrc, or "
            "unified"};
}

Texts lingerErrors(const std::string& value) { return errorsOfRule("linger = " + value + "\n"); }
Texts policyErrors(const std::string& value) { return errorsOfRule("policy = " + value + "\n"); }
Texts pathErrors(const std::string& value) { return errorsOfRule("path = " + value + "\n"); }
Texts retryErrors(const std::string& value) { return errorsOfRule("retry = " + value + "\n"); }
Texts hierarchyErrors(const std::string& value) { return errorsOfRule("hierarchy = " + value + "\n"); }

}  // namespace

TEST_CASE("yes and no are the only truths") {
    CHECK(errorsOfRule("sweep = on\n") == Texts{"f:2:9: bad value \"on\"; expected yes or no"});
    CHECK(errorsOfRule("sweep = true\n") == Texts{"f:2:9: bad value \"true\"; expected yes or no"});
    CHECK(errorsOfRule("sweep = Yes\n") == Texts{"f:2:9: bad value \"Yes\"; expected yes or no"});
    CHECK(errorsOfRule("sweep = 1\n") == Texts{"f:2:9: bad value \"1\"; expected yes or no"});
}

TEST_CASE("each key of truth refuses other words") {
    CHECK(errorsOf("[agent]\ndrainer = x\n").size() == 1);
    CHECK(errorsOfRule("delegated-by-owner = x\nowner-keep = x\nsweep = x\n").size() == 3);
    CHECK(errorsOfRule("hierarchy = unified\npath = /a\ninside-delegation = x\n") ==
          Texts{"f:4:21: bad value \"x\"; expected yes or no"});
}

TEST_CASE("set-flag refuses what is neither yes nor no") {
    CHECK(errorsOfRule("set-flag = off\n") == Texts{"f:2:12: bad value \"off\"; expected yes or no"});
}

TEST_CASE("watch-creators refuses what is no whole number") {
    for (const std::string text : {"many", "-1", "+1", "1.5", "0x10", "5s", "1 000"})
        CHECK(errorsOf("[agent]\nwatch-creators = " + text + "\n") ==
              Texts{"f:2:18: bad number \"" + text + "\"; expected a whole number up to 100000"});
}

TEST_CASE("watch-creators refuses more than 100000, whether an integer can hold it or not") {
    for (const std::string text : {"100001", "9223372036854775808", "99999999999999999999999"})
        CHECK(errorsOf("[agent]\nwatch-creators = " + text + "\n") ==
              Texts{"f:2:18: bad number \"" + text + "\"; expected a whole number up to 100000"});
}

TEST_CASE("watch-creators is a key of [agent] alone, and set-flag of rules") {
    CHECK(errorsOfRule("watch-creators = 1\n") ==
          Texts{"f:2:1: \"watch-creators\" is no key of [rule NAME]; expected it in [agent]"});
    CHECK(errorsOf("[agent]\nset-flag = no\n") ==
          Texts{"f:2:1: \"set-flag\" is no key of [agent]; expected it in [rule NAME] or [default]"});
}

TEST_CASE("unknown-creator is remove or keep") {
    CHECK(errorsOfRule("unknown-creator = yes\n") ==
          Texts{"f:2:19: bad value \"yes\"; expected remove or keep"});
}

TEST_CASE("a log level must be known") {
    CHECK(errorsOf("[agent]\nlog-level = warn\n") ==
          Texts{"f:2:13: unknown log level \"warn\"; expected error, warning, notice, info or debug"});
}

TEST_CASE("a duration without a unit is an error") { CHECK(lingerErrors("5") == badDuration("5")); }

TEST_CASE("a duration with an unknown unit is an error") {
    CHECK(lingerErrors("5m") == badDuration("5m"));
    CHECK(lingerErrors("5sec") == badDuration("5sec"));
    CHECK(lingerErrors("5S") == badDuration("5S"));
}

TEST_CASE("a duration with a blank before its unit is an error") {
    CHECK(lingerErrors("5 s") == badDuration("5 s"));
}

TEST_CASE("a duration that is no whole number is an error") {
    CHECK(lingerErrors("1.5s") == badDuration("1.5s"));
    CHECK(lingerErrors("s") == badDuration("s"));
    CHECK(lingerErrors("1h30min") == badDuration("1h30min"));
    CHECK(lingerErrors("0x5s") == badDuration("0x5s"));
}

TEST_CASE("a negative duration is an error") {
    CHECK(lingerErrors("-1s") == badDuration("-1s"));
    CHECK(lingerErrors("+1s") == badDuration("+1s"));
}

TEST_CASE("a duration with control bytes is shown escaped") {
    CHECK(lingerErrors("5\x01s") == badDuration("5\\x01s"));
}

TEST_CASE("a duration of more than a hundred years is an error") {
    CHECK(lingerErrors("36501d") ==
          Texts{"f:2:10: duration \"36501d\" is too long; expected at most 36500d"});
    CHECK(lingerErrors("876001h") ==
          Texts{"f:2:10: duration \"876001h\" is too long; expected at most 36500d"});
}

TEST_CASE("a number that no integer can hold is too long") {
    CHECK(lingerErrors("18446744073709551616ms") ==
          Texts{"f:2:10: duration \"18446744073709551616ms\" is too long; expected at most 36500d"});
    CHECK(lingerErrors("18446744073709551615d") ==
          Texts{"f:2:10: duration \"18446744073709551615d\" is too long; expected at most 36500d"});
}

TEST_CASE("each key of time refuses what is no duration") {
    CHECK(errorsOfRule("sweep-linger = x\ngive-up = x\n").size() == 2);
    CHECK(errorsOf("[agent]\nlock-patience = x\nambiguous-linger = x\n").size() == 2);
}

TEST_CASE("a range without dots is an error") {
    CHECK(retryErrors("5s") == Texts{"f:2:9: bad range \"5s\"; expected two durations, such as 1s..60s"});
    CHECK(retryErrors("1s-5s") ==
          Texts{"f:2:9: bad range \"1s-5s\"; expected two durations, such as 1s..60s"});
}

TEST_CASE("a bad duration of a range is an error at its place") {
    CHECK(retryErrors("1..60s") == Texts{"f:2:9: bad duration \"1\"; " + kDurationHint});
    CHECK(retryErrors("1s..60") == Texts{"f:2:13: bad duration \"60\"; " + kDurationHint});
    CHECK(retryErrors("..") ==
          Texts{"f:2:9: bad duration \"\"; " + kDurationHint, "f:2:11: bad duration \"\"; " + kDurationHint});
    CHECK(retryErrors("1s .. 2s").size() == 2);
    CHECK(retryErrors("1s...2s") == Texts{"f:2:13: bad duration \".2s\"; " + kDurationHint});
}

TEST_CASE("a range that begins with 0 is an error") {
    CHECK(retryErrors("0..60s") == Texts{"f:2:9: range begins with 0; expected a longer first duration"});
    CHECK(retryErrors("0s..0") == Texts{"f:2:9: range begins with 0; expected a longer first duration"});
}

TEST_CASE("a range that runs backwards is an error") {
    CHECK(retryErrors("61s..1min") ==
          Texts{"f:2:14: range ends below its first duration; expected one that is not shorter"});
}

TEST_CASE("an unknown policy is an error") {
    CHECK(policyErrors("creator-gone owned") ==
          Texts{"f:2:23: unknown policy \"owned\"; expected always, creator-gone, delegated or never"});
    CHECK(policyErrors("creator-gone,delegated").size() == 1);
}

TEST_CASE("each unknown policy is reported") { CHECK(policyErrors("a b c").size() == 3); }

TEST_CASE("a policy said twice is an error") {
    CHECK(policyErrors("delegated creator-gone delegated") ==
          Texts{"f:2:33: policy \"delegated\" is said twice; expected it once"});
    CHECK(policyErrors("never never").back() == "f:2:16: policy \"never\" is said twice; expected it once");
}

TEST_CASE("always and never stand alone") {
    CHECK(policyErrors("never delegated") ==
          Texts{"f:2:10: policy \"never\" beside another; expected it alone"});
    CHECK(policyErrors("delegated \t always") ==
          Texts{"f:2:22: policy \"always\" beside another; expected it alone"});
    CHECK(policyErrors("always never") ==
          Texts{"f:2:10: policy \"always\" beside another; expected it alone",
                "f:2:17: policy \"never\" beside another; expected it alone"});
}

TEST_CASE("a hierarchy must be named as the kernel would") {
    CHECK(hierarchyErrors("/sys/fs/cgroup/freezer") == badHierarchy("/sys/fs/cgroup/freezer"));
    CHECK(hierarchyErrors("cpu,") == badHierarchy("cpu,"));
    CHECK(hierarchyErrors(",cpu") == badHierarchy(",cpu"));
    CHECK(hierarchyErrors("name=") == badHierarchy("name="));
    CHECK(hierarchyErrors("name=a/b") == badHierarchy("name=a/b"));
    CHECK(hierarchyErrors("name=a,cpu") == badHierarchy("name=a,cpu"));
    CHECK(hierarchyErrors("fr\xc3\xa9") == badHierarchy("fr\\xc3\\xa9"));
    CHECK(hierarchyErrors("*") == badHierarchy("*"));
}

TEST_CASE("a hierarchy's own name has at most 63 bytes") {
    CHECK(hierarchyErrors("name=" + std::string(63, 'n')) == Texts{});
    CHECK(hierarchyErrors("name=" + std::string(64, 'n')).size() == 1);
}

TEST_CASE("unified is no controller beside others") {
    CHECK(hierarchyErrors("cpu,unified") == badHierarchy("cpu,unified"));
    CHECK(hierarchyErrors("unified,name=x") == badHierarchy("unified,name=x"));
}

TEST_CASE("each bad hierarchy is reported at its place") {
    const auto errors = hierarchyErrors("a/ freezer b/");
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].rfind("f:2:13: ", 0) == 0);
    CHECK(errors[1].rfind("f:2:24: ", 0) == 0);
}

TEST_CASE("a hierarchy said twice is an error") {
    CHECK(hierarchyErrors("freezer memory freezer") ==
          Texts{"f:2:28: hierarchy \"freezer\" is said twice; expected it once"});
}

TEST_CASE("a path must begin with a slash") {
    CHECK(pathErrors("lxc/**") == Texts{"f:2:8: bad path \"lxc/**\"; expected it to begin with \"/\""});
    CHECK(pathErrors("\\x2flxc") ==
          Texts{"f:2:8: bad path \"\\x5cx2flxc\"; expected it to begin with \"/\""});
}

TEST_CASE("an empty component of a path is an error") {
    const std::string message = "an empty component in the path; expected a name";
    CHECK(pathErrors("/") == Texts{"f:2:9: " + message});
    CHECK(pathErrors("/a/") == Texts{"f:2:11: " + message});
    CHECK(pathErrors("/a//b") == Texts{"f:2:11: " + message});
    CHECK(pathErrors("//") == Texts{"f:2:9: " + message, "f:2:10: " + message});
}

TEST_CASE("a dot or two as a component of a path is an error, escaped too") {
    CHECK(pathErrors("/a/./b") == Texts{"f:2:11: component \".\"; expected a name"});
    CHECK(pathErrors("/..") == Texts{"f:2:9: component \"..\"; expected a name"});
    CHECK(pathErrors("/\\x2e.") == Texts{"f:2:9: component \"\\x5cx2e.\"; expected a name"});
}

TEST_CASE("two stars beside other bytes are an error at the stars") {
    const std::string message = "\"**\" beside other bytes; expected it to be a whole component";
    CHECK(pathErrors("/a**") == Texts{"f:2:10: " + message});
    CHECK(pathErrors("/**a/b") == Texts{"f:2:9: " + message});
    CHECK(pathErrors("/a/***") == Texts{"f:2:11: " + message});
}

TEST_CASE("a backslash that begins no escape is an error") {
    const std::string message = "a lone \"\\\" in the path; expected \\xHH, which is \\x5c for itself";
    CHECK(pathErrors("/a\\b") == Texts{"f:2:10: " + message});
    CHECK(pathErrors("/a\\x2") == Texts{"f:2:10: " + message});
    CHECK(pathErrors("/a\\xg0") == Texts{"f:2:10: " + message});
    CHECK(pathErrors("/\\x2/0") == Texts{"f:2:9: " + message});
}

TEST_CASE("an escaped slash or NUL is an error") {
    CHECK(pathErrors("/a\\x2fb") == Texts{"f:2:10: an escaped \"/\" in the path; expected another byte"});
    CHECK(pathErrors("/a\\x00") == Texts{"f:2:10: an escaped NUL in the path; expected another byte"});
}

TEST_CASE("a control byte in a path is an error, and its escape is none") {
    CHECK(pathErrors("/a\tb") == Texts{"f:2:10: a control byte in the path; expected \\xHH in its place"});
    CHECK(pathErrors("/a\x7f") == Texts{"f:2:10: a control byte in the path; expected \\xHH in its place"});
    CHECK(pathErrors("/a\\x09b\\x7f") == Texts{});
}

TEST_CASE("all errors of a path are reported") {
    CHECK(pathErrors("/./a**/b\\/") ==
          Texts{"f:2:9: component \".\"; expected a name",
                "f:2:12: \"**\" beside other bytes; expected it to be a whole component",
                "f:2:16: a lone \"\\\" in the path; expected \\xHH, which is \\x5c for itself",
                "f:2:18: an empty component in the path; expected a name"});
}

TEST_CASE("a path of more than 4095 bytes is an error") {
    CHECK(pathErrors("/" + std::string(4095, 'a')) ==
          Texts{"f:2:8: path of 4096 bytes; expected at most 4095"});
    CHECK(pathErrors("/" + std::string(2047, 'a') + "/" + std::string(2047, 'b')) ==
          Texts{"f:2:8: path of 4096 bytes; expected at most 4095"});
}

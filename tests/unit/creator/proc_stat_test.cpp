// SPDX-License-Identifier: MIT
// Texts of /proc/PID/stat and /proc/PID/status, hostile ones too.
#include "creator/proc_stat.h"

#include "creator/status_field.h"
#include "support/catch.h"

namespace prune::test {

namespace {

/// Some fields of a stat; the others are as of a process that does nothing.
struct Fields {
    std::string name = "sh";
    std::string state = "S";
    std::string session = "7";
    std::string threads = "1";
    std::string start = "100";
};

std::string statOf(const Fields& fields) {
    return "700 (" + fields.name + ") " + fields.state + " 1 700 " + fields.session +
           " 34816 700 4194304 150 0 0 0 1 2 3 4 20 0 " + fields.threads + " 0 " + fields.start +
           " 2572288 223 18446744073709551615 1 1 0 0 0 0 0 0 65536 1 0 0 17 0 0 0 0 0 0\n";
}

std::optional<ProcStat> parsedStat(const Fields& fields) { return parseProcStat(statOf(fields)); }

}  // namespace

TEST_CASE("the name, state, session, threads and start time of a stat are read", "[creator]") {
    const auto stat = parsedStat({"bash", "R", "12", "3", "4567"});
    REQUIRE(stat);
    CHECK(stat->name == "bash");
    CHECK(stat->state == 'R');
    CHECK(stat->session == 12);
    CHECK(stat->threads == 3);
    CHECK(stat->startTicks == 4567);
}

TEST_CASE("a name can look like the rest of a stat", "[creator]") {
    const auto name = GENERATE(as<std::string>(), "a) Z (b", ") Z 1 1 1", "a\nb", ")", "(", "((", "))",
                               "() S 1", " ", "", "a ) ", "\x80\xff\x01");
    const auto stat = parsedStat({.name = name});
    REQUIRE(stat);
    CHECK(stat->name == name);
    CHECK(stat->state == 'S');
    CHECK(stat->startTicks == 100);
}

TEST_CASE("a stat that is cut anywhere before the start time is none", "[creator]") {
    const auto text = statOf({});
    const auto start = text.find(" 100 ") + 1;
    for (std::size_t length = 0; length <= start; ++length) {
        CAPTURE(length);
        CHECK_FALSE(parseProcStat(std::string_view(text).substr(0, length)));
    }
    CHECK(parseProcStat(std::string_view(text).substr(0, start + 4)));
}

TEST_CASE("texts that are no stat are none", "[creator]") {
    const auto text = GENERATE(as<std::string>(), "", "\n", "700", "(", ") ", ") (", "700 sh S 1 1 1",
                               "700 (sh)", "700 (sh) ", "700 (sh) S", ") S 1 (sh",
                               "700 sh) S 1 1 7 0 0 0 0 0 0 0 0 0 0 0 20 0 1 0 5 \n");
    CHECK_FALSE(parseProcStat(text));
}

TEST_CASE("a stat whose name has no beginning before its end is none", "[creator]") {
    const auto text = statOf({});
    CHECK_FALSE(parseProcStat(text.substr(text.find(')')) + "(sh"));
}

TEST_CASE("a state is one letter", "[creator]") {
    CHECK_FALSE(parsedStat({.state = GENERATE(as<std::string>(), "", "SS")}));
}

TEST_CASE("a session can be negative or 0", "[creator]") {
    CHECK(parsedStat({.session = "-1"})->session == -1);
    CHECK(parsedStat({.session = "0"})->session == 0);
}

TEST_CASE("a session or a number of threads out of range makes no stat", "[creator]") {
    CHECK_FALSE(parsedStat({.session = "9223372036854775808"}));
    CHECK_FALSE(parsedStat({.threads = "-9223372036854775808"}));
}

TEST_CASE("a start time is not negative", "[creator]") { CHECK_FALSE(parsedStat({.start = "-1"})); }

TEST_CASE("the greatest start time is read, and greater ones make no stat", "[creator]") {
    CHECK(parsedStat({.start = "9223372036854775807"})->startTicks == INT64_MAX);
    CHECK_FALSE(parsedStat({.start = "9223372036854775808"}));
    CHECK_FALSE(parsedStat({.start = "18446744073709551616"}));
}

TEST_CASE("a number with other bytes makes no stat", "[creator]") {
    const auto number = GENERATE(as<std::string>(), "", "x", "1x", "+1", "--1", "-", "0x1", "1.5", "\t1");
    CHECK_FALSE(parsedStat({.session = number}));
    CHECK_FALSE(parsedStat({.threads = number}));
    CHECK_FALSE(parsedStat({.start = number}));
}

TEST_CASE("numbers that are not asked for can be anything", "[creator]") {
    auto text = statOf({});
    text.replace(text.find("34816"), 5, "-99999999999999999999999");
    const auto stat = parseProcStat(text);
    REQUIRE(stat);
    CHECK(stat->startTicks == 100);
}

TEST_CASE("a zombie without other threads has ended", "[creator]") {
    CHECK(parsedStat({.state = "Z", .threads = "1"})->hasEnded());
    CHECK(parsedStat({.state = "Z", .threads = "0"})->hasEnded());
}

TEST_CASE("a zombie leader whose threads live has not ended", "[creator]") {
    CHECK_FALSE(parsedStat({.state = "Z", .threads = "2"})->hasEnded());
}

TEST_CASE("a dead process has ended, whatever its threads", "[creator]") {
    CHECK(parsedStat({.state = "X", .threads = "1"})->hasEnded());
    CHECK(parsedStat({.state = "X", .threads = "2"})->hasEnded());
}

TEST_CASE("a process in any other state has not ended", "[creator]") {
    const auto state = GENERATE(as<std::string>(), "R", "S", "D", "T", "t", "I", "P", "z");
    CHECK_FALSE(parsedStat({.state = state})->hasEnded());
}

TEST_CASE("a line of a status is found by its whole key", "[creator]") {
    const std::string text = "Name:\tsh\nPPid:\t1\nPid:\t700\nUid:\t0\t1\t2\t3\nNSpid:\t700\t4\n";
    CHECK(statusField(text, "Pid") == "700");
    CHECK(statusField(text, "Uid") == "0\t1\t2\t3");
    CHECK(statusField(text, "NSpid") == "700\t4");
    CHECK(statusField(text, "Name") == "sh");
}

TEST_CASE("a line of a status that is not there is empty", "[creator]") {
    CHECK(statusField("Pids:\t5\n", "Pid").empty());
    CHECK(statusField("Name:\tPid:\t5\n", "Pid").empty());
    CHECK(statusField("Pid\n", "Pid").empty());
    CHECK(statusField("", "Pid").empty());
    CHECK(statusField("\n\n", "Pid").empty());
}

TEST_CASE("a line of a status can be empty, and the last without a newline", "[creator]") {
    CHECK(statusField("Groups:\t \nPid:\t7", "Groups").empty());
    CHECK(statusField("Groups:\t \nPid:\t7", "Pid") == "7");
}

TEST_CASE("of two lines of a status with a key the first counts", "[creator]") {
    CHECK(statusField("Pid:\t7\nPid:\t8\n", "Pid") == "7");
}

}  // namespace prune::test

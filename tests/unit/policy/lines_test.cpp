// SPDX-License-Identifier: MIT
#include "policy/lines.h"

#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;
using namespace std::string_literals;

namespace {

/// The first line that says something; fails the test if there is none, or an error.
ConfLine lineOf(std::string_view text) {
    ErrorList errors("f");
    LineReader lines(text, errors);
    ConfLine line;
    REQUIRE(lines.next(line));
    REQUIRE(errors.takeSorted().empty());
    return line;
}

int countOf(std::string_view text) {
    ErrorList errors("f");
    LineReader lines(text, errors);
    int count = 0;
    for (ConfLine line; lines.next(line);) ++count;
    return count;
}

}  // namespace

TEST_CASE("a setting has key and value with their columns") {
    const auto line = lineOf("  linger\t=  5s  ");
    CHECK(line.form == ConfLine::Form::setting);
    CHECK(line.number == 1);
    CHECK(line.key.text == "linger");
    CHECK(line.key.column == 3);
    CHECK(line.value.text == "5s");
    CHECK(line.value.column == 13);
}

TEST_CASE("a setting needs no blanks") {
    const auto line = lineOf("a=b");
    CHECK(line.key.text == "a");
    CHECK(line.value.text == "b");
    CHECK(line.value.column == 3);
}

TEST_CASE("the first equals sign parts key and value") {
    const auto line = lineOf("hierarchy = name=openrc");
    CHECK(line.key.text == "hierarchy");
    CHECK(line.value.text == "name=openrc");
}

TEST_CASE("a value that is missing stands after the equals sign") {
    const auto line = lineOf("linger =   ");
    CHECK(line.value.text.empty());
    CHECK(line.value.column == 9);
}

TEST_CASE("a section has kind and name with their columns") {
    const auto line = lineOf(" [ rule  r1 ] # comment");
    CHECK(line.form == ConfLine::Form::section);
    CHECK(line.key.text == "rule");
    CHECK(line.key.column == 4);
    CHECK(line.value.text == "r1");
    CHECK(line.value.column == 10);
    CHECK(line.whole.text == "[ rule  r1 ]");
    CHECK(line.whole.column == 2);
}

TEST_CASE("a section without a name has an empty one") {
    const auto line = lineOf("[agent]");
    CHECK(line.key.text == "agent");
    CHECK(line.value.text.empty());
}

TEST_CASE("empty lines and comments say nothing") {
    CHECK(countOf("") == 0);
    CHECK(countOf("\n\n \t \n") == 0);
    CHECK(countOf("# a = b\n  # [agent]\n#\n") == 0);
}

TEST_CASE("lines count from one, whatever they hold") { CHECK(lineOf("\n# comment\n\na = b").number == 4); }

TEST_CASE("the last line needs no newline") {
    CHECK(countOf("a = b\nc = d") == 2);
    CHECK(countOf("a = b\nc = d\n") == 2);
}

TEST_CASE("a comment begins at a hash after a blank") {
    CHECK(lineOf("a = b # c").value.text == "b");
    CHECK(lineOf("a = b\t#c").value.text == "b");
    CHECK(lineOf("a = b # c # d").value.text == "b");
}

TEST_CASE("a hash within a word is part of it") {
    CHECK(lineOf("path = /a#b").value.text == "/a#b");
    CHECK(lineOf("path = /a#b #c").value.text == "/a#b");
    CHECK(lineOf("path =#b").value.text == "#b");
}

TEST_CASE("a line of the longest length is read") {
    const std::string value(kMaxLineBytes - 4, 'v');
    CHECK(lineOf("a = " + value).value.text == value);
}

TEST_CASE("a longer line is an error at its first byte too many") {
    const std::string line = "a = " + std::string(kMaxLineBytes - 3, 'v');
    CHECK(errorsOf("#\n" + line) == Texts{"f:2:20481: line of 20481 bytes; expected at most 20480"});
}

TEST_CASE("a NUL byte is an error, in a comment too") {
    CHECK(errorsOf("[agent]\ndrain\0er = yes\n"s) == Texts{"f:2:6: NUL byte; expected text"});
    CHECK(errorsOf("# \0\n"s) == Texts{"f:1:3: NUL byte; expected text"});
}

TEST_CASE("a carriage return at the end of a line is an error, and the line is read even so") {
    CHECK(errorsOf("[agent]\r\ndrainer = maybe\r\n") ==
          Texts{"f:1:8: line ends in a carriage return; expected a newline alone",
                "f:2:11: bad value \"maybe\"; expected yes or no",
                "f:2:16: line ends in a carriage return; expected a newline alone"});
}

TEST_CASE("a carriage return after a comment and on an empty line is an error") {
    CHECK(errorsOf("# c\r\n\r\n").size() == 2);
}

TEST_CASE("a byte order mark is an error, and the line is read even so") {
    CHECK(errorsOf("\xef\xbb\xbf[agent]\ndrainer = yes\n") ==
          Texts{"f:1:1: byte order mark; expected text that begins without one"});
    CHECK(errorsOf("\xef\xbb\xbf[agint]\n").back() ==
          "f:1:4: unknown section \"[agint]\"; expected [agent], [rule NAME] or [default]");
}

TEST_CASE("a line without an equals sign is an error") {
    CHECK(errorsOf("[agent]\n  drainer yes\n") ==
          Texts{"f:2:3: no \"=\" in \"drainer yes\"; expected key = value"});
}

TEST_CASE("a line without a key is an error") {
    CHECK(errorsOf("[agent]\n = yes\n") == Texts{"f:2:2: nothing before \"=\"; expected key = value"});
}

TEST_CASE("a section line without its bracket is an error, and what follows belongs to no section") {
    CHECK(errorsOf("[rule x # c\nlinger = never\n") ==
          Texts{"f:1:8: section line without its end; expected \"]\""});
}

TEST_CASE("bytes after a section are an error") {
    CHECK(errorsOf("[agent] x # c\n") ==
          Texts{"f:1:9: \"x\" after \"]\"; expected the end of the line, or a comment"});
    CHECK(errorsOf("[agent]# c\n") ==
          Texts{"f:1:8: \"# c\" after \"]\"; expected the end of the line, or a comment"});
}

// SPDX-License-Identifier: MIT
#include "policy/error_list.h"

#include <string>

#include "policy/conf_texts.h"
#include "support/catch.h"

using namespace prune;
using namespace prune::test;

TEST_CASE("errors are given in order of place, those of one place as they came") {
    ErrorList errors("f");
    errors.add(2, 5, "c");
    errors.add(2, 1, "a");
    errors.add(1, 9, "first");
    errors.add(2, 1, "b");
    CHECK(textsOf(errors.takeSorted()) == Texts{"f:1:9: first", "f:2:1: a", "f:2:1: b", "f:2:5: c"});
}

TEST_CASE("a position names the file of the list") {
    const auto where = ErrorList("x.conf").position(3, 4);
    CHECK(where.file == "x.conf");
    CHECK(where.line == 3);
    CHECK(where.column == 4);
}

TEST_CASE("a text is shown in quotes and escaped") {
    CHECK(prune::quoted("a b") == "\"a b\"");
    CHECK(prune::quoted("\x1b[0m\n") == "\"\\x1b[0m\\x0a\"");
    CHECK(prune::quoted("") == "\"\"");
}

TEST_CASE("a long text is shown cut") {
    CHECK(prune::quoted(std::string(60, 'a')) == '"' + std::string(60, 'a') + '"');
    CHECK(prune::quoted(std::string(61, 'a')) == '"' + std::string(60, 'a') + "...\"");
}

TEST_CASE("the nearest word is the one with the fewest edits, of several the first") {
    CHECK(nearestWord("sweap", {"linger", "sweep", "sweat"}) == "sweep");
    CHECK(nearestWord("linge", {"linger", "linges"}) == "linger");
    CHECK(nearestWord("lingers", {"linger"}) == "linger");
    CHECK(nearestWord("ilnger", {"linger"}) == "linger");
}

TEST_CASE("a word that is too far from all is near none") {
    CHECK(nearestWord("colour", {"linger", "sweep"}).empty());
    CHECK(nearestWord("lin", {"linger"}).empty());
    CHECK(nearestWord("", {"linger"}).empty());
    CHECK(nearestWord("x", {"y"}).empty());
}

TEST_CASE("a word of any length can be compared") {
    CHECK(nearestWord(std::string(24, 'k'), {"linger"}).empty());
    CHECK(nearestWord(std::string(100'000, 'k'), {"linger"}).empty());
    CHECK(nearestWord("linger", {std::string_view("lingerlingerlingerlingerlinger")}).empty());
}

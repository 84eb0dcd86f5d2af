// SPDX-License-Identifier: MIT
#include "policy/path_pattern.h"

#include <string>

#include "policy/conf.h"
#include "support/catch.h"

using namespace prune;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("a pattern without stars fits its own bytes only") {
    CHECK(pathFits("/lxc", "/lxc"));
    CHECK(pathFits("/lxc/a", "/lxc/a"));
    CHECK_FALSE(pathFits("/lxc", "/lx"));
    CHECK_FALSE(pathFits("/lxc", "/lxcfs"));
    CHECK_FALSE(pathFits("/lxc", "/lxc/a"));
    CHECK_FALSE(pathFits("/lxc/a", "/lxc"));
    CHECK_FALSE(pathFits("/lxc", "/LXC"));
}

TEST_CASE("a star fits any bytes within a component, also none") {
    CHECK(pathFits("/job*", "/job"));
    CHECK(pathFits("/job*", "/job_1"));
    CHECK(pathFits("/*_x", "/_x"));
    CHECK(pathFits("/a*b*c", "/abc"));
    CHECK(pathFits("/a*b*c", "/a1b2b3c"));
    CHECK_FALSE(pathFits("/a*b*c", "/a1b2"));
    CHECK_FALSE(pathFits("/job*", "/jo"));
    CHECK_FALSE(pathFits("/job*", "/job/1"));
    CHECK_FALSE(pathFits("/j*1", "/job/1"));
}

TEST_CASE("a star alone fits exactly one component") {
    CHECK(pathFits("/*", "/a"));
    CHECK(pathFits("/lxc/*/ns", "/lxc/a/ns"));
    CHECK_FALSE(pathFits("/lxc/*", "/lxc"));
    CHECK_FALSE(pathFits("/lxc/*/ns", "/lxc/ns"));
    CHECK_FALSE(pathFits("/lxc/*/ns", "/lxc/a/b/ns"));
}

TEST_CASE("two stars fit one or more components") {
    CHECK(pathFits("/lxc/**", "/lxc/a"));
    CHECK(pathFits("/lxc/**", "/lxc/a/b/c"));
    CHECK(pathFits("/**", "/a"));
    CHECK(pathFits("/**", "/a/b"));
    CHECK_FALSE(pathFits("/lxc/**", "/lxc"));
    CHECK_FALSE(pathFits("/lxc/**", "/lxcfs/a"));
}

TEST_CASE("two stars can stand in the middle, and more than once") {
    CHECK(pathFits("/a/**/z", "/a/b/z"));
    CHECK(pathFits("/a/**/z", "/a/b/c/z"));
    CHECK(pathFits("/a/**/z", "/a/z/z"));
    CHECK_FALSE(pathFits("/a/**/z", "/a/z"));
    CHECK_FALSE(pathFits("/a/**/z", "/a/b/z/c"));
    CHECK(pathFits("/**/m/**", "/a/m/b"));
    CHECK(pathFits("/**/m/**", "/m/m/m"));
    CHECK_FALSE(pathFits("/**/m/**", "/m/b"));
    CHECK(pathFits("/**/**", "/a/b"));
    CHECK_FALSE(pathFits("/**/**", "/a"));
}

TEST_CASE("what follows two stars is tried at each later component") {
    CHECK(pathFits("/**/a/b", "/a/a/a/b"));
    CHECK(pathFits("/**/a*/b", "/x/a1/c/a2/b"));
    CHECK_FALSE(pathFits("/**/a/b", "/a/b/a/c"));
}

TEST_CASE("an escape fits its byte and nothing else") {
    CHECK(pathFits("/a\\x20b", "/a b"));
    CHECK(pathFits("/\\xff", "/\xff"));
    CHECK(pathFits("/\\xFf", "/\xff"));
    CHECK(pathFits("/a\\x5cx20b", "/a\\x20b"));
    CHECK_FALSE(pathFits("/a\\x20b", "/a\\x20b"));
}

TEST_CASE("an escaped star is no star") {
    CHECK(pathFits("/a\\x2a", "/a*"));
    CHECK_FALSE(pathFits("/a\\x2a", "/ab"));
    CHECK(pathFits("/\\x2a\\x2a", "/**"));
    CHECK_FALSE(pathFits("/\\x2a\\x2a", "/ab/c"));
}

TEST_CASE("a star tries again past escapes") {
    CHECK(pathFits("/*\\x20b", "/a c b"));
    CHECK_FALSE(pathFits("/*\\x20b", "/a c d"));
}

TEST_CASE("a star in a path is a byte like others") {
    CHECK(pathFits("/*", "/*"));
    CHECK_FALSE(pathFits("/a", "/*"));
    CHECK_FALSE(pathFits("/a/b", "/**"));
}

TEST_CASE("bytes that are no text fit themselves") {
    CHECK(pathFits("/\x80\xfe", "/\x80\xfe"));
    CHECK_FALSE(pathFits("/\x80", "/\xc2\x80"));
    CHECK(pathFits("/a b/**", "/a b/c"));
}

TEST_CASE("what does not begin with a slash fits nothing") {
    CHECK_FALSE(pathFits("", "/a"));
    CHECK_FALSE(pathFits("a", "/a"));
    CHECK_FALSE(pathFits("**", "/a"));
    CHECK_FALSE(pathFits("/a", "a"));
    CHECK_FALSE(pathFits("/**", ""));
}

TEST_CASE("stars fit no component where there is none") {
    CHECK_FALSE(pathFits("/**", "/"));
    CHECK_FALSE(pathFits("/*", "/"));
}

TEST_CASE("a backslash that begins no escape is itself") {
    CHECK(pathFits("/a\\", "/a\\"));
    CHECK(pathFits("/a\\x2", "/a\\x2"));
    CHECK(pathFits("/a\\xg0", "/a\\xg0"));
    CHECK(pathFits("/a\\n", "/a\\n"));
}

// These would take years if each star doubled the work; the test's time limit is what fails.
TEST_CASE("many stars in a component do not multiply the work") {
    const std::string pattern = "/" + repeated("a*", 500) + "b";
    CHECK_FALSE(pathFits(pattern, "/" + std::string(2000, 'a')));
    CHECK(pathFits(pattern, "/" + std::string(2000, 'a') + "b"));
}

TEST_CASE("many double stars do not multiply the work") {
    const std::string pattern = repeated("/**/a", 200) + "/b";
    CHECK_FALSE(pathFits(pattern, repeated("/a", 2000)));
    CHECK(pathFits(pattern, repeated("/a", 2000) + "/b"));
}

TEST_CASE("stars of both kinds together do not multiply the work") {
    const std::string pattern = repeated("/**/a*a*a*b", 60);
    CHECK_FALSE(pathFits(pattern, repeated("/aaaaaaaaaaaaaaaaaaaa", 190)));
}

TEST_CASE("a unit of a pattern is a byte, a star or an escape") {
    const auto plain = patternUnitAt("a", 0);
    CHECK(plain.length == 1);
    CHECK(plain.byte == 'a');
    CHECK_FALSE(plain.star);
    CHECK_FALSE(plain.escaped);
    const auto star = patternUnitAt("a*", 1);
    CHECK(star.length == 1);
    CHECK(star.star);
    const auto escaped = patternUnitAt("\\x4a", 0);
    CHECK(escaped.length == 4);
    CHECK(escaped.byte == 'J');
    CHECK(escaped.escaped);
}

TEST_CASE("a pattern has no unit at its end") {
    CHECK(patternUnitAt("a", 1).length == 0);
    CHECK(patternUnitAt("", 0).length == 0);
}

TEST_CASE("a first component without a star is literal") {
    CHECK(beginsWithLiteral("/a"));
    CHECK(beginsWithLiteral("/a/**"));
    CHECK(beginsWithLiteral("/a\\x2a/*"));
}

TEST_CASE("a first component with a star, or none at all, is not literal") {
    CHECK_FALSE(beginsWithLiteral("/*"));
    CHECK_FALSE(beginsWithLiteral("/**/a"));
    CHECK_FALSE(beginsWithLiteral("/a*/b"));
    CHECK_FALSE(beginsWithLiteral("/"));
    CHECK_FALSE(beginsWithLiteral(""));
    CHECK_FALSE(beginsWithLiteral("//a"));
    CHECK_FALSE(beginsWithLiteral("a/b"));
}

// SPDX-License-Identifier: MIT
// Which rules can never decide. A false alarm would make somebody drop a rule that is needed.
#include "policy/covers.h"

#include <string>

#include "policy/merger.h"
#include "support/catch.h"

using namespace prune;

namespace {

Conf confOf(const std::string& text) {
    Merger merger;
    auto parsed = parseConf(text, "f");
    REQUIRE(parsed.errors.empty());
    merger.addMain(std::move(parsed));
    return merger.finish();
}

/// "LATER by EARLIER" of each covered rule.
std::vector<std::string> found(const Conf& conf) {
    std::vector<std::string> lines;
    for (const auto& covered : coveredRules(conf))
        lines.push_back(covered.rule->name + " by " + covered.by->name);
    return lines;
}

/// All patterns of up to `most` components out of a few.
std::vector<std::string> patterns(int most) {
    std::vector<std::string> all;
    std::vector<std::string> longest{""};
    for (int i = 0; i < most; ++i) {
        std::vector<std::string> longer;
        for (const auto& start : longest)
            for (const char* component : {"a", "b", "a*", "*b", "*", "**"})
                longer.push_back(start + '/' + component);
        all.insert(all.end(), longer.begin(), longer.end());
        longest = std::move(longer);
    }
    return all;
}

/// All paths of up to `most` components out of a few that tell those patterns apart.
std::vector<std::string> paths(int most) {
    std::vector<std::string> all;
    std::vector<std::string> longest{""};
    for (int i = 0; i < most; ++i) {
        std::vector<std::string> longer;
        for (const auto& start : longest)
            for (const char* name : {"a", "b", "axb", "ax", "xb", "x"}) longer.push_back(start + '/' + name);
        all.insert(all.end(), longer.begin(), longer.end());
        longest = std::move(longer);
    }
    return all;
}

}  // namespace

TEST_CASE("a literal path covers itself only") {
    CHECK(pathCovers("/a/b", "/a/b"));
    CHECK_FALSE(pathCovers("/a/b", "/a"));
    CHECK_FALSE(pathCovers("/a/b", "/a/b/c"));
    CHECK_FALSE(pathCovers("/a/b", "/a/*"));
    CHECK_FALSE(pathCovers("/a", "/ab"));
}

TEST_CASE("a star covers what is one component") {
    CHECK(pathCovers("/a/*", "/a/b"));
    CHECK(pathCovers("/a/*", "/a/b*"));
    CHECK(pathCovers("/a/*", "/a/*"));
    CHECK_FALSE(pathCovers("/a/*", "/a/b/c"));
    CHECK_FALSE(pathCovers("/a/*", "/a/**"));
}

TEST_CASE("two stars cover what is below, but not the top itself") {
    CHECK(pathCovers("/lxc/**", "/lxc/*/x"));
    CHECK(pathCovers("/lxc/**", "/lxc/**"));
    CHECK(pathCovers("/lxc/**", "/lxc/**/x"));
    CHECK_FALSE(pathCovers("/lxc/**", "/lxc"));
    CHECK_FALSE(pathCovers("/lxc/**", "/lxcfs/a"));
    CHECK_FALSE(pathCovers("/lxc/**/x", "/lxc/**"));
}

TEST_CASE("stars within a component are compared as bytes that nobody knows") {
    CHECK(pathCovers("/job*", "/job_*"));
    CHECK(pathCovers("/*_x", "/a*_x"));
    CHECK(pathCovers("/a*c", "/ab*bc"));
    CHECK_FALSE(pathCovers("/job_*", "/job*"));
    CHECK_FALSE(pathCovers("/a*b", "/a*"));
    CHECK_FALSE(pathCovers("/*a*", "/*"));
}

TEST_CASE("a literal star is covered as a byte, and covers nothing else") {
    CHECK(pathCovers("/*", R"(/\x2a)"));
    CHECK(pathCovers(R"(/\x61)", "/a"));
    CHECK_FALSE(pathCovers(R"(/\x2a)", "/*"));
    CHECK_FALSE(pathCovers(R"(/\x2a)", "/a"));
}

TEST_CASE("a rule without path is as wide as two stars") {
    CHECK(pathCovers("", "/a/b"));
    CHECK(pathCovers("", ""));
    CHECK(pathCovers("/**", ""));
    CHECK_FALSE(pathCovers("/*", ""));
}

TEST_CASE("one or more components are at least one, in whatever order the stars stand") {
    CHECK(pathCovers("/*/**", "/**/b"));
    CHECK(pathCovers("/**/*", "/a/**"));
    CHECK(pathCovers("/**/*/*", "/*/**/b"));
    CHECK_FALSE(pathCovers("/*/**", "/**"));
    CHECK_FALSE(pathCovers("/*/*", "/**"));
}

TEST_CASE("no pattern that is said to cover another misses a path of it") {
    const auto all = patterns(3);
    const auto tried = paths(4);
    std::string wrong;
    std::size_t covered = 0;
    std::vector<std::vector<bool>> fits;
    for (const auto& pattern : all) {
        fits.emplace_back();
        for (const auto& path : tried) fits.back().push_back(pathFits(pattern, path));
    }
    for (std::size_t w = 0; w < all.size(); ++w)
        for (std::size_t n = 0; n < all.size(); ++n) {
            if (!pathCovers(all[w], all[n])) continue;
            ++covered;
            for (std::size_t i = 0; i < tried.size(); ++i)
                if (fits[n][i] && !fits[w][i]) wrong = all[w] + " over " + all[n] + " at " + tried[i];
        }
    CHECK(wrong.empty());
    CHECK(covered > all.size());
}

TEST_CASE("a rule for any hierarchy of v1 covers one for some, but none for unified") {
    const auto conf = confOf(
        "[rule all]\npath = /a/**\n"
        "[rule some]\nhierarchy = freezer name=x\npath = /a/b\n"
        "[rule v2]\nhierarchy = unified\npath = /a/b\n"
        "[rule mixed]\nhierarchy = freezer unified\npath = /a/c\n");
    CHECK(found(conf) == std::vector<std::string>{"some by all"});
}

TEST_CASE("a rule for some hierarchies covers one for fewer of them, but none for any") {
    const auto conf = confOf(
        "[rule some]\nhierarchy = freezer unified\npath = /a/**\n"
        "[rule one]\nhierarchy = freezer\npath = /a/b\n"
        "[rule v2]\nhierarchy = unified\npath = /a/b\n"
        "[rule other]\nhierarchy = freezer pids\npath = /a/b\n"
        "[rule any]\npath = /a/b\n");
    CHECK(found(conf) == std::vector<std::string>{"one by some", "v2 by some"});
}

TEST_CASE("a rule covers none that comes before it") {
    const auto conf = confOf("[rule narrow]\npath = /a/b\n[rule wide]\npath = /a/**\n");
    CHECK(found(conf).empty());
}

TEST_CASE("a rule of a drop-in covers one of the main file, which is tried later") {
    Merger merger;
    merger.addMain(parseConf("[rule main]\npath = /a/b\n", "main"));
    merger.addDropIn(parseConf("[rule drop-in]\npath = /a/**\n", "drop-in"));
    CHECK(found(merger.finish()) == std::vector<std::string>{"main by drop-in"});
}

TEST_CASE("of several rules that cover one the first is named") {
    const auto conf = confOf("[rule a]\npath = /**\n[rule b]\npath = /x/*\n[rule c]\npath = /x/y\n");
    CHECK(found(conf) == std::vector<std::string>{"b by a", "c by a"});
}

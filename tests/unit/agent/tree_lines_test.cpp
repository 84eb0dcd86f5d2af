// SPDX-License-Identifier: MIT
#include "cgprune/tree_lines.h"

#include "support/catch.h"

using namespace prune;

namespace {

std::vector<std::string> drawn(const Depths& depths, bool utf8) {
    const auto last = lastChildren(depths);
    TreeLines lines(utf8);
    std::vector<std::string> all;
    for (std::size_t i = 0; i < depths.size(); ++i) all.push_back(lines.next(depths[i], last[i]));
    return all;
}

using Flags = std::vector<bool>;
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the last child of each parent is known, whatever comes behind its subtree") {
    CHECK(lastChildren({}).empty());
    CHECK(lastChildren({0}) == Flags{true});
    CHECK(lastChildren({0, 0}) == Flags{false, true});
    CHECK(lastChildren({0, 1, 1, 0, 1}) == Flags{false, false, true, true, true});
    CHECK(lastChildren({0, 1, 2, 1, 0}) == Flags{false, false, true, true, true});
}

TEST_CASE("what is above a wanted node is taken, and nothing beside it") {
    CHECK(withAncestors({0, 1, 2, 1, 0}, {false, false, true, false, false}) ==
          Flags{true, true, true, false, false});
    CHECK(withAncestors({0, 1, 0, 1}, {false, false, false, true}) == Flags{false, false, true, true});
    CHECK(withAncestors({0, 1}, {true, false}) == Flags{true, false});
    CHECK(withAncestors({0, 1, 2, 0}, {false, false, false, false}) == Flags{false, false, false, false});
}

TEST_CASE("a tree is drawn as systemd-cgls draws it") {
    CHECK(drawn({0, 1, 2, 1, 0, 1}, true) == Texts{"├─", "│ ├─", "│ │ └─", "│ └─", "└─", "  └─"});
}

TEST_CASE("a tree is drawn with ASCII where the locale has no UTF-8") {
    CHECK(drawn({0, 1, 2, 1, 0, 1}, false) == Texts{"|-", "| |-", "| | `-", "| `-", "`-", "  `-"});
}

TEST_CASE("a line can come back from any depth") {
    CHECK(drawn({0, 1, 2, 3, 0}, false) == Texts{"|-", "| `-", "|   `-", "|     `-", "`-"});
}

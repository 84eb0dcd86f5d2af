// SPDX-License-Identifier: MIT
// What a walk has still to look at.
#include "cgroup/pending_paths.h"

#include "support/catch.h"

using namespace prune;

namespace {

/// Walks a tree of names: "a" has b and c, "b" has d.
std::vector<std::string> walked(PendingPaths paths) {
    std::vector<std::string> seen;
    paths.addChild("a");
    paths.addChild("x");
    while (paths.next()) {
        seen.push_back(paths.path());
        if (paths.path().ends_with("/a")) paths.addChild("b"), paths.addChild("c");
        if (paths.path().ends_with("/b")) paths.addChild("d");
    }
    return seen;
}

}  // namespace

TEST_CASE("a walk comes to each path once, and to children before their parent's siblings") {
    CHECK(walked(PendingPaths()) == std::vector<std::string>{"/x", "/a", "/a/c", "/a/b", "/a/b/d"});
}

TEST_CASE("a walk can begin below the root") {
    CHECK(walked(PendingPaths("/top")) ==
          std::vector<std::string>{"/top/x", "/top/a", "/top/a/c", "/top/a/b", "/top/a/b/d"});
}

TEST_CASE("a walk with nothing to look at ends at once and stays where it is") {
    PendingPaths paths("/top");
    CHECK_FALSE(paths.next());
    CHECK(paths.path() == "/top");
}

TEST_CASE("of a pending path only the last name is kept") {
    PendingPaths paths(std::string(60'000, 'x'));
    for (int i = 0; i < 1'000; ++i) paths.addChild("y");
    std::size_t bytes = 0;
    for (const auto& child : paths.children()) bytes += child.name.size();
    CHECK(bytes == 1'000);
}

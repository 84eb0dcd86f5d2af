// SPDX-License-Identifier: MIT
// The cgroups that are watched, found by each of their names.
#include "watch/watched_cgroups.h"

#include "support/catch.h"

namespace prune::test {

TEST_CASE("a watched cgroup is found by id and by watch") {
    WatchedCgroups cgroups;
    cgroups.setWatch(cgroups.at(7, "/a"), 3);
    REQUIRE(cgroups.byId(7) != nullptr);
    CHECK(cgroups.byWatch(3) == cgroups.byId(7));
    CHECK(cgroups.byId(8) == nullptr);
    CHECK(cgroups.byWatch(4) == nullptr);
}

TEST_CASE("a watched cgroup is added once, and keeps its path") {
    WatchedCgroups cgroups;
    cgroups.at(7, "/a").populated = true;
    CHECK(cgroups.at(7, "/b").path == "/a");
    CHECK(cgroups.byId(7)->populated);
    CHECK(cgroups.size() == 1);
}

TEST_CASE("a path of thousands of bytes is not kept") {
    WatchedCgroups cgroups;
    CHECK(cgroups.at(7, "/" + std::string(kMaxKeptPath, 'a')).path.empty());
}

TEST_CASE("an erased cgroup is found by nothing") {
    WatchedCgroups cgroups;
    cgroups.setWatch(cgroups.at(7, "/a"), 3);
    cgroups.erase(7);
    cgroups.erase(8);
    CHECK(cgroups.size() == 0);
    CHECK(cgroups.byWatch(3) == nullptr);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// What is said where a bound of watching is reached.
#include "watch/limits.h"

#include "unit/watch/watch_world.h"

namespace prune::test {

TEST_CASE("that no more can be watched is said once an hour, and names what to raise") {
    WatchWorld world;
    for (int i = 0; i < 3; ++i) sayWatchLimit(world.context, kUnified);
    REQUIRE(world.logged("watch-limit").size() == 1);
    CHECK(world.logged("fs.inotify.max_user_watches").size() == 1);
    world.kernel.advance(3'600'001);
    sayWatchLimit(world.context, kUnified);
    CHECK(world.logged("watch-limit").size() == 2);
}

TEST_CASE("that events were lost is said once a minute, for each hierarchy") {
    WatchWorld world;
    for (int i = 0; i < 3; ++i) sayEventsLost(world.context, kUnified, kInotifyQueueSetting);
    sayEventsLost(world.context, kFreezer, kInotifyQueueSetting);
    CHECK(world.logged("hierarchy=unified").size() == 1);
    CHECK(world.logged("hierarchy=freezer").size() == 1);
    world.kernel.advance(60'001);
    sayEventsLost(world.context, kUnified, kInotifyQueueSetting);
    CHECK(world.logged("events-lost").size() == 3);
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
#include "cgprune/tree_marks.h"

#include "support/catch.h"

using namespace prune;

namespace {

constexpr std::int64_t kNow = 1'000'000;

TreeNode node() {
    TreeNode made;
    made.name = "a";
    made.state.id = 17;
    return made;
}

std::string textOf(const TreeNode& of, bool unified) {
    std::string text;
    for (const auto& mark : marksOf(of, unified, kNow)) text += (text.empty() ? "" : ", ") + mark.text;
    return text;
}

TreeNode withCreator(Life life) {
    auto made = node();
    made.state.populated = true;
    made.known = std::make_unique<Known>();
    KnownCreator creator;
    creator.creator.name = "lxc-\x1b";
    creator.creator.task.pid = 4242;
    creator.life.life = life;
    made.known->creator = creator;
    return made;
}

}  // namespace

TEST_CASE("a cgroup with tasks is marked populated, one with children alone is not marked") {
    auto made = node();
    made.state.populated = true;
    CHECK(textOf(made, false) == "populated");
    made.state.populated = false;
    made.state.hasChildren = true;
    CHECK(textOf(made, false).empty());
}

TEST_CASE("an empty cgroup is marked so, and on v1 one that the kernel never calls for") {
    auto made = node();
    CHECK(textOf(made, true) == "empty");
    CHECK(textOf(made, false) == "empty, flag off");
    made.state.notifyOnRelease = true;
    CHECK(textOf(made, false) == "empty");
}

TEST_CASE("a creator is named while it lives or may live, and is gone afterwards") {
    CHECK(textOf(withCreator(Life::alive), false) == "populated, creator 4242 (lxc-\\x1b)");
    CHECK(textOf(withCreator(Life::unknown), false) ==
          "populated, creator 4242 (lxc-\\x1b), not known whether alive");
    CHECK(textOf(withCreator(Life::gone), false) == "populated, creator gone");
}

TEST_CASE("dying descendants are counted where there are any") {
    auto made = node();
    made.state.populated = true;
    made.dying = 0;
    CHECK(textOf(made, true) == "populated");
    made.dying = 1;
    CHECK(textOf(made, true) == "populated, 1 dying descendant");
    made.dying = 12;
    CHECK(textOf(made, true) == "populated, 12 dying descendants");
}

TEST_CASE("what is deferred says why, for how long and when it is looked at again") {
    auto made = node();
    made.waiting = std::make_unique<JournalEntry>();
    made.waiting->reason = "creator-alive";
    made.waiting->emptySinceMs = kNow - 180'000;
    made.waiting->dueMs = kNow + 12'000;
    CHECK(textOf(made, true) == "empty, deferred (creator-alive) for 3min, next look in 12s");
    made.waiting->stuck = true;
    CHECK(textOf(made, true) == "empty, stuck for 3min");
}

TEST_CASE("of a cgroup that could not be looked at only its fault is told") {
    TreeNode made;
    made.name = "a";
    made.fault = "no";
    CHECK(textOf(made, false) == "not looked at: no");
    const auto json = treeJson(made, {"freezer", "/mnt", false}, "/a", kNow);
    CHECK(json["fault"] == "no");
    CHECK_FALSE(json.contains("populated"));
}

TEST_CASE("in JSON a creator that nobody knows is null, and one that nobody can read is unknown") {
    auto made = node();
    const Hierarchy hierarchy{"freezer", "/mnt", false};
    CHECK(treeJson(made, hierarchy, "/a", kNow)["creator"].is_null());
    made.known = std::make_unique<Known>();
    made.known->unreadable = "broken";
    const auto creator = treeJson(made, hierarchy, "/a", kNow)["creator"];
    CHECK(creator == Json{{"life", "unknown"}, {"unreadable", "broken"}});
}

TEST_CASE("a colour is begun and ended, and plain text has none") {
    CHECK(coloured("a", Colour::plain) == "a");
    CHECK(coloured("a", Colour::red) == "\x1b[31ma\x1b[0m");
}

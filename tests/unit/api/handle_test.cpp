// SPDX-License-Identifier: MIT
// A handle of prune.h is about one cgroup, wherever it is moved and whatever gets its name.
#include <cerrno>
#include <climits>
#include <memory>

#include "unit/api/api.h"

namespace prune::test {

namespace {

/// /a is held, was renamed to /b, and another /a was made.
struct Renamed : Api {
    Renamed() {
        make("/a");
        held = std::make_unique<Handle>(*this, "/a");
        REQUIRE(kernel.renameCgroup("freezer", "/a", "b") == 0);
        make("/a");
    }
    std::unique_ptr<Handle> held;
    prune_cgroup* cgroup() const { return held->cgroup; }
};

struct SetupCalls {
    int answer = 0;
    int calls = 0;
};

int countSetup(void* data, prune_cgroup* cgroup, int) {
    auto& setup = *static_cast<SetupCalls*>(data);
    ++setup.calls;
    prune_cgroup_close(cgroup);  // it is lent: nothing comes of that
    return setup.answer;
}

}  // namespace

TEST_CASE("a release removes the cgroup that was renamed, and not its namesake") {
    Renamed api;
    CHECK(prune_release(api.cgroup(), 0) == PRUNE_REMOVED);
    CHECK(api.has("/a"));
    CHECK_FALSE(api.has("/b"));
}

TEST_CASE("a renamed cgroup is judged by the rule for where it is now") {
    Renamed api;
    api.conf("[rule b]\npath = /b\npolicy = never\n");
    CHECK(std::string(api.held->explained().rule) == "b");
}

TEST_CASE("a subtree that was renamed goes, and its namesake stays") {
    Renamed api;
    api.make("/a/x");
    api.make("/b/x");
    CHECK(prune_subtree(api.cgroup(), 0, nullptr, nullptr) == 2);
    CHECK(api.has("/a/x"));
    CHECK_FALSE(api.has("/b"));
}

TEST_CASE("of a cgroup that was removed every function says so, whoever has its name") {
    Api api;
    api.make("/a");
    {
        const Handle handle(api, "/a");
        REQUIRE(api.kernel.removeCgroup("freezer", "/a") == 0);
        api.make("/a");
        prune_explanation out{};
        out.size = sizeof out;
        CHECK(prune_explain(handle.cgroup, &out) == -ENOENT);
        CHECK(prune_register_pid(handle.cgroup, 777, PRUNE_BY_PROCESS) == -ENOENT);
        CHECK(prune_forget(handle.cgroup) == -ENOENT);
        CHECK(prune_delegate(handle.cgroup, 1, 1, 0) == -ENOENT);
        CHECK(prune_undelegate(handle.cgroup) == -ENOENT);
        CHECK(prune_keep(handle.cgroup, 0) == -ENOENT);
        CHECK(prune_unkeep(handle.cgroup, 0) == -ENOENT);
        CHECK(prune_subtree(handle.cgroup, 0, nullptr, nullptr) == -ENOENT);
        CHECK(prune_release(handle.cgroup, 0) == PRUNE_GONE);
    }
    CHECK(api.has("/a"));
}

TEST_CASE("a subtree leaves what was marked as delegated, chowned or not") {
    Api api;
    api.make("/top/theirs/x");
    REQUIRE(prune_delegate(Handle(api, "/top/theirs").cgroup, 1000, 1000, 0) == 0);
    CHECK(prune_subtree(Handle(api, "/top").cgroup, 0, nullptr, nullptr) == 0);
    CHECK(api.has("/top/theirs/x"));
}

TEST_CASE("a cgroup is delegated to somebody, and -1 is nobody") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    CHECK(prune_delegate(handle.cgroup, static_cast<uid_t>(-1), 1, 0) == -EINVAL);
    CHECK(prune_delegate(handle.cgroup, 1, static_cast<gid_t>(-1), 0) == -EINVAL);
    CHECK(handle.explained().delegated == 0);
}

TEST_CASE("a cgroup whose setup failed is set up by the next who enters") {
    Api api;
    SetupCalls setup;
    setup.answer = -EAGAIN;
    CHECK(enter(api, "/a", 7, 0, countSetup, &setup) == -EAGAIN);
    CHECK_FALSE(api.has("/a"));
    setup.answer = 0;
    CHECK(enter(api, "/a", 7, 0, countSetup, &setup) == 1);
    CHECK(setup.calls == 2);
}

TEST_CASE("a setup that answers with nonsense is an error, and nothing is entered") {
    Api api;
    SetupCalls setup;
    setup.answer = INT_MIN;
    CHECK(enter(api, "/a", 7, 0, countSetup, &setup) == -EINVAL);
    CHECK_FALSE(api.has("/a"));
}

TEST_CASE("options that say more than is known are refused, and longer ones that do not are taken") {
    Api api;
    struct {
        prune_enter_options known;
        unsigned later;
    } big{};
    big.known.size = sizeof big;
    big.known.pid = 7;
    CHECK(prune_enter(api.ctx, "freezer", "/a", &big.known) == 1);
    big.later = 1;
    CHECK(prune_enter(api.ctx, "freezer", "/a", &big.known) == -E2BIG);
    big.known.size = sizeof(prune_enter_options) - 1;
    CHECK(prune_enter(api.ctx, "freezer", "/a", &big.known) == -EINVAL);
}

TEST_CASE("a callback for the log is taken back whatever the level says") {
    Api api;
    int lines = 0;
    const auto log = [](void* data, int, const char*) { ++*static_cast<int*>(data); };
    REQUIRE(prune_set_log(api.ctx, log, &lines, PRUNE_LOG_DEBUG) == 0);
    CHECK(prune_set_log(api.ctx, nullptr, nullptr, 0) == 0);
    api.make("/a");
    CHECK(prune_release(Handle(api, "/a").cgroup, 0) == PRUNE_REMOVED);
    CHECK(lines == 0);
}

TEST_CASE("a retry whose budget is used up leaves the rest for later") {
    Api api;
    api.conf("[default]\nlinger = 1s\n");
    for (int i = 0; i < 40; ++i) {
        const auto path = "/c" + std::to_string(i);
        api.make(path);
        REQUIRE(prune_release(Handle(api, path.c_str()).cgroup, 0) == PRUNE_DEFERRED);
    }
    api.kernel.advance(2'000);
    api.kernel.beforeCall = [&](std::string_view call) {
        if (call == "unlinkAt") api.kernel.advance(1);
    };
    const int left = prune_retry(api.ctx, nullptr, 0, 5, nullptr, nullptr);
    api.kernel.beforeCall = nullptr;
    CHECK(left > 0);
    CHECK(left < 40);
    CHECK(prune_retry(api.ctx, nullptr, 0, 0, nullptr, nullptr) == 0);
}

TEST_CASE("a cgroup as deep as paths can name is made and entered") {
    Api api;
    std::string path;
    while (path.size() < 2'000) path += "/d";
    CHECK(enter(api, path.c_str(), 7, 0, nullptr, nullptr) == 1);
    CHECK(api.has(path));
}

}  // namespace prune::test

// SPDX-License-Identifier: MIT
// The functions of prune.h over a kernel in memory: what they answer, and that errors are told.
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "unit/api/api.h"

namespace prune::test {

namespace {

std::vector<std::string> collected;

int collect(void* data, const char* hierarchy, const char* path, int done, const char* reason) {
    collected.push_back(std::string(hierarchy) + ' ' + path + ' ' + std::to_string(done) + ' ' + reason);
    return data == nullptr ? 0 : *static_cast<int*>(data);
}

}  // namespace

TEST_CASE("a context of the real system can be opened, shared and given back") {
    prune_ctx* ctx = nullptr;
    REQUIRE(prune_open(&ctx) == 0);
    CHECK(prune_ref(ctx) == ctx);
    CHECK(prune_unref(ctx) == nullptr);
    CHECK(std::string(prune_error(ctx)).empty());
    CHECK(prune_unref(ctx) == nullptr);
    CHECK(std::string(prune_version()) == CGPRUNE_VERSION);
}

TEST_CASE("what is not there is let pass or is EINVAL, and never followed") {
    CHECK(prune_open(nullptr) == -EINVAL);
    CHECK(prune_ref(nullptr) == nullptr);
    CHECK(prune_unref(nullptr) == nullptr);
    CHECK(prune_cgroup_close(nullptr) == nullptr);
    CHECK(std::string(prune_error(nullptr)).empty());
    CHECK(prune_release(nullptr, 0) == -EINVAL);
    CHECK(prune_register_pid(nullptr, 1, 0) == -EINVAL);
    CHECK(prune_explain(nullptr, nullptr) == -EINVAL);
    Api api;
    prune_cgroup* cgroup = nullptr;
    CHECK(prune_cgroup_open(api.ctx, nullptr, "/a", &cgroup) == -EINVAL);
    CHECK(prune_cgroup_open(api.ctx, "freezer", nullptr, &cgroup) == -EINVAL);
    CHECK(prune_cgroup_open(api.ctx, "freezer", "/a", nullptr) == -EINVAL);
    CHECK(enter(api, nullptr, 0, 0, nullptr, nullptr) == -EINVAL);
}

TEST_CASE("a failure is told in words until the next call") {
    Api api;
    prune_cgroup* cgroup = nullptr;
    CHECK(prune_cgroup_open(api.ctx, "freezer", "/none\n", &cgroup) == -ENOENT);
    CHECK(cgroup == nullptr);
    CHECK(api.error() == "open cgroup /none\\x0a of freezer: No such file or directory (errno 2)");
    CHECK(prune_cgroup_open(api.ctx, "memory", "/a", &cgroup) == -ENODEV);
    CHECK(api.error().find("memory, which is not mounted") != std::string::npos);
    CHECK(prune_cgroup_open(api.ctx, "freezer", "a", &cgroup) == -EINVAL);
    api.make("/a");
    const Handle handle(api, "/a");
    CHECK(api.error().empty());
}

TEST_CASE("a cgroup is opened by a descriptor of its directory") {
    Api api;
    api.make("/a/b");
    const int fd = api.kernel.openAt(-1, api.kernel.cgroupDirectory("freezer", "/a/b").c_str(), 0);
    REQUIRE(fd >= 0);
    prune_cgroup* cgroup = nullptr;
    CHECK(prune_cgroup_open_fd(api.ctx, fd, &cgroup) == 0);
    REQUIRE(cgroup != nullptr);
    CHECK(cgroup->path == "/a/b");
    prune_cgroup_close(cgroup);
    api.kernel.closeFd(fd);
    const int other = api.kernel.openAt(-1, "/run", 0);
    CHECK(prune_cgroup_open_fd(api.ctx, other, &cgroup) == -ENOTTY);
    api.kernel.closeFd(other);
    CHECK(prune_cgroup_open_fd(api.ctx, 99, &cgroup) == -EBADF);
}

TEST_CASE("a registered creator keeps its cgroup while it lives") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    REQUIRE(prune_register_pid(handle.cgroup, 777, PRUNE_BY_PROCESS) == 0);
    const auto known = handle.explained();
    CHECK(known.creator == PRUNE_LIFE_ALIVE);
    CHECK(known.creator_pid == 777);
    CHECK(std::string(known.creator_name) == "sh");
    CHECK(std::string(known.rung) == "start-time");
    CHECK(known.action == PRUNE_DEFER);
    CHECK(std::string(known.reason) == "creator-alive");
    CHECK(prune_release(handle.cgroup, 0) == PRUNE_DEFERRED);
    api.kernel.removeTree("/proc/777");
    api.kernel.advance(60'000);
    collected.clear();
    CHECK(prune_retry(api.ctx, nullptr, 0, 0, collect, nullptr) == 0);
    CHECK(collected == std::vector<std::string>{"freezer /a 0 creator-gone"});
    CHECK_FALSE(api.has("/a"));
}

TEST_CASE("a creator that is not there, or decided on by nonsense, is not registered") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    CHECK(prune_register_pid(handle.cgroup, 778, PRUNE_BY_PROCESS) == -ESRCH);
    CHECK(prune_register_pid(handle.cgroup, 777, 99) == -EINVAL);
    CHECK(prune_register_pid(handle.cgroup, 777, -1) == -EINVAL);
    CHECK(prune_register_pidfd(handle.cgroup, 99, PRUNE_BY_PROCESS) == -EBADF);
    CHECK(prune_register_socket(handle.cgroup, 99, PRUNE_BY_PROCESS) < 0);
    CHECK(handle.explained().creator == PRUNE_LIFE_NONE);
}

TEST_CASE("forget drops what was registered, and says whether there was something") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    REQUIRE(prune_register_pid(handle.cgroup, 777, PRUNE_BY_PROCESS) == 0);
    CHECK(prune_forget(handle.cgroup) == 1);
    CHECK(prune_forget(handle.cgroup) == 0);
    CHECK(handle.explained().creator == PRUNE_LIFE_NONE);
}

TEST_CASE("delegate marks and flags, with PRUNE_CHOWN hands over, and undelegate takes the mark back") {
    Api api;
    api.kernel.makeCgroup("freezer", "/a");
    const Handle handle(api, "/a");
    REQUIRE(prune_delegate(handle.cgroup, 1000, 1001, PRUNE_CHOWN) == 0);
    auto known = handle.explained();
    CHECK(known.delegated == 1);
    CHECK(known.delegated_by_owner == 1);
    CHECK(known.notify_on_release == 1);
    CHECK(std::string(known.reason) == "delegated");
    CHECK(prune_undelegate(handle.cgroup) == 1);
    CHECK(prune_undelegate(handle.cgroup) == 0);
    CHECK(handle.explained().delegated == 0);
    CHECK(prune_delegate(handle.cgroup, 1, 1, 8) == -EINVAL);
}

TEST_CASE("keep marks a cgroup and unkeep takes the mark away") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    const unsigned flags = GENERATE(0U, PRUNE_AS_OWNER);
    CHECK(prune_keep(handle.cgroup, flags) == 1);
    CHECK(prune_keep(handle.cgroup, flags) == 0);
    CHECK(handle.explained().kept_by_owner == (flags != 0));
    CHECK(handle.explained().kept_by_root == (flags == 0));
    CHECK(prune_release(handle.cgroup, 0) == PRUNE_KEPT);
    CHECK(prune_unkeep(handle.cgroup, flags) == 1);
    CHECK(prune_unkeep(handle.cgroup, flags) == 0);
    CHECK(prune_release(handle.cgroup, 0) == PRUNE_REMOVED);
    CHECK(prune_keep(handle.cgroup, flags) == -ENOENT);
}

TEST_CASE("an explanation fills in what it knows, clears the rest, and needs the whole struct") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    struct {
        prune_explanation known;
        unsigned later = 0xeeeeeeee;
    } big{};
    big.known.size = sizeof big;
    REQUIRE(prune_explain(handle.cgroup, &big.known) == 0);
    CHECK(big.known.size == sizeof big);
    CHECK(big.known.id == api.kernel.cgroupId("freezer", "/a"));
    CHECK(big.later == 0);
    big.known.size = sizeof(prune_explanation) - 1;
    CHECK(prune_explain(handle.cgroup, &big.known) == -EINVAL);
}

TEST_CASE("a broken conf is told by explain and by sweep") {
    Api api;
    api.make("/a");
    api.conf("nonsense\n");
    const Handle handle(api, "/a");
    prune_explanation out{};
    out.size = sizeof out;
    CHECK(prune_explain(handle.cgroup, &out) == -EBADMSG);
    CHECK(std::string(out.reason) == "conf-error");
    CHECK(api.error().find("cgprune.conf") != std::string::npos);
    CHECK(prune_sweep(api.ctx, "freezer", 0, 0, nullptr, nullptr) == -EBADMSG);
}

TEST_CASE("a dry release says what would come and changes nothing") {
    Api api;
    api.make("/a");
    const Handle handle(api, "/a");
    CHECK(prune_release(handle.cgroup, PRUNE_DRY_RUN) == PRUNE_REMOVED);
    CHECK(api.has("/a"));
    CHECK(prune_release(handle.cgroup, 0) == PRUNE_REMOVED);
    CHECK_FALSE(api.has("/a"));
    CHECK(prune_release(handle.cgroup, 0) == PRUNE_GONE);
}

TEST_CASE("a sweep counts what it found, and a callback can end it") {
    Api api;
    api.conf("[default]\nsweep = yes\n");
    api.make("/a");
    api.make("/b");
    int stop = 1;
    CHECK(prune_sweep(api.ctx, "freezer", 0, 0, collect, &stop) == -ECANCELED);
    CHECK(prune_sweep(api.ctx, "freezer", 0, 0, nullptr, nullptr) == 1);
    CHECK(prune_sweep(api.ctx, "memory", 0, 0, nullptr, nullptr) == -ENODEV);
    CHECK(prune_sweep(api.ctx, "freezer", 0, -1, nullptr, nullptr) == -EINVAL);
    CHECK(prune_retry(api.ctx, nullptr, 0, 0, nullptr, nullptr) == 2);
    CHECK(prune_retry(api.ctx, nullptr, PRUNE_NOW, 0, collect, &stop) == -ECANCELED);
}

TEST_CASE("a subtree goes but for what is in use, kept or lived for") {
    Api api;
    for (const char* path : {"/top/free/x", "/top/kept/x", "/top/used", "/top/lived"}) api.make(path);
    REQUIRE(prune_keep(Handle(api, "/top/kept").cgroup, 0) == 1);
    REQUIRE(prune_register_pid(Handle(api, "/top/lived").cgroup, 777, 0) == 0);
    api.kernel.enter(7, "freezer", "/top/used");
    const Handle top(api, "/top");
    CHECK(prune_subtree(top.cgroup, PRUNE_DRY_RUN, nullptr, nullptr) == 3);
    CHECK(api.has("/top/free/x"));
    CHECK(prune_subtree(top.cgroup, 0, nullptr, nullptr) == 3);
    CHECK_FALSE(api.has("/top/free"));
    CHECK_FALSE(api.has("/top/kept/x"));
    for (const char* path : {"/top/kept", "/top/used", "/top/lived"}) CHECK(api.has(path));
    int stop = 1;
    CHECK(prune_subtree(top.cgroup, 0, collect, &stop) == -ECANCELED);
}

TEST_CASE("a subtree leaves what was handed to somebody else") {
    Api api;
    api.make("/top/theirs/x");
    api.kernel.setOwner(api.kernel.cgroupDirectory("freezer", "/top/theirs"), 1000);
    api.kernel.setOwner(api.kernel.cgroupDirectory("freezer", "/top/theirs") + "/cgroup.procs", 1000);
    const Handle top(api, "/top");
    CHECK(prune_subtree(top.cgroup, 0, nullptr, nullptr) == 0);
    CHECK(api.has("/top/theirs/x"));
    CHECK(prune_subtree(Handle(api, "/top/theirs").cgroup, 0, nullptr, nullptr) == 2);
}

TEST_CASE("a cgroup is entered, with a setup that can use it") {
    Api api;
    const auto setup = [](void* data, prune_cgroup* cgroup, int fd) {
        *static_cast<int*>(data) = fd;
        return prune_register_pid(cgroup, 777, PRUNE_BY_PROCESS);
    };
    int fd = -1;
    REQUIRE(enter(api, "/a/b", 7, PRUNE_NOTIFY, setup, &fd) == 1);
    CHECK(fd > 2);
    CHECK(api.kernel.notify("freezer", "/a/b"));
    CHECK(Handle(api, "/a/b").explained().creator == PRUNE_LIFE_ALIVE);
    CHECK(enter(api, "/a/b", 8, 0, setup, &fd) == 0);
    CHECK(enter(api, "/c", 8, PRUNE_EXISTING, nullptr, nullptr) == -ENOENT);
    CHECK(prune_enter(api.ctx, "memory", "/c", nullptr) == -ENODEV);
}

TEST_CASE("without options the caller enters, and options without a size are refused") {
    Api api;
    CHECK(prune_enter(api.ctx, "freezer", "/a", nullptr) == 1);
    const prune_enter_options options{};
    CHECK(prune_enter(api.ctx, "freezer", "/b", &options) == -EINVAL);
    CHECK_FALSE(api.has("/b"));
}

TEST_CASE("what a setup answers is what enter answers") {
    Api api;
    const auto setup = [](void*, prune_cgroup*, int) { return -E2BIG; };
    CHECK(enter(api, "/a", 7, 0, setup, nullptr) == -E2BIG);
    CHECK(api.error() == "set up cgroup /a: Argument list too long (errno 7)");
}

TEST_CASE("log lines go to the callback that was set, of its level and no others") {
    Api api;
    api.make("/a");
    std::vector<std::string> lines;
    const auto log = [](void* data, int level, const char* line) {
        static_cast<std::vector<std::string>*>(data)->push_back(std::to_string(level) + ' ' + line);
    };
    REQUIRE(prune_set_log(api.ctx, log, &lines, PRUNE_LOG_INFO) == 0);
    CHECK(prune_release(Handle(api, "/a").cgroup, 0) == PRUNE_REMOVED);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("6 msg=removed hierarchy=freezer cgroup=/a") == 0);
    CHECK(prune_set_log(api.ctx, nullptr, nullptr, PRUNE_LOG_INFO) == 0);
    CHECK(prune_set_log(api.ctx, log, &lines, 9) == -EINVAL);
}

}  // namespace prune::test

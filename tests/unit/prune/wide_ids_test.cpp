// SPDX-License-Identifier: MIT
// Ids of cgroups above 2^32 that all agree in their low 32 bits: none is taken for another, neither in facts
// nor in the journal nor in handles.
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "cgroup/locate.h"
#include "prune/register_facts.h"
#include "prune/stale_facts.h"
#include "support/intercepted_system.h"
#include "unit/prune/world.h"

namespace prune::test {

namespace {

constexpr unsigned kWidth = 32;
constexpr std::uint64_t kLowBits = 7;

/// The root keeps its number, 1, by which it is known.
std::uint64_t wide(std::uint64_t inode) { return inode == 1 ? 1 : inode << kWidth | kLowBits; }

/// A kernel that has made very many cgroups: the inode numbers of one file system are spread, so that a look
/// at their low 32 bits tells nothing.
class WideSystem final : public InterceptedSystem {
public:
    WideSystem(MemorySystem& inner, const std::string& mountPoint) : InterceptedSystem(inner) {
        FileStat stat;
        REQUIRE(inner.statAt(-1, mountPoint.c_str(), 0, stat) == 0);
        device_ = stat.device;
    }

    bool givesHandles = true;

    int statFd(int fd, FileStat& out) override { return widened(InterceptedSystem::statFd(fd, out), out); }
    int statAt(int directory, const char* path, int flags, FileStat& out) override {
        return widened(InterceptedSystem::statAt(directory, path, flags, out), out);
    }
    ssize_t readDirectory(int fd, char* buffer, std::size_t size) override {
        const auto got = InterceptedSystem::readDirectory(fd, buffer, size);
        if (isOurs(fd))
            for (ssize_t at = 0; at < got;) at += widenRecord(buffer + at);
        return got;
    }
    int handleOf(int fd, FileHandle& out) override {
        const int failed = InterceptedSystem::handleOf(fd, out);
        if (failed == 0 && isOurs(fd)) change(out, wide);
        return failed;
    }
    int openHandle(int mountFd, const FileHandle& handle, int flags) override {
        if (!givesHandles) return -EOPNOTSUPP;
        auto narrow = handle;
        if (!isOurs(mountFd)) return InterceptedSystem::openHandle(mountFd, handle, flags);
        bool known = true;
        change(narrow, [&known](std::uint64_t id) {
            const auto inode = id == 1 ? 1 : id >> kWidth;
            known = wide(inode) == id;
            return inode;
        });
        return known ? InterceptedSystem::openHandle(mountFd, narrow, flags) : -ESTALE;
    }

private:
    int before(const Call&) override { return 0; }
    void after(const Call&, std::int64_t) override {}

    int widened(int failed, FileStat& out) const {
        if (failed == 0 && out.device == device_) out.inode = wide(out.inode);
        return failed;
    }
    bool isOurs(int fd) {
        FileStat stat;
        return InterceptedSystem::statFd(fd, stat) == 0 && stat.device == device_;
    }
    /// struct linux_dirent64: the inode number first, the record's length at 16.
    static ssize_t widenRecord(char* record) {
        std::uint64_t inode = 0;
        std::uint16_t length = 0;
        std::memcpy(&inode, record, sizeof inode);
        inode = wide(inode);
        std::memcpy(record, &inode, sizeof inode);
        std::memcpy(&length, record + 16, sizeof length);
        return length;
    }
    template <class Change>
    static void change(FileHandle& handle, Change to) {
        std::uint64_t id = 0;
        std::memcpy(&id, handle.bytes, sizeof id);
        id = to(id);
        std::memcpy(handle.bytes, &id, sizeof id);
    }

    std::uint64_t device_ = 0;
};

/// /a and /b are empty and flagged; process 777 lives.
struct WideWorld : World {
    WideWorld() {
        conf(kNoLinger);
        a = wide(make("/a"));
        b = wide(make("/b"));
        kernel.writeFile("/proc/777/stat", "777 (sh) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n");
    }

    OpenHierarchy open() { return std::move(*openHierarchyByName(spread, "freezer").value()); }
    OpenCgroup opened(const OpenHierarchy& hierarchy, const std::string& path) {
        const auto parsed = CgroupPath::parse(path);
        return std::move(*openCgroup(spread, hierarchy.root.get(), parsed.value()).value());
    }
    void registers(const std::string& path) {
        const auto hierarchy = open();
        const auto cgroup = opened(hierarchy, path);
        Creator who;
        who.name = "sh";
        who.task = {777, 100, 0, std::nullopt};
        REQUIRE(registerCreator(inWide, {hierarchy, cgroup, path}, who, FactSource::registered).ok());
    }
    Released releaseWide(const std::string& path) { return prune::release(inWide, kAlias, path); }
    RetryResult retryWide() {
        inWide.conf = loadConf(spread);
        return retryDue(inWide, {});
    }
    bool hasFact(std::uint64_t id) {
        return kernel.exists(kRegistry + '/' + decimalUnsigned(id) + ".creator");
    }
    bool hasEntry(std::uint64_t id) {
        return kernel.exists("/run/cgprune/journal/freezer/0/" + decimalUnsigned(id));
    }
    std::uint64_t remake(const std::string& path) {
        REQUIRE(kernel.removeCgroup("freezer", path) == 0);
        return wide(make(path));
    }

    WideSystem spread{kernel, "/sys/fs/cgroup/freezer"};
    Context inWide{spread, log, {}, false};
    std::uint64_t a = 0;
    std::uint64_t b = 0;
};

}  // namespace

TEST_CASE("the wide world's ids are above 2^32 and agree in their low 32 bits") {
    WideWorld world;
    CHECK(world.a > UINT32_MAX);
    CHECK(world.a != world.b);
    CHECK(static_cast<std::uint32_t>(world.a) == static_cast<std::uint32_t>(world.b));
    const auto hierarchy = world.open();
    CHECK(idBelowMount(world.spread, hierarchy.root.get(), CgroupPath::parse("/b").value()).value() ==
          world.b);
}

TEST_CASE("a fact with a wide id is that cgroup's alone") {
    WideWorld world;
    world.registers("/b");
    world.releaseWide("/a");
    CHECK_FALSE(world.has("/a"));
    CHECK(world.hasFact(world.b));
    world.releaseWide("/b");
    CHECK(world.has("/b"));
    CHECK(world.entry().reason == "creator-alive");
    CHECK(world.hasEntry(world.b));
}

TEST_CASE("stale facts with wide ids are dropped and the others stay") {
    WideWorld world;
    world.registers("/a");
    world.registers("/b");
    REQUIRE(world.kernel.removeCgroup("freezer", "/a") == 0);
    CHECK(dropStaleFacts(world.inWide, world.open()) == 1);
    CHECK_FALSE(world.hasFact(world.a));
    CHECK(world.hasFact(world.b));
}

TEST_CASE("an entry with a wide id is that cgroup's alone") {
    WideWorld world;
    world.conf("[default]\nlinger = 1s\n[rule b]\npath = /b\nlinger = 100s\n");
    world.releaseWide("/a");
    world.releaseWide("/b");
    REQUIRE(world.hasEntry(world.a));
    REQUIRE(world.hasEntry(world.b));
    world.kernel.advance(2'000);
    CHECK(world.retryWide().removed == 1);
    CHECK_FALSE(world.has("/a"));
    CHECK(world.has("/b"));
    CHECK_FALSE(world.hasEntry(world.a));
    CHECK(world.hasEntry(world.b));
}

TEST_CASE("a cgroup made anew is not taken for the journaled one whose id agrees in the low bits") {
    WideWorld world;
    world.spread.givesHandles = GENERATE(true, false);
    world.conf("[default]\nlinger = 1s\n");
    world.releaseWide("/a");
    const auto anew = world.remake("/a");
    REQUIRE(anew != world.a);
    world.kernel.advance(2'000);
    const auto result = world.retryWide();
    CHECK(result.removed == 0);
    CHECK(result.dropped == 1);
    CHECK(world.has("/a"));
    CHECK(world.entries().empty());
}

TEST_CASE("a handle with a wide id leads to that cgroup alone") {
    WideWorld world;
    const auto hierarchy = world.open();
    CHECK(locateCgroup(world.spread, hierarchy, world.b, "/a").value()->path == "/b");
    world.remake("/b");
    CHECK_FALSE(locateCgroup(world.spread, hierarchy, world.b, "/b").value());
    CHECK(isGone(world.spread, hierarchy, world.b));
    CHECK_FALSE(isGone(world.spread, hierarchy, world.a));
}

TEST_CASE("a namesake whose id agrees in the low bits is not removed in the place of the one looked at") {
    WideWorld world;
    const auto hierarchy = world.open();
    const auto cgroup = world.opened(hierarchy, "/a");
    world.remake("/a");
    CHECK(removeCgroup(world.spread, cgroup, world.a).outcome == Removal::Outcome::gone);
    CHECK(world.has("/a"));
}

}  // namespace prune::test

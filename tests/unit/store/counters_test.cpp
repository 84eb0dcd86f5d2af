// SPDX-License-Identifier: MIT
// Counters: exact among processes, and never a reason to fail.
#include "store/counters.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "processes.h"
#include "real_state.h"
#include "store/state_folder.h"
#include "support/catch.h"
#include "support/failing_system.h"
#include "support/memory_system.h"

using namespace prune;

namespace {

const std::string kCountersFile = "/run/cgprune/counters/host";

std::uint64_t countOf(System& system, Counter counter) {
    const auto values = readCounters(system);
    REQUIRE(values.ok());
    return values.value()[static_cast<std::size_t>(counter)];
}

std::uint64_t sumOf(System& system) {
    const auto values = readCounters(system);
    REQUIRE(values.ok());
    std::uint64_t sum = 0;
    for (const auto value : values.value()) sum += value;
    return sum;
}

/// Namespaces of its own for this process, in which it is root and may mount.
bool enterNamespaces() {
    const auto user = std::to_string(::geteuid());
    const auto group = std::to_string(::getegid());
    if (user == "0") return ::unshare(CLONE_NEWNS) == 0;
    if (::unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    return ::geteuid() == 0;
}

/// A small tmpfs at root/run, seen by this process alone. False: mounting is not allowed here.
bool mountSmallTmpfs(const TemporaryRoot& root, const char* options) {
    if (!enterNamespaces()) return false;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
    return ::mount("tmpfs", (root.path() + "/run").c_str(), "tmpfs", 0, options) == 0;
}

/// Writes to a file until there is no space.
void fillUp(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    const std::string page(4096, 'x');
    while (::write(fd, page.data(), page.size()) > 0) continue;
    ::close(fd);
}

constexpr int kCannotMount = 77;

/// Counts on a tmpfs without room, then with it. What a child returns: 0 is good.
int countOnFullTmpfs(const TemporaryRoot& root) {
    if (!mountSmallTmpfs(root, "size=16k")) return kCannotMount;
    RealState system(root);
    if (!ensureStateFolder(system).ok()) return 1;
    const std::string filler = root.state("filler");
    fillUp(filler);
    count(system, Counter::removed);
    const auto full = readCounters(system);
    if (!full.ok() || full.value()[0] != 0) return 2;
    if (::unlink(filler.c_str()) != 0) return 3;
    count(system, Counter::removed);
    fillUp(filler);
    count(system, Counter::removed);
    const auto values = readCounters(system);
    return values.ok() && values.value()[0] == 2 ? 0 : 4;
}

}  // namespace

TEST_CASE("nothing was counted at first") {
    MemorySystem system;
    CHECK(sumOf(system) == 0);
    CHECK_FALSE(system.exists(kStateFolder));
}

TEST_CASE("each counter counts for itself") {
    for (std::size_t n = 0; n < kCounters; ++n) {
        MemorySystem system;
        const auto counter = static_cast<Counter>(n);
        count(system, counter);
        count(system, counter);
        INFO(word(counter));
        CHECK(countOf(system, counter) == 2);
        CHECK(sumOf(system) == 2);
    }
}

TEST_CASE("counters keep their places in the file for later versions") {
    MemorySystem system;
    count(system, Counter::removed);
    count(system, Counter::removedAnother);
    const auto text = system.fileText(kCountersFile);
    REQUIRE(text);
    REQUIRE(text->size() == 4096);
    std::uint64_t slots[512] = {};
    std::memcpy(slots, text->data(), text->size());
    CHECK(slots[0] == 1);
    CHECK(slots[10] == 1);
}

TEST_CASE("when the last cgroup of a hierarchy was removed is remembered") {
    MemorySystem system;
    CHECK_FALSE(readCountersOf(system, "freezer").value().lastRemovalMs);
    system.setClock(5'000);
    countCause(system, "freezer", Counter::removed, 1);
    system.setClock(6'000);
    countCause(system, "cpu,cpuacct", Counter::removed, 1);
    countIn(system, "freezer", Counter::gone);
    CHECK(readCountersOf(system, "freezer").value().lastRemovalMs == 5'000);
    CHECK(readCountersOf(system, "cpu,cpuacct").value().lastRemovalMs == 6'000);
}

TEST_CASE("the file of counters can be read by root alone") {
    MemorySystem system;
    count(system, Counter::removed);
    FileStat stat;
    REQUIRE(system.statAt(AT_FDCWD, kCountersFile.c_str(), 0, stat) == 0);
    CHECK((stat.mode & 07777) == 0600);
}

TEST_CASE("counts of many processes at once add up exactly") {
    constexpr int kProcesses = 60;
    constexpr int kEach = 200;
    const TemporaryRoot root;
    std::vector<Child> children;
    for (int process = 0; process < kProcesses; ++process)
        children.emplace_back([&root, process] {
            RealState system(root);
            for (int n = 0; n < kEach; ++n)
                count(system, process % 2 == 0 ? Counter::removed : Counter::deferred);
            return 0;
        });
    for (auto& child : children) CHECK(child.wait() == 0);
    RealState system(root);
    CHECK(countOf(system, Counter::removed) == kProcesses / 2 * kEach);
    CHECK(countOf(system, Counter::deferred) == kProcesses / 2 * kEach);
    CHECK(sumOf(system) == kProcesses * kEach);
}

TEST_CASE("a count on a full tmpfs is lost without a SIGBUS and counts once there is room") {
    const TemporaryRoot root;
    Child child([&root] { return countOnFullTmpfs(root); });
    const int status = child.wait();
    if (status == kCannotMount) WARN("no tmpfs can be mounted here");
    CHECK((status == 0 || status == kCannotMount));
}

TEST_CASE("a count without space is not counted and leaves no file") {
    MemorySystem system;
    REQUIRE(ensureStateFolder(system).ok());
    system.limitSpace("/run", 0);
    count(system, Counter::removed);
    CHECK(sumOf(system) == 0);
    CHECK_FALSE(system.exists(kCountersFile));
    CHECK(system.openFds().empty());
    system.limitSpace("/run", 1);
    count(system, Counter::removed);
    CHECK(countOf(system, Counter::removed) == 1);
}

TEST_CASE("a count without a folder for it is no failure") {
    MemorySystem system;
    system.setReadOnly("/run");
    count(system, Counter::removed);
    CHECK(sumOf(system) == 0);
    CHECK(system.openFds().empty());
}

TEST_CASE("nothing is counted in a state folder that is not root's alone") {
    MemorySystem system;
    system.makeFolder(kStateFolder, 0777);
    count(system, Counter::removed);
    CHECK(system.names(kStateFolder).empty());
}

TEST_CASE("nothing is counted in a file that is too short or a link") {
    MemorySystem system;
    system.writeFile(kCountersFile, std::string(4095, '\0'));
    count(system, Counter::removed);
    CHECK(sumOf(system) == 0);
    system.removeTree(kCountersFile);
    system.writeFile("/tmp/victim", std::string(4096, '\0'));
    system.makeSymlink("/tmp/victim", kCountersFile);
    count(system, Counter::removed);
    CHECK(system.fileText("/tmp/victim") == std::string(4096, '\0'));
}

TEST_CASE("a file of counters that another process makes meanwhile is used") {
    MemorySystem system;
    system.beforeCall = [&](std::string_view call) {
        if (call == "linkFd") count(system, Counter::removed);
    };
    count(system, Counter::removed);
    system.beforeCall = nullptr;
    CHECK(countOf(system, Counter::removed) == 2);
}

TEST_CASE("whichever call fails a count is counted once or not at all") {
    int call = 0;
    for (bool failed = true; failed;) {
        MemorySystem memory;
        FailingSystem system(memory);
        system.failCall(++call, EIO);
        count(system, Counter::removed);
        failed = system.failures() > 0;
        INFO("call " << call);
        CHECK(sumOf(memory) <= 1);
        CHECK(memory.openFds().empty());
        count(memory, Counter::removed);
        CHECK(countOf(memory, Counter::removed) >= 1);
    }
    CHECK(call > 6);
}

TEST_CASE("counters that cannot be read are an error") {
    MemorySystem memory;
    count(memory, Counter::removed);
    FailingSystem system(memory);
    system.failNamed(GENERATE("openAt", "readFd"), EIO);
    CHECK(readCounters(system).error().code == EIO);
}

TEST_CASE("a file of counters that was cut reads as far as it goes") {
    MemorySystem system;
    system.writeFile(kCountersFile, std::string(8, '\1') + std::string(4, '\1'));
    CHECK(countOf(system, Counter::removed) == 0x0101'0101'0101'0101U);
    CHECK(countOf(system, Counter::busy) == 0);
}

TEST_CASE("each counter has a word of its own") {
    std::set<std::string> words;
    for (std::size_t n = 0; n < kCounters; ++n) words.insert(word(static_cast<Counter>(n)));
    CHECK(words.size() == kCounters);
    CHECK(word(Counter::removed) == std::string("removed"));
    CHECK(word(Counter::removedAnother) == std::string("removed-another"));
}

TEST_CASE("hierarchies are counted apart and the sums are over all of them") {
    MemorySystem system;
    count(system, Counter::registered);
    countIn(system, "freezer", Counter::gone);
    countIn(system, "name=openrc", Counter::gone);
    const auto all = readAllCounters(system);
    REQUIRE(all.ok());
    REQUIRE(all.value().size() == 3);
    CHECK(all.value()[0].name == "freezer");
    CHECK(all.value()[0].values[static_cast<std::size_t>(Counter::gone)] == 1);
    CHECK(all.value()[1].name == kHostCounters);
    CHECK(all.value()[1].values[static_cast<std::size_t>(Counter::gone)] == 0);
    CHECK(countOf(system, Counter::gone) == 2);
    CHECK(countOf(system, Counter::registered) == 1);
}

TEST_CASE("a cause is counted with its counter and with no other") {
    MemorySystem system;
    for (const auto counter : {Counter::removed, Counter::kept, Counter::deferred, Counter::failed})
        for (std::uint32_t cause = 0; cause < kCauses; ++cause) countCause(system, "freezer", counter, cause);
    countCause(system, "freezer", Counter::kept, 5);
    const auto all = readAllCounters(system);
    REQUIRE(all.ok());
    REQUIRE(all.value().size() == 1);
    const auto& counted = all.value().front();
    for (std::size_t n = 0; n < kCounters; ++n) {
        const bool has = n == 0 || (n >= 3 && n <= 5);
        const bool more = static_cast<Counter>(n) == Counter::kept;
        INFO(word(static_cast<Counter>(n)));
        CHECK(counted.values[n] == (has ? kCauses : 0) + (more ? 1 : 0));
        for (std::uint32_t cause = 0; cause < kCauses; ++cause)
            CHECK(counted.causes[n][cause] == (has ? 1U : 0U) + (more && cause == 5 ? 1U : 0U));
    }
}

TEST_CASE("a cause that has no place is counted as the last") {
    MemorySystem system;
    countCause(system, "freezer", Counter::failed, kCauses + 7);
    const auto all = readAllCounters(system);
    REQUIRE(all.ok());
    const auto& causes = all.value().front().causes[static_cast<std::size_t>(Counter::failed)];
    CHECK(causes[kCauses - 1] == 1);
}

TEST_CASE("one count makes one mapping whatever it counts") {
    MemorySystem memory;
    countCause(memory, "freezer", Counter::removed, 1);
    int mappings = 0;
    int calls = 0;
    memory.beforeCall = [&](std::string_view call) {
        ++calls;
        mappings += call == "mapFd" ? 1 : 0;
    };
    countCause(memory, "freezer", Counter::removed, 1);
    CHECK(mappings == 1);
    CHECK(calls <= 6);  // the clock is one, which the kernel does not see
}

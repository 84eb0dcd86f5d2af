// SPDX-License-Identifier: MIT
// Many real processes at one journal, and processes killed while they write to it.
#include <memory>
#include <random>
#include <set>

#include "journal_entries.h"
#include "processes.h"
#include "real_state.h"
#include "support/catch.h"
#include "writer.h"

using namespace prune;

namespace {

const JournalKey kSharedEntry{"freezer", 0, 1};

JournalKey entryKey(std::uint64_t number) {
    return {"freezer", static_cast<std::uint32_t>(number % 5), 1000 + number};
}

bool put(System& system, const JournalKey& key, std::uint64_t number) {
    const auto put = Journal(system).put(key, numberedEntry(number));
    return put.ok() && put.value() == Journal::Put::written;
}

std::string problemOf(System& system, const JournalKey& key) {
    const auto entry = Journal(system).find(key);
    if (!entry.ok()) return entry.error().text();
    if (!entry.value()) return "not there";
    return isNumberedEntry(*entry.value()) ? "" : "mixed";
}

std::vector<JournalKey> entryKeysIn(System& system) {
    auto keys = Journal(system).keys("freezer");
    REQUIRE(keys.ok());
    return std::move(keys.value());
}

bool putBothEntries(System& system, std::uint64_t number) {
    return put(system, entryKey(number), number) && put(system, kSharedEntry, number);
}

}  // namespace

TEST_CASE("hundreds of processes can write to the journal at once") {
    constexpr std::uint64_t kProcesses = 300;
    constexpr std::uint64_t kEach = 5;
    const TemporaryRoot root;
    std::vector<Child> children;
    for (std::uint64_t process = 0; process < kProcesses; ++process)
        children.emplace_back([&root, process] {
            RealState system(root);
            bool good = true;
            for (std::uint64_t n = 0; n < kEach; ++n) {
                const auto number = process * kEach + n;
                good = putBothEntries(system, number) && good;
            }
            return good ? 0 : 1;
        });
    int failed = 0;
    for (auto& child : children) failed += child.wait() != 0;
    CHECK(failed == 0);

    RealState system(root);
    std::set<std::string> problems;
    for (std::uint64_t number = 0; number < kProcesses * kEach; ++number)
        problems.insert(problemOf(system, entryKey(number)));
    CHECK(problems == std::set<std::string>{""});
    CHECK(problemOf(system, kSharedEntry).empty());
    CHECK(entryKeysIn(system).size() == kProcesses * kEach + 1);
}

TEST_CASE("an entry can be put while others drop the last one of the same user") {
    constexpr std::uint64_t kProcesses = 100;
    const TemporaryRoot root("/dev/shm");  // on tmpfs, as the state folder is
    std::vector<Child> children;
    for (std::uint64_t process = 0; process < kProcesses; ++process)
        children.emplace_back([&root, process] {
            RealState system(root);
            const JournalKey key{"freezer", 7, process};
            for (std::uint64_t n = 0; n < 50; ++n) {
                if (!put(system, key, n) || !problemOf(system, key).empty()) return 1;
                if (!Journal(system).drop(key).ok()) return 2;
            }
            return 0;
        });
    int failed = 0;
    for (auto& child : children) failed += child.wait() != 0;
    CHECK(failed == 0);
    CHECK_FALSE(std::filesystem::exists(root.state("journal/freezer/7")));
}

TEST_CASE("a reader beside many writers of one entry always sees a whole one") {
    const TemporaryRoot root;
    RealState system(root);
    REQUIRE(put(system, kSharedEntry, 0));
    std::vector<std::unique_ptr<Writer>> writers;
    for (std::uint64_t n = 0; n < 8; ++n)
        writers.push_back(std::make_unique<Writer>(root, putBothEntries, n * 1'000'000));
    std::uint64_t number = 0;
    for (const auto& writer : writers) REQUIRE(writer->reports.read(number));

    std::set<std::string> problems;
    std::set<std::uint64_t> seen;
    for (int look = 0; look < 3000; ++look) {
        problems.insert(problemOf(system, kSharedEntry));
        if (const auto entry = Journal(system).find(kSharedEntry); entry.ok() && entry.value())
            seen.insert(entry.value()->looks);
    }
    CHECK(problems == std::set<std::string>{""});
    CHECK(seen.size() > 1);
}

TEST_CASE("writers killed at random moments leave whole entries and lose none that was put") {
    constexpr int kRounds = 40;
    const TemporaryRoot root;
    std::mt19937 random{std::random_device()()};
    std::set<std::string> problems;
    std::uint64_t reported = 0;
    RealState system(root);
    for (std::uint64_t round = 0; round < kRounds; ++round) {
        Writer writer(root, putBothEntries, round * 1'000'000);
        std::uint64_t number = 0;
        REQUIRE(writer.reports.read(number));
        ::usleep(static_cast<useconds_t>(random() % 3000));
        writer.child.kill();
        REQUIRE(writer.child.wait() == -SIGKILL);
        do {
            problems.insert(problemOf(system, entryKey(number)));
            ++reported;
        } while (writer.reports.read(number));
        problems.insert(problemOf(system, kSharedEntry));
        for (const auto& key : entryKeysIn(system)) problems.insert(problemOf(system, key));
        if (round % 8 == 7)  // so that the bound of an owner is not reached
            for (const auto& key : entryKeysIn(system)) REQUIRE(Journal(system).drop(key).ok());
    }
    CHECK(problems == std::set<std::string>{""});
    CHECK(reported >= kRounds);
}

// SPDX-License-Identifier: MIT
// Many real processes at one registry, and processes killed while they write to it.
#include <memory>
#include <random>
#include <set>

#include "store/registry.h"
#include "support/catch.h"
#include "writer.h"

using namespace prune;

namespace {

const FactKey kSharedFact{"freezer", 1, FactKind::creator};

FactKey factKey(std::uint64_t number) { return {"freezer", 1000 + number, FactKind::creator}; }

/// All of it tells the number, so that a mixed one is seen.
Fact numberedFact(std::uint64_t number) {
    const auto text = std::to_string(number);
    Fact fact{"boot", 7, "/" + text, FactSource::registered, static_cast<std::int64_t>(number), ""};
    for (int line = 0; line < 200; ++line) fact.body += "line-" + std::to_string(line) + "=" + text + "\n";
    return fact;
}

bool put(System& system, const FactKey& key, std::uint64_t number) {
    const auto written = Registry(system).put(key, numberedFact(number));
    return written.ok() && written.value();
}

bool putBothFacts(System& system, std::uint64_t number) {
    return put(system, factKey(number), number) && put(system, kSharedFact, number);
}

bool putAndDrop(System& system, std::uint64_t number) {
    return put(system, kSharedFact, number) && Registry(system).drop(kSharedFact).ok();
}

std::string problemOf(System& system, const FactKey& key) {
    const auto fact = Registry(system).find(key);
    if (!fact.ok()) return fact.error().text();
    if (!fact.value()) return "not there";
    const auto& found = *fact.value();
    return found == numberedFact(static_cast<std::uint64_t>(found.recordedMs)) ? "" : "mixed";
}

std::vector<FactKey> factKeysIn(System& system) {
    auto keys = Registry(system).keys("freezer");
    REQUIRE(keys.ok());
    return std::move(keys.value());
}

}  // namespace

TEST_CASE("hundreds of processes can write to the registry at once") {
    constexpr std::uint64_t kProcesses = 300;
    constexpr std::uint64_t kEach = 5;
    const TemporaryRoot root;
    std::vector<Child> children;
    for (std::uint64_t process = 0; process < kProcesses; ++process)
        children.emplace_back([&root, process] {
            RealState system(root);
            bool good = true;
            for (std::uint64_t n = 0; n < kEach; ++n)
                good = putBothFacts(system, process * kEach + n) && good;
            return good ? 0 : 1;
        });
    int failed = 0;
    for (auto& child : children) failed += child.wait() != 0;
    CHECK(failed == 0);

    RealState system(root);
    std::set<std::string> problems;
    for (std::uint64_t number = 0; number < kProcesses * kEach; ++number)
        problems.insert(problemOf(system, factKey(number)));
    CHECK(problems == std::set<std::string>{""});
    CHECK(problemOf(system, kSharedFact).empty());
    CHECK(factKeysIn(system).size() == kProcesses * kEach + 1);
}

TEST_CASE("of many processes that put an observed fact at once one puts it") {
    const TemporaryRoot root;
    std::vector<Child> children;
    for (std::uint64_t process = 0; process < 100; ++process)
        children.emplace_back([&root, process] {
            RealState system(root);
            auto fact = numberedFact(process);
            fact.source = FactSource::observed;
            const auto written = Registry(system).put(kSharedFact, fact);
            if (!written.ok()) return 100;
            return written.value() ? 1 : 0;
        });
    int first = 0;
    for (auto& child : children) first += child.wait();
    CHECK(first == 1);
}

TEST_CASE("a reader beside many writers of one fact always sees a whole one, or none while it is dropped") {
    const TemporaryRoot root;
    RealState system(root);
    REQUIRE(put(system, kSharedFact, 0));
    const bool dropping = GENERATE(false, true);
    std::vector<std::unique_ptr<Writer>> writers;
    for (std::uint64_t n = 0; n < 8; ++n)
        writers.push_back(
            std::make_unique<Writer>(root, dropping ? putAndDrop : putBothFacts, n * 1'000'000));
    std::uint64_t number = 0;
    for (const auto& writer : writers) REQUIRE(writer->reports.read(number));

    std::set<std::string> problems;
    for (int look = 0; look < 2000; ++look) problems.insert(problemOf(system, kSharedFact));
    if (dropping) problems.erase("not there");
    problems.erase("");
    CHECK(problems == std::set<std::string>{});
}

TEST_CASE("registering processes killed at random moments leave whole facts and lose none that was put") {
    constexpr int kRounds = 40;
    const TemporaryRoot root;
    std::mt19937 random{std::random_device()()};
    std::set<std::string> problems;
    std::uint64_t reported = 0;
    RealState system(root);
    for (std::uint64_t round = 0; round < kRounds; ++round) {
        Writer writer(root, putBothFacts, round * 1'000'000);
        std::uint64_t number = 0;
        REQUIRE(writer.reports.read(number));
        ::usleep(static_cast<useconds_t>(random() % 3000));
        writer.child.kill();
        REQUIRE(writer.child.wait() == -SIGKILL);
        do {
            problems.insert(problemOf(system, factKey(number)));
            ++reported;
        } while (writer.reports.read(number));
        for (const auto& key : factKeysIn(system)) problems.insert(problemOf(system, key));
    }
    CHECK(problems == std::set<std::string>{""});
    CHECK(reported >= kRounds);
}

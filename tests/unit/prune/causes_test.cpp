// SPDX-License-Identifier: MIT
// The places of reasons and failures among the causes of counters.
#include "prune/causes.h"

#include <cerrno>
#include <set>
#include <string>

#include "store/counters.h"
#include "support/catch.h"

using namespace prune;

TEST_CASE("each reason has a place of its own among the causes and is found again by it") {
    std::set<std::uint32_t> places;
    for (std::uint32_t n = 0; n < static_cast<std::uint32_t>(Reason::count_); ++n) {
        const auto reason = static_cast<Reason>(n);
        INFO(word(reason));
        CHECK(causeOf(reason) < kCauses);
        CHECK(places.insert(causeOf(reason)).second);
        CHECK(reasonOfCause(causeOf(reason)) == reason);
    }
}

TEST_CASE("places of reasons stay where they are for later versions") {
    CHECK(causeOf(Reason::populated) == 0);
    CHECK(causeOf(Reason::sweepNotAllowed) == 9);
    CHECK(causeOf(Reason::policyAlways) == 16);
    CHECK(causeOf(Reason::unknownCreator) == 20);
    CHECK(causeOf(Reason::creatorAlive) == 32);
    CHECK(causeOf(Reason::stuck) == 41);
}

TEST_CASE("a place that no reason has is none") {
    CHECK(reasonOfCause(15) == Reason::count_);
    CHECK(reasonOfCause(kCauses) == Reason::count_);
}

TEST_CASE("failures have places and words of their own") {
    CHECK(causeOfFailure(EBUSY) == 1);
    CHECK(causeOfFailure(ENOSPC) == 14);
    CHECK(causeOfFailure(EDOM) == 0);
    CHECK(failureWord(0) == std::string("other"));
    CHECK(failureWord(causeOfFailure(EROFS)) == std::string("read-only-filesystem"));
    CHECK(failureWord(kCauses).empty());
    std::set<std::string> words;
    std::uint32_t number = 0;
    for (; !failureWord(number).empty(); ++number) words.insert(std::string(failureWord(number)));
    CHECK(words.size() == number);
    CHECK(number <= kCauses);
}

// SPDX-License-Identifier: MIT
#include "base/result.h"

#include <cerrno>
#include <memory>
#include <string>

#include "support/catch.h"

using namespace prune;

TEST_CASE("a result of a value is good and gives it") {
    Result<int> result = 7;
    CHECK(result.ok());
    CHECK(static_cast<bool>(result));
    CHECK(result.value() == 7);
    result.value() = 8;
    CHECK(std::as_const(result).value() == 8);
}

TEST_CASE("a result of an error is bad and gives it") {
    const Result<int> result = Error{"open x", ENOENT};
    CHECK_FALSE(result.ok());
    CHECK_FALSE(static_cast<bool>(result));
    CHECK(result.error().doing == "open x");
    CHECK(result.error().code == ENOENT);
}

TEST_CASE("a result can hold what can only be moved") {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
    const auto taken = std::move(result.value());
    CHECK(*taken == 3);
}

TEST_CASE("an error can be taken from a result to another") {
    Result<std::string> first = Error{"read x", EIO};
    const Result<int> second = first.takeError();
    CHECK(second.error().doing == "read x");
    CHECK(second.error().code == EIO);
}

TEST_CASE("a result whose value is an error's twin keeps them apart") {
    const Result<std::string> good = std::string("open x");
    CHECK(good.ok());
    CHECK(good.value() == "open x");
}

TEST_CASE("a status is good unless it has an error") {
    CHECK(Status().ok());
    CHECK(static_cast<bool>(Status()));
    Status bad = Error{"write x", ENOSPC};
    CHECK_FALSE(bad.ok());
    CHECK_FALSE(static_cast<bool>(bad));
    CHECK(bad.error().code == ENOSPC);
    CHECK(bad.takeError().doing == "write x");
}

TEST_CASE("an error without errno is bad too") { CHECK_FALSE(Status(Error{"no such rule", 0}).ok()); }

TEST_CASE("the text of an error names what failed, why, and the errno") {
    CHECK(Error{"open x", EACCES}.text() == "open x: Permission denied (errno 13)");
}

TEST_CASE("the text of an error without errno is what it says") {
    CHECK(Error{"no such rule", 0}.text() == "no such rule");
}

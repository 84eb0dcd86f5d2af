// SPDX-License-Identifier: MIT
#include "base/fd.h"

#include <cerrno>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace prune;

namespace {

/// Notes what was closed.
class NotingCloser final : public FdCloser {
public:
    void closeFd(int fd) override { closed.push_back(fd); }

    std::vector<int> closed;
};

using Closed = std::vector<int>;

}  // namespace

TEST_CASE("a descriptor of nothing is not valid") {
    const Fd fd;
    CHECK_FALSE(fd.valid());
    CHECK(fd.get() == -1);
}

TEST_CASE("a descriptor is closed once, when its owner ends") {
    NotingCloser closer;
    {
        const Fd fd(closer, 5);
        CHECK(fd.valid());
        CHECK(fd.get() == 5);
        CHECK(closer.closed.empty());
    }
    CHECK(closer.closed == Closed{5});
}

TEST_CASE("descriptor 0 is one like others") {
    NotingCloser closer;
    { CHECK(Fd(closer, 0).valid()); }
    CHECK(closer.closed == Closed{0});
}

TEST_CASE("an errno in place of a descriptor is kept, and not closed") {
    NotingCloser closer;
    {
        const Fd fd(closer, -ENOENT);
        CHECK_FALSE(fd.valid());
        CHECK(fd.get() == -ENOENT);
    }
    CHECK(closer.closed.empty());
}

TEST_CASE("a descriptor that was moved is closed by its new owner only") {
    NotingCloser closer;
    {
        Fd first(closer, 5);
        const Fd second(std::move(first));
        CHECK(second.get() == 5);
        // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move): it must be empty
        CHECK_FALSE(first.valid());
    }
    CHECK(closer.closed == Closed{5});
}

TEST_CASE("assignment closes what was there, by who opened it") {
    NotingCloser one;
    NotingCloser other;
    {
        Fd fd(one, 5);
        fd = Fd(other, 6);
        CHECK(one.closed == Closed{5});
        CHECK(other.closed.empty());
        CHECK(fd.get() == 6);
    }
    CHECK(one.closed == Closed{5});
    CHECK(other.closed == Closed{6});
}

TEST_CASE("assignment to itself changes nothing") {
    NotingCloser closer;
    Fd fd(closer, 5);
    Fd& same = fd;
    fd = std::move(same);
    CHECK(fd.get() == 5);
    CHECK(closer.closed.empty());
}

TEST_CASE("a descriptor that was released is not closed") {
    NotingCloser closer;
    {
        Fd fd(closer, 5);
        CHECK(fd.release() == 5);
        CHECK_FALSE(fd.valid());
    }
    CHECK(closer.closed.empty());
}

TEST_CASE("reset closes at once, and once") {
    NotingCloser closer;
    Fd fd(closer, 5);
    fd.reset();
    CHECK(closer.closed == Closed{5});
    CHECK_FALSE(fd.valid());
    fd.reset();
    CHECK(closer.closed == Closed{5});
}

// SPDX-License-Identifier: MIT
// How many entries there can be: told by a folder's size on tmpfs, counted elsewhere.
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include "journal_entries.h"
#include "real_state.h"
#include "support/catch.h"

using namespace prune;

namespace {

/// A temporary root on tmpfs, or elsewhere as far as the journal can tell.
class Bounded {
public:
    explicit Bounded(bool onTmpfs) : root_("/dev/shm"), real(root_), counting_(real), onTmpfs_(onTmpfs) {
        struct statfs about {};
        REQUIRE(::statfs(root_.path().c_str(), &about) == 0);
        REQUIRE(about.f_type == TMPFS_MAGIC);
        REQUIRE(Journal(real).put({"freezer", 999, 1}, plainEntry()).ok());
        REQUIRE(Journal(real).drop({"freezer", 999, 1}).ok());
    }

    System& system() { return onTmpfs_ ? static_cast<System&>(real) : counting_; }
    bool put(std::uint32_t owner, std::uint64_t id) {
        const auto put = Journal(system()).put({"freezer", owner, id}, plainEntry());
        REQUIRE(put.ok());
        return put.value() == Journal::Put::written;
    }
    /// `count` entries of the ids 1 and on, by the shortest way.
    void fill(std::uint32_t owner, std::uint64_t count) const {
        const auto folder = root_.state("journal/freezer/" + std::to_string(owner));
        std::filesystem::create_directory(folder);
        for (std::uint64_t id = 1; id <= count; ++id) {
            const int fd =
                ::open((folder + "/" + std::to_string(id)).c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
            REQUIRE(fd >= 0);
            ::close(fd);
        }
    }
    bool exists(const std::string& entry) const {
        return std::filesystem::exists(root_.state("journal/freezer/" + entry));
    }

private:
    /// Says that it is no tmpfs.
    struct Counting final : InterceptedSystem {
        using InterceptedSystem::InterceptedSystem;
        int filesystemType(int fd, std::uint64_t& out) override {
            const int result = InterceptedSystem::filesystemType(fd, out);
            out = EXT4_SUPER_MAGIC;
            return result;
        }
        int before(const Call&) override { return 0; }
        void after(const Call&, std::int64_t) override {}
    };

    TemporaryRoot root_;

public:
    RealState real;

private:
    Counting counting_;
    bool onTmpfs_;
};

}  // namespace

TEST_CASE("an owner can have 4096 entries and no more") {
    Bounded journal(GENERATE(true, false));
    journal.fill(1000, kMaxEntriesOfOwner - 1);
    CHECK(journal.put(1000, 10'000));
    CHECK_FALSE(journal.put(1000, 10'001));
    CHECK(journal.exists("1000/10000"));
    CHECK_FALSE(journal.exists("1000/10001"));
}

TEST_CASE("the bound of one owner is not in the way of another") {
    Bounded journal(GENERATE(true, false));
    journal.fill(1000, kMaxEntriesOfOwner);
    REQUIRE_FALSE(journal.put(1000, 10'000));
    CHECK(journal.put(1001, 10'000));
    CHECK(journal.put(0, 10'000));
}

TEST_CASE("an entry at the bound of its owner can be replaced") {
    Bounded journal(GENERATE(true, false));
    journal.fill(1000, kMaxEntriesOfOwner);
    REQUIRE_FALSE(journal.put(1000, 10'000));
    CHECK(journal.put(1000, 1));
    CHECK(Journal(journal.system()).find({"freezer", 1000, 1}).value() == plainEntry());
}

TEST_CASE("an owner at its bound can have an entry once one was dropped") {
    Bounded journal(GENERATE(true, false));
    journal.fill(1000, kMaxEntriesOfOwner);
    REQUIRE_FALSE(journal.put(1000, 10'000));
    REQUIRE(Journal(journal.system()).drop({"freezer", 1000, 1}).ok());
    CHECK(journal.put(1000, 10'000));
    CHECK_FALSE(journal.put(1000, 10'001));
}

TEST_CASE("root has no bound as an owner but that of the hierarchy") {
    Bounded journal(GENERATE(true, false));
    journal.fill(0, kMaxEntriesOfOwner);
    CHECK(journal.put(0, 100'000));
    REQUIRE(Journal(journal.system()).drop({"freezer", 0, 100'000}).ok());
    journal.fill(1000, 1);
    CHECK(journal.put(0, 100'000));
}

TEST_CASE("root alone can have as many entries as a hierarchy and no more") {
    Bounded journal(true);
    journal.fill(0, kMaxEntriesOfHierarchy - 1);
    CHECK(journal.put(0, 100'000));
    CHECK_FALSE(journal.put(0, 100'001));
    CHECK(journal.put(0, 1));
}

TEST_CASE("all users together can have 28672 entries of a hierarchy and no more") {
    Bounded journal(GENERATE(true, false));
    for (std::uint32_t owner = 1; owner <= 6; ++owner) journal.fill(owner, kMaxEntriesOfOwner);
    journal.fill(7, kMaxEntriesOfOwner - 1);
    CHECK(journal.put(9, 1));
    CHECK_FALSE(journal.put(9, 2));
    CHECK_FALSE(journal.put(7, 100'000));
    CHECK(journal.put(9, 1));
}

TEST_CASE("root can have entries though users have all that they can have") {
    Bounded journal(GENERATE(true, false));
    for (std::uint32_t owner = 1; owner <= 7; ++owner) journal.fill(owner, kMaxEntriesOfOwner);
    REQUIRE_FALSE(journal.put(9, 1));
    journal.fill(0, kMaxEntriesOfOwner - 1);
    CHECK(journal.put(0, 100'000));
    CHECK_FALSE(journal.put(0, 100'001));
}

TEST_CASE("users can have nothing more where root alone has all that a hierarchy can have") {
    Bounded journal(true);
    journal.fill(0, kMaxEntriesOfHierarchy);
    CHECK_FALSE(journal.put(1000, 1));
}

TEST_CASE("the folder of a user goes with its last entry") {
    Bounded journal(GENERATE(true, false));
    REQUIRE(journal.put(1000, 1));
    REQUIRE(journal.put(1000, 2));
    REQUIRE(Journal(journal.system()).drop({"freezer", 1000, 1}).ok());
    CHECK(journal.exists("1000/2"));
    REQUIRE(Journal(journal.system()).drop({"freezer", 1000, 2}).ok());
    CHECK_FALSE(journal.exists("1000"));
    CHECK(journal.put(1000, 1));
}

TEST_CASE("a user for whom there is no room gets no folder") {
    Bounded journal(true);
    journal.fill(0, kMaxEntriesOfHierarchy);
    REQUIRE_FALSE(journal.put(1000, 1));
    CHECK_FALSE(journal.exists("1000"));
}

TEST_CASE("a full hierarchy is not in the way of another") {
    Bounded journal(true);
    journal.fill(0, kMaxEntriesOfHierarchy);
    REQUIRE_FALSE(journal.put(0, 100'000));
    CHECK(Journal(journal.system()).put({"memory", 0, 100'000}, plainEntry()).value() ==
          Journal::Put::written);
}

// SPDX-License-Identifier: MIT
// What the bytes that inotify gives are taken for.
#include "sys/inotify_reader.h"

#include <sys/inotify.h>

#include "support/catch.h"
#include "support/notify_records.h"
#include "unit/sys/scripted_reads.h"

namespace prune::test {

namespace {

/// The next event, which there has to be.
InotifyEvent nextOf(InotifyReader& reader) {
    InotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE(more.ok());
    REQUIRE(more.value());
    return event;
}

bool isEmpty(InotifyReader& reader) {
    InotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE(more.ok());
    return !more.value();
}

/// Broken bytes are an error once, and what the next read gives is told again.
void checkBrokenInotify(const std::string& bytes) {
    ScriptedReads system;
    system.gives(bytes);
    system.gives(inotifyRecord(8, IN_MODIFY));
    InotifyReader reader(system, ScriptedReads::kFd);
    InotifyEvent event;
    const auto broken = reader.next(event);
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().code == EBADMSG);
    CHECK_FALSE(reader.hasMore());
    CHECK(nextOf(reader).watch == 8);
}

}  // namespace

TEST_CASE("inotify's events of one read are told one by one") {
    ScriptedReads system;
    system.gives(inotifyRecord(1, IN_CREATE | IN_ISDIR, "a") + inotifyRecord(2, IN_MODIFY) +
                 inotifyRecord(3, IN_MOVED_TO | IN_ISDIR, "name of 16 bytes", 77));
    InotifyReader reader(system, ScriptedReads::kFd);

    const auto first = nextOf(reader);
    CHECK(first.watch == 1);
    CHECK(first.mask == (IN_CREATE | IN_ISDIR));
    CHECK(first.name == "a");
    CHECK(first.cookie == 0);
    CHECK(reader.hasMore());
    const auto second = nextOf(reader);
    CHECK(second.watch == 2);
    CHECK(second.name.empty());
    const auto third = nextOf(reader);
    CHECK(third.name == "name of 16 bytes");
    CHECK(third.cookie == 77);
    CHECK_FALSE(reader.hasMore());
    CHECK(isEmpty(reader));
}

TEST_CASE("inotify is read on when its events have been told") {
    ScriptedReads system;
    system.gives(inotifyRecord(1, IN_MODIFY));
    system.gives(inotifyRecord(2, IN_MODIFY));
    InotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).watch == 1);
    CHECK_FALSE(reader.hasMore());
    CHECK(nextOf(reader).watch == 2);
    CHECK(isEmpty(reader));
}

TEST_CASE("an overflow of inotify is told as its kernel writes it") {
    ScriptedReads system;
    system.gives(inotifyRecord(1, IN_MODIFY) + inotifyRecord(-1, IN_Q_OVERFLOW));
    InotifyReader reader(system, ScriptedReads::kFd);
    nextOf(reader);
    const auto event = nextOf(reader);
    CHECK(event.watch == -1);
    CHECK(event.mask == IN_Q_OVERFLOW);
}

TEST_CASE("a name without a zero byte behind it ends with its record") {
    ScriptedReads system;
    auto record = inotifyRecord(1, IN_CREATE, "123456789012345");
    record.back() = '6';
    system.gives(record + inotifyRecord(2, IN_MODIFY));
    InotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).name == "1234567890123456");
    CHECK(nextOf(reader).watch == 2);
}

TEST_CASE("an interrupted read of inotify is done again") {
    ScriptedReads system;
    system.fails(EINTR);
    system.fails(EINTR);
    system.gives(inotifyRecord(1, IN_MODIFY));
    InotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).watch == 1);
}

TEST_CASE("that inotify cannot be read is an error") {
    ScriptedReads system;
    system.fails(EIO);
    InotifyReader reader(system, ScriptedReads::kFd);
    InotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE_FALSE(more.ok());
    CHECK(more.error().code == EIO);
    CHECK_FALSE(reader.hasMore());
}

TEST_CASE("an event of inotify that is cut is an error, and the rest of that read is lost") {
    const auto whole = inotifyRecord(1, IN_CREATE, "a");
    checkBrokenInotify(whole.substr(0, sizeof(inotify_event) - 1));
    checkBrokenInotify(whole.substr(0, whole.size() - 1));
}

TEST_CASE("events before one that is cut are told") {
    ScriptedReads system;
    system.gives(inotifyRecord(1, IN_MODIFY) + "cut");
    InotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).watch == 1);
    InotifyEvent event;
    CHECK_FALSE(reader.next(event).ok());
    CHECK(isEmpty(reader));
}

}  // namespace prune::test

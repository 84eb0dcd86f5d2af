// SPDX-License-Identifier: MIT
// What the bytes that fanotify gives are taken for.
#include "sys/fanotify_reader.h"

#include <fcntl.h>
#include <sys/fanotify.h>

#include <cstring>
#include <memory>

#include "support/catch.h"
#include "support/notify_records.h"
#include "unit/sys/scripted_reads.h"

namespace prune::test {

namespace {

constexpr std::uint64_t kMade = FAN_CREATE | FAN_ONDIR;

std::string made(std::uint64_t directory, std::string_view name, int maker = FAN_NOPIDFD) {
    return fanotifyEvent(
        kMade, fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, directory, name) + fanotifyMaker(maker));
}

FanotifyEvent nextOf(FanotifyReader& reader) {
    FanotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE(more.ok());
    REQUIRE(more.value());
    return event;
}

bool isEmpty(FanotifyReader& reader) {
    FanotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE(more.ok());
    return !more.value();
}

/// The only event of these records.
FanotifyEvent eventOf(const std::string& records, std::uint64_t mask = kMade) {
    ScriptedReads system;
    system.gives(fanotifyEvent(mask, records));
    FanotifyReader reader(system, ScriptedReads::kFd);
    auto event = nextOf(reader);
    CHECK(isEmpty(reader));
    return event;
}

/// Broken bytes are an error once, and what the next read gives is told again.
void checkBrokenFanotify(const std::string& bytes) {
    ScriptedReads system;
    system.gives(bytes);
    system.gives(made(5, "next"));
    FanotifyReader reader(system, ScriptedReads::kFd);
    FanotifyEvent event;
    const auto broken = reader.next(event);
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().code == EBADMSG);
    CHECK_FALSE(reader.hasMore());
    CHECK(nextOf(reader).name == "next");
}

/// The event's head with one field set to something else.
template <class Field>
std::string withField(std::size_t at, Field value) {
    auto bytes = made(5, "a");
    std::memcpy(bytes.data() + at, &value, sizeof value);
    return bytes;
}

}  // namespace

TEST_CASE("fanotify's events of one read are told one by one") {
    ScriptedReads system;
    system.gives(made(5, "a") + made(6, "a longer name") + made(7, "b"));
    FanotifyReader reader(system, ScriptedReads::kFd);
    const auto first = nextOf(reader);
    CHECK(first.mask == kMade);
    CHECK(first.directory == 5);
    CHECK(first.name == "a");
    CHECK(first.id == 0);
    CHECK(reader.hasMore());
    CHECK(nextOf(reader).name == "a longer name");
    CHECK(nextOf(reader).directory == 7);
    CHECK_FALSE(reader.hasMore());
    CHECK(isEmpty(reader));
}

TEST_CASE("the maker of a directory is the event's pidfd, and closed by whoever has the event") {
    ScriptedReads system;
    const int pidfd = system.memory.openAt(AT_FDCWD, "/dev/null", O_RDONLY);
    system.gives(made(5, "a", pidfd));
    FanotifyReader reader(system, ScriptedReads::kFd);
    {
        const auto event = nextOf(reader);
        CHECK(event.maker.get() == pidfd);
        CHECK(system.memory.openFds() == std::vector<int>{pidfd});
    }
    CHECK(system.memory.openFds().empty());
}

TEST_CASE("a maker that has ended is none") {
    CHECK_FALSE(eventOf(fanotifyMaker(FAN_NOPIDFD)).maker.valid());
    CHECK(eventOf(fanotifyMaker(FAN_NOPIDFD)).maker.get() != -EMFILE);
}

TEST_CASE("a maker that got no descriptor is told apart from one that has ended") {
    CHECK(eventOf(fanotifyMaker(FAN_EPIDFD)).maker.get() == -EMFILE);
}

TEST_CASE("makers of events that nobody asked for are closed with the reader") {
    ScriptedReads system;
    std::string bytes;
    for (const char* name : {"a", "b", "c"})
        bytes += made(5, name, system.memory.openAt(AT_FDCWD, "/dev/null", O_RDONLY));
    system.gives(bytes);
    {
        FanotifyReader reader(system, ScriptedReads::kFd);
        nextOf(reader);
        CHECK(system.memory.openFds().size() == 2);
    }
    CHECK(system.memory.openFds().empty());
    CHECK(system.left() == 0);
}

TEST_CASE("a removed directory is told with its own id") {
    const auto event = eventOf(
        fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a") + fanotifyId(FAN_EVENT_INFO_TYPE_FID, 42),
        FAN_DELETE | FAN_ONDIR);
    CHECK(event.directory == 5);
    CHECK(event.name == "a");
    CHECK(event.id == 42);
}

TEST_CASE("a rename is told with both directories and names") {
    const auto event = eventOf(fanotifyNamedId(FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, 5, "old") +
                                   fanotifyNamedId(FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, 6, "new") +
                                   fanotifyId(FAN_EVENT_INFO_TYPE_FID, 42),
                               FAN_RENAME | FAN_ONDIR);
    CHECK(event.directory == 5);
    CHECK(event.name == "old");
    CHECK(event.newDirectory == 6);
    CHECK(event.newName == "new");
    CHECK(event.id == 42);
}

TEST_CASE("an overflow of fanotify is an event that tells nothing more") {
    const auto event = eventOf("", FAN_Q_OVERFLOW);
    CHECK(event.mask == FAN_Q_OVERFLOW);
    CHECK(event.directory == 0);
    CHECK(event.name.empty());
    CHECK_FALSE(event.maker.valid());
}

TEST_CASE("records of types that are not known are passed over") {
    const auto event =
        eventOf(fanotifyRecord(77, "something new") + fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a") +
                fanotifyRecord(FAN_EVENT_INFO_TYPE_ERROR, "12345678"));
    CHECK(event.directory == 5);
    CHECK(event.name == "a");
}

TEST_CASE("nothing of an event is left over to the next one") {
    ScriptedReads system;
    system.gives(made(5, "a") + fanotifyEvent(FAN_ATTRIB));
    FanotifyReader reader(system, ScriptedReads::kFd);
    auto event = nextOf(reader);
    const auto more = reader.next(event);
    REQUIRE(more.ok());
    CHECK(event.mask == FAN_ATTRIB);
    CHECK(event.directory == 0);
    CHECK(event.name.empty());
}

TEST_CASE("a handle that is not a cgroup's has no id and no name") {
    auto otherType = fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a");
    otherType[sizeof(fanotify_event_info_header) + 8 + 4] = 1;
    auto otherSize = fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a");
    otherSize[sizeof(fanotify_event_info_header) + 8] = 12;
    for (const auto& record : {otherType, otherSize}) {
        const auto event = eventOf(record);
        CHECK(event.directory == 0);
        CHECK(event.name.empty());
    }
}

TEST_CASE("a record too short for what its type holds tells nothing") {
    const auto event = eventOf(fanotifyRecord(FAN_EVENT_INFO_TYPE_DFID_NAME, "1234567812") +
                               fanotifyRecord(FAN_EVENT_INFO_TYPE_PIDFD, ""));
    CHECK(event.directory == 0);
    CHECK_FALSE(event.maker.valid());
}

TEST_CASE("a handle that does not end within its record has no id") {
    const auto whole = fanotifyId(FAN_EVENT_INFO_TYPE_FID, 42);
    const auto body = whole.substr(sizeof(fanotify_event_info_header));
    CHECK(eventOf(fanotifyRecord(FAN_EVENT_INFO_TYPE_FID, body)).id == 42);
    CHECK(eventOf(fanotifyRecord(FAN_EVENT_INFO_TYPE_FID, body.substr(0, body.size() - 4))).id == 0);
}

TEST_CASE("a record of no length, or of more than is left, ends its event and not the next one") {
    for (const std::uint16_t length : std::initializer_list<std::uint16_t>{0, 3, 200}) {
        auto record = fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a");
        std::memcpy(record.data() + offsetof(fanotify_event_info_header, len), &length, sizeof length);
        ScriptedReads system;
        system.gives(fanotifyEvent(kMade, record) + made(6, "b"));
        FanotifyReader reader(system, ScriptedReads::kFd);
        CHECK(nextOf(reader).name.empty());
        CHECK(nextOf(reader).name == "b");
    }
}

TEST_CASE("a name is the bytes up to its end, whatever they are") {
    CHECK(eventOf(fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "\x01 \xff=/")).name == "\x01 \xff=/");
    const std::string longest(255, 'x');
    CHECK(eventOf(fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, longest)).name == longest);
}

TEST_CASE("an event of fanotify that is cut is an error, and the rest of that read is lost") {
    const auto whole = made(5, "a");
    checkBrokenFanotify(whole.substr(0, sizeof(fanotify_event_metadata) - 1));
    checkBrokenFanotify(whole.substr(0, whole.size() - 1));
}

TEST_CASE("an event of another version, or whose lengths cannot be, is an error") {
    checkBrokenFanotify(withField<std::uint8_t>(offsetof(fanotify_event_metadata, vers), 4));
    checkBrokenFanotify(withField<std::uint32_t>(offsetof(fanotify_event_metadata, event_len), 0));
    checkBrokenFanotify(withField<std::uint32_t>(offsetof(fanotify_event_metadata, event_len), 23));
    checkBrokenFanotify(withField<std::uint16_t>(offsetof(fanotify_event_metadata, metadata_len), 500));
    checkBrokenFanotify(withField<std::uint16_t>(offsetof(fanotify_event_metadata, metadata_len), 0));
    checkBrokenFanotify(
        std::string(sizeof(fanotify_event_metadata), '\0').replace(4, 1, 1, FANOTIFY_METADATA_VERSION));
}

TEST_CASE("a head that is longer than known is passed over whole") {
    auto records = fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, 5, "a");
    auto bytes = fanotifyEvent(kMade, "12345678" + records);
    constexpr std::uint16_t kLonger = sizeof(fanotify_event_metadata) + 8;
    std::memcpy(bytes.data() + offsetof(fanotify_event_metadata, metadata_len), &kLonger, sizeof kLonger);
    ScriptedReads system;
    system.gives(bytes);
    FanotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).name == "a");
}

TEST_CASE("an interrupted read of fanotify is done again, another failure is an error") {
    ScriptedReads system;
    system.fails(EINTR);
    system.gives(made(5, "a"));
    system.fails(EIO);
    FanotifyReader reader(system, ScriptedReads::kFd);
    CHECK(nextOf(reader).name == "a");
    FanotifyEvent event;
    const auto more = reader.next(event);
    REQUIRE_FALSE(more.ok());
    CHECK(more.error().code == EIO);
}

}  // namespace prune::test

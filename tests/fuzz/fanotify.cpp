// SPDX-License-Identifier: MIT
// What fanotify tells: bytes of any kind. Each pidfd in them is closed once, whoever reads how far.
#include "sys/fanotify_reader.h"

#include <fcntl.h>
#include <sys/fanotify.h>

#include <cstring>
#include <map>
#include <string>

#include "common/bytes_system.h"
#include "common/input.h"
#include "common/target.h"

namespace {

using namespace prune;
using namespace prune::fuzz;

template <class T>
T at(std::string_view bytes, std::size_t offset) {
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// Adds the pidfds of an event's records.
void addPidfds(std::string_view records, std::map<int, int>& pidfds) {
    constexpr auto kHeader = sizeof(fanotify_event_info_header);
    while (records.size() >= kHeader) {
        const auto header = at<fanotify_event_info_header>(records, 0);
        if (header.len < kHeader || header.len > records.size()) return;
        const bool isPidfd =
            header.info_type == FAN_EVENT_INFO_TYPE_PIDFD && header.len >= sizeof(fanotify_event_info_pidfd);
        const auto pidfd = isPidfd ? at<fanotify_event_info_pidfd>(records, 0).pidfd : -1;
        if (pidfd >= 0) ++pidfds[pidfd];
        records.remove_prefix(header.len);
    }
}

/// All pidfds of the events of one read, up to what is broken.
std::map<int, int> pidfdsOf(std::string_view bytes) {
    std::map<int, int> pidfds;
    while (bytes.size() >= sizeof(fanotify_event_metadata)) {
        const auto head = at<fanotify_event_metadata>(bytes, 0);
        if (head.vers != FANOTIFY_METADATA_VERSION || head.event_len > bytes.size()) break;
        if (head.metadata_len < sizeof head || head.metadata_len > head.event_len) break;
        addPidfds(bytes.substr(head.metadata_len, head.event_len - head.metadata_len), pidfds);
        bytes.remove_prefix(head.event_len);
    }
    return pidfds;
}

void readSome(FanotifyReader& reader, std::size_t most, std::string_view bytes) {
    FanotifyEvent event;
    for (std::size_t i = 0; i < most; ++i) {
        const auto more = reader.next(event);
        if (!more.ok() || !more.value()) return;
        for (const auto& name : {event.name, event.newName}) {
            require(bytes.find(name) != std::string_view::npos, "a name is from the bytes", name);
            require(name.find('\0') == std::string_view::npos, "a name ends before its padding", name);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::size_t most = input.byte() % 8;
    const std::string bytes(input.rest().substr(0, 16'384));  // one read
    BytesSystem system(bytes);
    {
        FanotifyReader reader(system, BytesSystem::kFd);
        readSome(reader, most, bytes);
    }
    const auto expected =
        most == 0 ? std::map<int, int>() : pidfdsOf(bytes);  // who reads nothing is told nothing
    require(system.closed == expected, "each pidfd is closed once", bytes);
    return 0;
}

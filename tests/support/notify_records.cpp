// SPDX-License-Identifier: MIT
#include "support/notify_records.h"

#include <sys/fanotify.h>
#include <sys/inotify.h>

#include <cstring>

#include "sys/constants.h"

namespace prune {

namespace {

template <class T>
std::string bytesOf(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// The kernel pads records to 4 bytes, names that end in a zero byte included.
std::string padded(std::string bytes) {
    constexpr std::size_t kAlignment = 4;
    bytes.resize((bytes.size() + kAlignment - 1) / kAlignment * kAlignment);
    return bytes;
}

std::string handleOf(std::uint64_t id) {
    constexpr std::uint64_t kFilesystemId = 0x1122334455667788;
    return bytesOf(kFilesystemId) + bytesOf(kKernfsHandleSize) + bytesOf(kKernfsHandleType) + bytesOf(id);
}

}  // namespace

std::string inotifyRecord(int watch, std::uint32_t mask, std::string_view name, std::uint32_t cookie) {
    constexpr std::size_t kAlignment = sizeof(inotify_event);
    inotify_event head{};
    head.wd = watch;
    head.mask = mask;
    head.cookie = cookie;
    head.len = static_cast<std::uint32_t>(name.empty() ? 0 : (name.size() / kAlignment + 1) * kAlignment);
    auto record = std::string(reinterpret_cast<const char*>(&head), sizeof head) + std::string(name);
    record.resize(sizeof head + head.len);
    return record;
}

std::string fanotifyRecord(int type, std::string_view bytes) {
    auto record = padded(std::string(sizeof(fanotify_event_info_header), '\0') + std::string(bytes));
    fanotify_event_info_header header{};
    header.info_type = static_cast<std::uint8_t>(type);
    header.len = static_cast<std::uint16_t>(record.size());
    std::memcpy(record.data(), &header, sizeof header);
    return record;
}

std::string fanotifyId(int type, std::uint64_t id) { return fanotifyRecord(type, handleOf(id)); }

std::string fanotifyNamedId(int type, std::uint64_t id, std::string_view name) {
    return fanotifyRecord(type, handleOf(id) + std::string(name) + '\0');
}

std::string fanotifyMaker(int pidfd) { return fanotifyRecord(FAN_EVENT_INFO_TYPE_PIDFD, bytesOf(pidfd)); }

std::string fanotifyEvent(std::uint64_t mask, std::string_view records) {
    fanotify_event_metadata head{};
    head.event_len = static_cast<std::uint32_t>(sizeof head + records.size());
    head.vers = FANOTIFY_METADATA_VERSION;
    head.metadata_len = sizeof head;
    head.mask = mask;
    head.fd = FAN_NOFD;
    return bytesOf(head) + std::string(records);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "sys/fanotify_reader.h"

#include <fcntl.h>
#include <linux/fanotify.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "sys/constants.h"

namespace prune {

namespace {

/// A copy of what lies at `at`; records need not be aligned.
template <class T>
T copyOf(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// Where the parts of a record with a file handle lie (struct fanotify_event_info_fid).
constexpr std::size_t kHandleAt = offsetof(fanotify_event_info_fid, handle);
constexpr std::size_t kHandleHeader = 2 * sizeof(std::uint32_t);

/// The id in a cgroup's file handle, and the name behind it.
struct NamedId {
    std::uint64_t id = 0;
    std::string name;
};

NamedId namedId(const char* record, std::size_t size) {
    NamedId found;
    if (size < kHandleAt + kHandleHeader) return found;
    const auto bytes = copyOf<std::uint32_t>(record + kHandleAt);
    const auto type = copyOf<std::int32_t>(record + kHandleAt + sizeof bytes);
    const auto nameAt = kHandleAt + kHandleHeader + bytes;
    if (type != kKernfsHandleType || bytes != kKernfsHandleSize || size < nameAt) return found;
    found.id = copyOf<std::uint64_t>(record + kHandleAt + kHandleHeader);
    found.name.assign(record + nameAt, ::strnlen(record + nameAt, size - nameAt));
    return found;
}

/// A process that has ended has none; one that lives got none for want of descriptors or memory.
int makerOf(int pidfd) { return pidfd == FAN_EPIDFD ? -EMFILE : pidfd; }

}  // namespace

FanotifyReader::~FanotifyReader() {
    // Each unread event holds an open pidfd.
    FanotifyEvent event;
    while (position_ < filled_) {
        const auto more = next(event);
        if (!more.ok() || !more.value()) return;
    }
}

Result<bool> FanotifyReader::refill() {
    ssize_t count = 0;
    do count = system_.readFd(fd_, buffer_, sizeof buffer_);
    while (count == -EINTR);
    if (count == 0 || count == -EAGAIN) return false;
    if (count < 0) return Error{"read what fanotify tells", static_cast<int>(-count)};
    position_ = 0;
    filled_ = static_cast<std::size_t>(count);
    return true;
}

Result<bool> FanotifyReader::next(FanotifyEvent& out) {
    if (position_ == filled_) {
        auto more = refill();
        if (!more.ok() || !more.value()) return more;
    }
    out = {};
    const auto left = filled_ - position_;
    const auto broken = [this] {
        position_ = filled_;
        return Error{"understand what fanotify tells", EBADMSG};
    };
    if (left < sizeof(fanotify_event_metadata)) return broken();
    const auto head = copyOf<fanotify_event_metadata>(buffer_ + position_);
    const bool fits = head.event_len <= left && head.metadata_len <= head.event_len;
    if (head.vers != FANOTIFY_METADATA_VERSION || !fits || head.metadata_len < sizeof head) return broken();
    out.mask = head.mask;
    const auto end = position_ + head.event_len;
    position_ += head.metadata_len;
    takeRecords(end, out);
    position_ = end;
    return true;
}

void FanotifyReader::takeRecords(std::size_t end, FanotifyEvent& out) {
    while (end - position_ >= sizeof(fanotify_event_info_header)) {
        const auto header = copyOf<fanotify_event_info_header>(buffer_ + position_);
        if (header.len < sizeof header || header.len > end - position_) return;
        takeRecord(header.len, out);
        position_ += header.len;
    }
}

void FanotifyReader::takeRecord(std::size_t size, FanotifyEvent& out) {
    const char* record = buffer_ + position_;
    switch (copyOf<fanotify_event_info_header>(record).info_type) {
        case FAN_EVENT_INFO_TYPE_PIDFD:
            if (size >= sizeof(fanotify_event_info_pidfd))
                out.maker = Fd(system_, makerOf(copyOf<fanotify_event_info_pidfd>(record).pidfd));
            return;
        case FAN_EVENT_INFO_TYPE_FID:
            out.id = namedId(record, size).id;
            return;
        case FAN_EVENT_INFO_TYPE_NEW_DFID_NAME: {
            auto found = namedId(record, size);
            out.newDirectory = found.id;
            out.newName = std::move(found.name);
            return;
        }
        case FAN_EVENT_INFO_TYPE_DFID_NAME:
        case FAN_EVENT_INFO_TYPE_OLD_DFID_NAME: {
            auto found = namedId(record, size);
            out.directory = found.id;
            out.name = std::move(found.name);
            return;
        }
        default:
            return;
    }
}

}  // namespace prune

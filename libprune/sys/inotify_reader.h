// SPDX-License-Identifier: MIT
/// Reading the events of an inotify descriptor. Since 1.0. Not shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// One event; what is in it is told by inotify(7).
struct InotifyEvent {
    int watch = -1;          ///< as inotifyAdd() returned it; -1: the queue overflowed
    std::uint32_t mask = 0;  ///< IN_CREATE, ...
    std::uint32_t cookie = 0;
    std::string_view name;  ///< valid until the next call of next()
};

class InotifyReader {
public:
    /// Both must outlive the reader.
    // cppcheck-suppress uninitMemberVar ; the buffer is not cleared on purpose
    InotifyReader(System& system, int fd) : system_(system), fd_(fd) {}
    InotifyReader(const InotifyReader&) = delete;
    InotifyReader& operator=(const InotifyReader&) = delete;

    /// The next event: true and `out`, or false where there is none now. Errors: those of reading.
    Result<bool> next(InotifyEvent& out);
    /// True: there are events that were read and not told yet.
    bool hasMore() const { return position_ != filled_; }

private:
    static constexpr std::size_t kBufferSize = 16 * 1024;

    System& system_;
    int fd_;
    std::size_t position_ = 0;
    std::size_t filled_ = 0;
    alignas(8) char buffer_[kBufferSize];
};

}  // namespace prune

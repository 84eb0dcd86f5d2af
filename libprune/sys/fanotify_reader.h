// SPDX-License-Identifier: MIT
/// Reading the events of a fanotify descriptor that reports directories, names and makers (kernel.md "v2
/// events"; fanotify(7)). Since 1.0. Not shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// One event. Directories are told by the inode number that their file handles hold: a cgroup's id.
struct FanotifyEvent {
    std::uint64_t mask = 0;       ///< FAN_CREATE, ..., FAN_Q_OVERFLOW
    std::uint64_t directory = 0;  ///< that the entry is, or was, in; 0: not told
    std::string name;             ///< the entry's; "." is the directory itself
    std::uint64_t newDirectory = 0;
    std::string newName;   ///< a rename's second half
    std::uint64_t id = 0;  ///< the entry's own; 0: not told, as for what was just made
    Fd maker;              ///< pidfd of whoever did it; not valid where it has ended; -EMFILE: not opened
};

class FanotifyReader {
public:
    /// Both must outlive the reader.
    // cppcheck-suppress uninitMemberVar ; the buffer is not cleared on purpose
    FanotifyReader(System& system, int fd) : system_(system), fd_(fd) {}
    FanotifyReader(const FanotifyReader&) = delete;
    FanotifyReader& operator=(const FanotifyReader&) = delete;
    ~FanotifyReader();

    /// The next event: true and `out`, or false where there is none now. Errors: those of reading.
    Result<bool> next(FanotifyEvent& out);
    /// True: there are events that were read and not told yet.
    bool hasMore() const { return position_ != filled_; }

private:
    Result<bool> refill();
    void takeRecords(std::size_t end, FanotifyEvent& out);
    void takeRecord(std::size_t size, FanotifyEvent& out);

    static constexpr std::size_t kBufferSize = 16 * 1024;  // some 200 events, each with an open pidfd

    System& system_;
    int fd_;
    std::size_t position_ = 0;
    std::size_t filled_ = 0;
    alignas(8) char buffer_[kBufferSize];
};

}  // namespace prune

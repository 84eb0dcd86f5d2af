// SPDX-License-Identifier: MIT
/// Listing of an open directory, whatever its names hold. Since 1.0. Not shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "sys/system.h"

namespace prune {

/// Reads the entries of a directory from where its descriptor stands, which is the start for a fresh one.
/// Names can have up to 4,095 bytes: cgroups know no NAME_MAX.
class DirectoryReader {
public:
    struct Entry {
        std::string_view name;  ///< valid until the next call of next(); name.data() is zero-terminated
        std::uint64_t inode = 0;
        unsigned char type = 0;  ///< DT_DIR, DT_REG, ... (dirent.h); DT_UNKNOWN on some filesystems
    };

    /// Both must outlive the reader; `directory` is opened O_RDONLY and stays the caller's.
    // cppcheck-suppress uninitMemberVar ; the buffer is not cleared on purpose
    DirectoryReader(System& system, int directory) : system_(system), directory_(directory) {}
    DirectoryReader(const DirectoryReader&) = delete;
    DirectoryReader& operator=(const DirectoryReader&) = delete;

    /// The next entry but "." and "..": true and `out`, or false at the end.
    Result<bool> next(Entry& out);

private:
    Result<bool> refill();
    Entry take();

    static constexpr std::size_t kBufferSize = 32 * 1024;

    System& system_;
    int directory_;
    std::size_t position_ = 0;
    std::size_t filled_ = 0;
    alignas(8) char buffer_[kBufferSize];  // not cleared: a fresh page is dear
};

}  // namespace prune

// SPDX-License-Identifier: MIT
/// One conf file after the other: who can write it, and its text. Since 1.0. One thread per System.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/conf.h"
#include "sys/system.h"

namespace prune {

inline constexpr std::size_t kMaxConfBytes = 256 * 1024;

/// Reads conf files that only root can write. What is wrong with one goes to `errors`.
class ConfFileReader {
public:
    /// Both must outlive the reader.
    // cppcheck-suppress uninitMemberVar ; the buffer is not cleared on purpose
    ConfFileReader(System& system, std::vector<ConfError>& errors) : system_(system), errors_(errors) {}
    ConfFileReader(const ConfFileReader&) = delete;
    ConfFileReader& operator=(const ConfFileReader&) = delete;

    /// The text of a file; nothing where it is missing, masked by a link to /dev/null, or wrong. Valid until
    /// the next call.
    std::string_view read(const char* path);

    /// Opens a folder that only root can write; not valid where it is missing or wrong.
    Fd openFolder(const char* path);

    /// True if the folder `path` is there and only root can write it.
    bool isTrustedFolder(const char* path);

    /// Reports that `doing` failed for `path`.
    void failed(const char* path, const char* doing, int code);

private:
    void wrong(const char* path, std::string message);
    bool isRootsOnly(const char* path, const FileStat& stat);
    bool isNullLink(const char* path);
    void noteMissing(const char* path);
    std::string_view readAll(const char* path, int fd, std::size_t size);

    static constexpr std::size_t kSmall = 4096;

    System& system_;
    std::vector<ConfError>& errors_;
    std::string large_;
    char small_[kSmall];  // not cleared, and no heap: this is what nearly every conf fits in
};

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "sys/directory.h"

#include <dirent.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace prune {

Result<bool> DirectoryReader::next(Entry& out) {
    for (;;) {
        if (position_ == filled_) {
            auto more = refill();
            if (!more.ok() || !more.value()) return more;
        }
        out = take();
        if (out.name != "." && out.name != "..") return true;
    }
}

Result<bool> DirectoryReader::refill() {
    ssize_t count = 0;
    do count = system_.readDirectory(directory_, buffer_, sizeof buffer_);
    while (count == -EINTR);
    if (count < 0) return Error{"list a directory", static_cast<int>(-count)};
    position_ = 0;
    filled_ = static_cast<std::size_t>(count);
    return count > 0;
}

DirectoryReader::Entry DirectoryReader::take() {
    const char* record = buffer_ + position_;
    Entry entry;
    std::uint16_t length = 0;
    std::memcpy(&entry.inode, record + offsetof(dirent64, d_ino), sizeof entry.inode);
    std::memcpy(&length, record + offsetof(dirent64, d_reclen), sizeof length);
    std::memcpy(&entry.type, record + offsetof(dirent64, d_type), sizeof entry.type);
    entry.name = record + offsetof(dirent64, d_name);
    position_ += length;
    return entry;
}

}  // namespace prune

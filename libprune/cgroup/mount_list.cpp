// SPDX-License-Identifier: MIT
#include "cgroup/mount_list.h"

#include <cstring>

namespace prune {

Status MountLines::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == kBufferSize) {
        skipping_ = true;
        end_ = 0;
    }
    ssize_t got = 0;
    do got = system_.readFd(fd_, buffer_.get() + end_, kBufferSize - end_);
    while (got == -EINTR);
    if (got < 0) return Error{"read /proc/self/mountinfo", static_cast<int>(-got)};
    ended_ = got == 0;
    end_ += static_cast<std::size_t>(got);
    return {};
}

Result<bool> MountLines::next(std::string_view& line) {
    while (true) {
        const std::string_view held(buffer_.get() + begin_, end_ - begin_);
        const auto newline = held.find('\n');
        if (newline != std::string_view::npos) {
            begin_ += newline + 1;
            if (std::exchange(skipping_, false)) continue;
            line = held.substr(0, newline);
            return true;
        }
        if (ended_) return false;
        auto status = fill();
        if (!status.ok()) return status.takeError();
    }
}

}  // namespace prune

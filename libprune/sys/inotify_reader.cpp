// SPDX-License-Identifier: MIT
#include "sys/inotify_reader.h"

#include <sys/inotify.h>

#include <cerrno>
#include <cstring>

namespace prune {

Result<bool> InotifyReader::next(InotifyEvent& out) {
    if (position_ == filled_) {
        ssize_t count = 0;
        do count = system_.readFd(fd_, buffer_, sizeof buffer_);
        while (count == -EINTR);
        if (count == 0 || count == -EAGAIN) return false;
        if (count < 0) return Error{"read what inotify tells", static_cast<int>(-count)};
        position_ = 0;
        filled_ = static_cast<std::size_t>(count);
    }
    const auto broken = [this] {
        position_ = filled_;
        return Error{"understand what inotify tells", EBADMSG};
    };
    inotify_event event;
    if (filled_ - position_ < sizeof event) return broken();
    std::memcpy(&event, buffer_ + position_, sizeof event);
    const char* name = buffer_ + position_ + sizeof event;
    if (filled_ - position_ - sizeof event < event.len) return broken();
    out = {event.wd, event.mask, event.cookie, {name, ::strnlen(name, event.len)}};
    position_ += sizeof event + event.len;
    return true;
}

}  // namespace prune

// SPDX-License-Identifier: MIT
#include "support/memory_system_fanotify.h"

#include <sys/fanotify.h>
#include <sys/inotify.h>

#include <cerrno>

#include "support/notify_records.h"

namespace prune::memory {

void Fanotify::mark(const Filesystem& filesystem, std::uint64_t mask) {
    marked_.insert(&filesystem);
    mask_ |= mask;
}

void Fanotify::changed(const Node& node, std::uint32_t event, int maker) {
    if (event != IN_ATTRIB) return;
    // A directory is told as itself, not as an entry of its parent.
    const bool isDirectory = node.isDirectory();
    auto records =
        fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, isDirectory ? node.inode : node.parent->inode,
                        isDirectory ? "." : node.name);
    records += fanotifyId(FAN_EVENT_INFO_TYPE_FID, node.inode);
    queue(node, FAN_ATTRIB, std::move(records), maker);
}

void Fanotify::named(const Node& directory, std::uint32_t event, const Node& child, int maker) {
    if (event == IN_MOVED_FROM) {
        movedFrom_ = directory.inode;
        movedName_ = child.name;
        return;
    }
    if (event == IN_MOVED_TO) {
        auto records = fanotifyNamedId(FAN_EVENT_INFO_TYPE_OLD_DFID_NAME, movedFrom_, movedName_);
        records += fanotifyNamedId(FAN_EVENT_INFO_TYPE_NEW_DFID_NAME, directory.inode, child.name);
        return queue(child, FAN_RENAME, std::move(records), maker);
    }
    auto records = fanotifyNamedId(FAN_EVENT_INFO_TYPE_DFID_NAME, directory.inode, child.name);
    // What was just made has no handle that the kernel would tell: kernfs links its inode later.
    if (event == IN_DELETE) records += fanotifyId(FAN_EVENT_INFO_TYPE_FID, child.inode);
    queue(child, event, std::move(records), maker);
}

void Fanotify::queue(const Node& node, std::uint64_t mask, std::string records, int maker) {
    if (!marked_.contains(node.filesystem) || (mask_ & mask) == 0) return;
    if (events_.size() >= mostQueued_) {
        if (events_.empty() || events_.back().mask != FAN_Q_OVERFLOW)
            events_.push_back({FAN_Q_OVERFLOW, "", 0});
        return;
    }
    events_.push_back({node.isDirectory() ? mask | FAN_ONDIR : mask, std::move(records), maker});
}

long Fanotify::read(char* buffer, std::size_t size) {
    if (events_.empty()) return -EAGAIN;
    const std::size_t makerSize = fanotifyMaker(FAN_NOPIDFD).size();
    std::size_t filled = 0;
    while (!events_.empty()) {
        const auto& event = events_.front();
        const bool isTold = event.mask != FAN_Q_OVERFLOW;
        const auto head = fanotifyEvent(event.mask).size();
        if (filled + head + event.records.size() + (isTold ? makerSize : 0) > size) break;
        const int pidfd = event.maker == 0 ? FAN_NOPIDFD : openMaker_(event.maker);
        const auto maker = isTold ? fanotifyMaker(pidfd < 0 ? FAN_NOPIDFD : pidfd) : "";
        filled += fanotifyEvent(event.mask, event.records + maker).copy(buffer + filled, size - filled);
        events_.pop_front();
    }
    return filled == 0 ? -EINVAL : static_cast<long>(filled);
}

}  // namespace prune::memory

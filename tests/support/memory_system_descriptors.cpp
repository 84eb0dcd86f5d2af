// SPDX-License-Identifier: MIT
#include "support/memory_system_descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prune::memory {

namespace {

unsigned char directoryType(const Node& node) {
    switch (node.type) {
        case NodeType::directory:
            return DT_DIR;
        case NodeType::file:
            return DT_REG;
        case NodeType::symlink:
            return DT_LNK;
        case NodeType::socket:
            return DT_SOCK;
    }
    return DT_UNKNOWN;
}

/// A mapped file's bytes are where the mapping is.
void syncFromMapping(Node& node) {
    if (!node.mapped) return;
    std::memcpy(node.content.data(), node.mapped.get(), std::min(node.mappedSize, node.content.size()));
}

}  // namespace

Description::Description(Tree& tree, Place where, int openFlags)
    : place(where), flags(openFlags), tree_(tree) {
    if (place.node != nullptr) ++place.node->openCount;
}

Description::~Description() {
    if (place.node == nullptr) return;
    std::erase_if(place.node->locks, [this](const LockHolder& holder) { return holder.who == this; });
    --place.node->openCount;
    tree_.settle(*place.node);
    if (written_) tree_.watchers.changed(*place.node, IN_CLOSE_WRITE);
}

bool Description::pathOnly() const { return (flags & O_PATH) != 0; }

bool Description::readable() const { return !pathOnly() && (flags & O_ACCMODE) != O_WRONLY; }

bool Description::writable() const { return !pathOnly() && (flags & O_ACCMODE) != O_RDONLY; }

std::string_view Description::contentToRead() {
    if (!place.node->generate) {
        syncFromMapping(*place.node);
        return place.node->content;
    }
    if (offset_ == 0) generated_ = place.node->generate();
    return generated_;
}

long Description::read(char* buffer, std::size_t size) {
    if (inotify) return inotify->read(buffer, size);
    if (fanotify) return fanotify->read(buffer, size);
    if (place.node == nullptr || !readable()) return -EBADF;
    if (place.node->isDirectory()) return -EISDIR;
    if (place.node->cgroup != nullptr && place.node->removed) return -ENODEV;
    const std::string_view rest = contentToRead();
    if (offset_ >= rest.size()) return 0;
    const std::string_view part = rest.substr(offset_, size);
    std::copy(part.begin(), part.end(), buffer);
    offset_ += part.size();
    return static_cast<long>(part.size());
}

long Description::write(std::string_view bytes) {
    if (place.node == nullptr || !writable()) return -EBADF;
    if (place.node->cgroup != nullptr && place.node->removed) return -ENODEV;
    if (bytes.empty()) return 0;
    written_ = true;
    if (place.node->accept) {
        const int problem = place.node->accept(bytes);
        return problem < 0 ? problem : static_cast<long>(bytes.size());
    }
    if (place.node->generate) return -EINVAL;
    if ((flags & O_APPEND) != 0) offset_ = place.node->content.size();
    const long count = tree_.write(*place.node, offset_, bytes);
    if (count > 0) offset_ += static_cast<std::size_t>(count);
    return count;
}

void Description::takeListing() {
    const Node& node = *place.node;
    const Node& parent = node.parent == nullptr ? node : *node.parent;
    listing_ = {{".", node.inode, DT_DIR}, {"..", parent.inode, DT_DIR}};
    for (const auto& [name, child] : node.children)
        listing_.push_back({name, child->inode, directoryType(*child)});
    std::reverse(listing_.begin(), listing_.end());
    listed_ = true;
}

long Description::list(char* buffer, std::size_t size) {
    if (place.node == nullptr || !readable()) return -EBADF;
    if (!place.node->isDirectory()) return -ENOTDIR;
    if (place.node->removed) return -ENOENT;
    if (!listed_) takeListing();
    std::size_t filled = 0;
    while (!listing_.empty()) {
        const Entry& entry = listing_.back();
        const std::size_t length = (offsetof(dirent64, d_name) + entry.name.size() + 1 + 7) / 8 * 8;
        if (filled + length > size) return filled == 0 ? -EINVAL : static_cast<long>(filled);
        char* record = buffer + filled;
        const auto recordLength = static_cast<std::uint16_t>(length);
        std::memset(record, 0, length);
        std::memcpy(record + offsetof(dirent64, d_ino), &entry.inode, sizeof entry.inode);
        std::memcpy(record + offsetof(dirent64, d_reclen), &recordLength, sizeof recordLength);
        std::memcpy(record + offsetof(dirent64, d_type), &entry.type, sizeof entry.type);
        std::memcpy(record + offsetof(dirent64, d_name), entry.name.data(), entry.name.size());
        filled += length;
        listing_.pop_back();
    }
    return static_cast<long>(filled);
}

int Description::lock(int operation) {
    if (place.node == nullptr || pathOnly()) return -EBADF;
    auto& locks = place.node->locks;
    // As flock does: what was held is gone even where the new lock cannot be had.
    std::erase_if(locks, [this](const LockHolder& holder) { return holder.who == this; });
    const int kind = operation & ~LOCK_NB;
    if (kind == LOCK_UN) return 0;
    const bool exclusive = kind == LOCK_EX;
    const bool held = std::any_of(locks.begin(), locks.end(),
                                  [&](const LockHolder& holder) { return exclusive || holder.exclusive; });
    if (held) return -EWOULDBLOCK;
    locks.push_back({this, exclusive});
    return 0;
}

int Descriptors::add(std::shared_ptr<Description> description) {
    int fd = 0;
    while (open_.contains(fd)) ++fd;
    open_[fd] = std::move(description);
    return fd;
}

Description* Descriptors::find(int fd) const {
    const auto it = open_.find(fd);
    return it == open_.end() ? nullptr : it->second.get();
}

int Descriptors::duplicate(int fd, int target) {
    const auto it = open_.find(fd);
    if (it == open_.end() || target < 0) return -EBADF;
    const auto description = it->second;
    open_[target] = description;
    return target;
}

}  // namespace prune::memory

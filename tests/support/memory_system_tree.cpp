// SPDX-License-Identifier: MIT
/// Mounts and ordinary names of the in-memory tree.
#include "support/memory_system_tree.h"

#include <linux/magic.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prune::memory {

namespace {

constexpr std::size_t kPage = 4096;

std::size_t pagesFor(std::size_t bytes) { return (bytes + kPage - 1) / kPage; }

void syncToMapping(Node& file) {
    if (!file.mapped) return;
    std::memset(file.mapped.get(), 0, file.mappedSize);
    std::memcpy(file.mapped.get(), file.content.data(), std::min(file.mappedSize, file.content.size()));
}

bool isBelow(const Node& node, const Node& top) {
    for (const Node* at = &node; at != nullptr; at = at->parent)
        if (at == &top) return true;
    return false;
}

}  // namespace

Tree::Tree(const Self& self) : self_(self) {
    auto& filesystem = addFilesystem("tmpfs", TMPFS_MAGIC);
    filesystem.root = &addNode(filesystem, NodeType::directory, 0755);
    mount(filesystem, *filesystem.root, {});
}

bool Tree::mayAccess(const Node& node, unsigned bits) const {
    if (self_.user == 0) return true;
    const unsigned granted = node.owner == self_.user ? node.mode >> 6 : node.mode;
    return (granted & bits) == bits;
}

std::string Tree::pathOf(Place place) const {
    std::string path;
    while (true) {
        if (place.node == place.mount->root) {
            if (place.mount->point.node == nullptr) break;
            place = place.mount->point;
            continue;
        }
        path = "/" + place.node->name + path;
        place.node = place.node->parent;
    }
    return path.empty() ? "/" : path;
}

Filesystem& Tree::addFilesystem(std::string type, std::uint64_t magic) {
    filesystems_.push_back(std::make_unique<Filesystem>());
    auto& filesystem = *filesystems_.back();
    filesystem.type = std::move(type);
    filesystem.magic = magic;
    filesystem.device = 20 + filesystems_.size();
    return filesystem;
}

Node& Tree::addNode(Filesystem& filesystem, NodeType type, unsigned mode) {
    filesystem.nodes.push_back(std::make_unique<Node>());
    Node& node = *filesystem.nodes.back();
    node.type = type;
    node.filesystem = &filesystem;
    node.inode = filesystem.nextInode++;
    node.mode = mode;
    node.owner = self_.user;
    node.group = self_.user;
    node.modifiedNs = self_.realTimeNs();
    return node;
}

Mount& Tree::mount(Filesystem& filesystem, Node& root, Place point) {
    mounts_.push_back(std::make_unique<Mount>(Mount{nextMountId_++, &filesystem, &root, point, false}));
    return *mounts_.back();
}

void Tree::unmount(const Mount& mount) {
    mounts_.remove_if([&](const auto& each) { return each.get() == &mount; });
}

bool Tree::isMountPoint(const Node& node) const {
    return std::any_of(mounts_.begin(), mounts_.end(),
                       [&](const auto& mount) { return mount->point.node == &node; });
}

Place Tree::across(Place place) const {
    for (const auto& mount : mounts_)
        if (mount->point == place) place = {mount.get(), mount->root};
    return place;
}

int Tree::mayChange(Place directory) const {
    if (directory.mount->readOnly) return -EROFS;
    if (directory.node->removed) return -ENOENT;
    return mayAccess(*directory.node, 3) ? 0 : -EACCES;
}

void Tree::attach(Node& directory, std::string_view name, Node& node) {
    node.parent = &directory;
    node.name = name;
    node.removed = false;
    node.nameless = false;
    directory.children.insert_or_assign(std::string(name), &node);
    touch(directory);
    watchers.named(directory, IN_CREATE, node);
}

void Tree::detach(Node& node) {
    drop(node);
    watchers.named(*node.parent, IN_DELETE, node);
}

void Tree::drop(Node& node) {
    node.parent->children.erase(node.name);
    node.removed = true;
    touch(*node.parent);
    // Watches on a removed cgroup hear nothing.
    if (node.filesystem->isOrdinary()) watchers.changed(node, IN_DELETE_SELF);
    settle(node);
}

int Tree::mayRemove(const Found& found, bool wantDirectory) const {
    const Node& node = *found.place.node;
    if (wantDirectory && !node.isDirectory()) return -ENOTDIR;
    if (!wantDirectory && node.isDirectory()) return -EISDIR;
    if (isMountPoint(node) || found.place.mount != found.directory.mount) return -EBUSY;
    return node.children.empty() ? 0 : -ENOTEMPTY;
}

int Tree::removeOrdinary(const Found& found, bool wantDirectory) {
    const int problem = mayRemove(found, wantDirectory);
    if (problem == 0) detach(*found.place.node);
    return problem;
}

int Tree::renameOrdinary(const Found& from, const Found& to) {
    Node& moved = *from.place.node;
    Node* target = to.place.node;
    if (target == &moved) return 0;
    if (moved.isDirectory() && isBelow(*to.directory.node, moved)) return -EINVAL;
    if (isMountPoint(moved)) return -EBUSY;
    if (target != nullptr) {
        if (moved.isDirectory() && !target->isDirectory()) return -ENOTDIR;
        const int problem = mayRemove(to, moved.isDirectory());
        if (problem < 0) return problem;
        drop(*target);
    }
    moved.parent->children.erase(moved.name);
    touch(*moved.parent);
    watchers.named(*moved.parent, IN_MOVED_FROM, moved);
    moved.parent = to.directory.node;
    moved.name = to.name;
    moved.parent->children[to.name] = &moved;
    touch(*moved.parent);
    watchers.named(*moved.parent, IN_MOVED_TO, moved);
    return 0;
}

long Tree::write(Node& file, std::size_t offset, std::string_view bytes) {
    auto& filesystem = *file.filesystem;
    const std::size_t free = filesystem.pageLimit - std::min(filesystem.pageLimit, filesystem.pagesUsed);
    const std::size_t have = pagesFor(file.content.size());
    const std::size_t end = offset + bytes.size();
    if (pagesFor(end) > have && pagesFor(end) - have > free) {
        const std::size_t most = (have + free) * kPage;
        if (most <= offset) return -ENOSPC;
        bytes = bytes.substr(0, most - offset);
    }
    if (file.content.size() < offset + bytes.size()) resize(file, offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), file.content.begin() + static_cast<std::ptrdiff_t>(offset));
    syncToMapping(file);
    touch(file);
    watchers.changed(file, IN_MODIFY);
    return static_cast<long>(bytes.size());
}

void Tree::resize(Node& file, std::size_t size) {
    auto& used = file.filesystem->pagesUsed;
    used += pagesFor(size);
    used -= pagesFor(file.content.size());
    file.content.resize(size);
    syncToMapping(file);
    touch(file);
}

void Tree::settle(Node& node) {
    if (node.removed && node.openCount == 0 && node.type == NodeType::file) resize(node, 0);
}

void Tree::touch(Node& node) { node.modifiedNs = self_.realTimeNs(); }

}  // namespace prune::memory

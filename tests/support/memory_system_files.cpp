// SPDX-License-Identifier: MIT
/// MemorySystem: opening files, their contents, what is known of them.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>

#include "support/memory_system.h"
#include "sys/constants.h"

namespace prune {

using memory::Description;
using memory::Found;
using memory::Node;
using memory::NodeType;
using memory::Place;

namespace {

bool wantsNameless(int flags) { return (flags & O_TMPFILE) == O_TMPFILE; }

bool wantsWriting(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0; }

unsigned accessBits(int flags) {
    switch (flags & O_ACCMODE) {
        case O_RDONLY:
            return (flags & O_TRUNC) != 0 ? 6 : 4;
        case O_WRONLY:
            return 2;
        default:
            return 6;
    }
}

std::uint32_t typeBits(const Node& node) {
    switch (node.type) {
        case NodeType::directory:
            return S_IFDIR;
        case NodeType::file:
            return S_IFREG;
        case NodeType::symlink:
            return S_IFLNK;
        case NodeType::socket:
            return S_IFSOCK;
    }
    return 0;
}

std::uint32_t linksOf(const Node& node) {
    // A removed cgroup keeps its 2, as before Linux 7.2.
    if (node.removed && node.cgroup == nullptr) return 0;
    if (!node.isDirectory()) return 1;
    const auto folders = std::count_if(node.children.begin(), node.children.end(),
                                       [](const auto& child) { return child.second->isDirectory(); });
    return 2 + static_cast<std::uint32_t>(folders);
}

}  // namespace

Found MemorySystem::walk(int directory, std::string_view path, memory::WalkOptions options) {
    Place from = working_;
    if (directory != AT_FDCWD && !path.starts_with('/')) {
        const auto* description = descriptors_.find(directory);
        Found failed;
        failed.problem = description == nullptr ? -EBADF : -ENOTDIR;
        if (description == nullptr || description->node() == nullptr) return failed;
        from = description->place;
    }
    return tree_.walk(from, path, options);
}

int MemorySystem::openAt(int directory, const char* path, int flags, unsigned mode) {
    begin("openAt");
    const bool exclusive = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0 && !wantsNameless(flags);
    const bool follow = (flags & O_NOFOLLOW) == 0 && !exclusive;
    return openFound(walk(directory, path, {follow, false}), flags, mode);
}

int MemorySystem::openBeneath(int directory, const char* path, int flags) {
    begin("openBeneath");
    if (!knowsOpenBeneath) return -ENOSYS;
    // openat2 refuses what openat ignores.
    constexpr int kWithPath = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    if ((flags & O_PATH) != 0 && (flags & ~kWithPath) != 0) return -EINVAL;
    return openFound(walk(directory, path, {(flags & O_NOFOLLOW) == 0, true}), flags, 0);
}

int MemorySystem::openFound(const Found& found, int flags, unsigned mode) {
    if (found.problem < 0) return found.problem;
    if (wantsNameless(flags)) return openNameless(found, flags, mode);
    const bool create = (flags & O_CREAT) != 0;
    if (!found.exists()) return create ? createFile(found, flags, mode) : -ENOENT;
    if (create && (flags & O_EXCL) != 0) return -EEXIST;
    if (create && found.place.node->isDirectory()) return -EISDIR;
    return openPlace(found.place, flags);
}

int MemorySystem::openNameless(const Found& found, int flags, unsigned mode) {
    if ((flags & O_ACCMODE) == O_RDONLY) return -EINVAL;
    if (!found.exists()) return -ENOENT;
    Node& directory = *found.place.node;
    if (!directory.isDirectory()) return -ENOTDIR;
    if (found.place.mount->readOnly) return -EROFS;
    if (!directory.filesystem->isOrdinary() || !knowsNamelessFiles) return -EOPNOTSUPP;
    if (const int problem = tree_.mayChange(found.place); problem < 0) return problem;
    Node& node = tree_.addNode(*directory.filesystem, NodeType::file, mode & ~self_.mask);
    node.parent = &directory;
    node.name = "#" + std::to_string(node.inode);
    node.removed = true;
    node.nameless = true;
    return addDescription({found.place.mount, &node}, flags);
}

int MemorySystem::createFile(const Found& found, int flags, unsigned mode) {
    if (found.directory.mount->readOnly) return -EROFS;
    if (!found.directory.node->filesystem->isOrdinary()) return -EACCES;
    if (const int problem = tree_.mayChange(found.directory); problem < 0) return problem;
    Node& node = tree_.addNode(*found.directory.node->filesystem, NodeType::file, mode & ~self_.mask);
    tree_.attach(*found.directory.node, found.name, node);
    return addDescription({found.directory.mount, &node}, flags);
}

int MemorySystem::openPlace(Place place, int flags) {
    Node& node = *place.node;
    if ((flags & O_DIRECTORY) != 0 && !node.isDirectory()) return -ENOTDIR;
    if ((flags & O_PATH) != 0) return addDescription(place, flags);
    if (node.type == NodeType::symlink) return -ELOOP;
    if (node.isDirectory() && wantsWriting(flags)) return -EISDIR;
    if (node.type == NodeType::socket) return -ENXIO;
    if (wantsWriting(flags) && place.mount->readOnly) return -EROFS;
    if (!tree_.mayAccess(node, accessBits(flags))) return -EACCES;
    if ((flags & O_TRUNC) != 0 && !node.generate) tree_.resize(node, 0);
    return addDescription(place, flags);
}

int MemorySystem::addDescription(Place place, int flags) {
    return descriptors_.add(std::make_shared<Description>(tree_, place, flags));
}

ssize_t MemorySystem::readFd(int fd, char* buffer, std::size_t size) {
    begin("readFd");
    auto* description = descriptors_.find(fd);
    return description == nullptr ? -EBADF : description->read(buffer, size);
}

ssize_t MemorySystem::writeFd(int fd, std::string_view bytes) {
    begin("writeFd");
    auto* description = descriptors_.find(fd);
    return description == nullptr ? -EBADF : description->write(bytes);
}

ssize_t MemorySystem::readDirectory(int fd, char* buffer, std::size_t size) {
    begin("readDirectory");
    auto* description = descriptors_.find(fd);
    return description == nullptr ? -EBADF : description->list(buffer, size);
}

void MemorySystem::fill(FileStat& out, const Node& node) const {
    out.device = node.filesystem->device;
    out.inode = node.inode;
    out.mode = typeBits(node) | node.mode;
    out.links = linksOf(node);
    out.owner = node.owner;
    out.group = node.group;
    out.size = static_cast<std::int64_t>(node.content.size());
    out.modifiedNs = node.modifiedNs;
}

int MemorySystem::statFd(int fd, FileStat& out) {
    begin("statFd");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr || description->node() == nullptr) return -EBADF;
    fill(out, *description->node());
    return 0;
}

int MemorySystem::statAt(int directory, const char* path, int flags, FileStat& out) {
    begin("statAt");
    const auto found = walk(directory, path, {(flags & AT_SYMLINK_NOFOLLOW) == 0, false});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    fill(out, *found.place.node);
    return 0;
}

int MemorySystem::filesystemType(int fd, std::uint64_t& out) {
    begin("filesystemType");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr || description->node() == nullptr) return -EBADF;
    out = description->node()->filesystem->magic;
    return 0;
}

int MemorySystem::freeSpace(int fd, FreeSpace& out) {
    constexpr std::uint64_t kPage = 4096;
    begin("freeSpace");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr || description->node() == nullptr) return -EBADF;
    const auto& filesystem = *description->node()->filesystem;
    out = {};
    out.bytes = (filesystem.pageLimit - filesystem.pagesUsed) * kPage;
    return 0;
}

ssize_t MemorySystem::readLinkAt(int directory, const char* path, char* buffer, std::size_t size) {
    begin("readLinkAt");
    const auto found = walk(directory, path, {false, false});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    if (found.place.node->type != NodeType::symlink) return -EINVAL;
    const std::string& target = found.place.node->content;
    const std::size_t count = std::min(size, target.size());
    std::memcpy(buffer, target.data(), count);
    return static_cast<ssize_t>(count);
}

int MemorySystem::handleOf(int fd, FileHandle& out) {
    begin("handleOf");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr) return -EBADF;
    const Node* node = description->node();
    if (node == nullptr || node->filesystem->type == "proc") return -EOPNOTSUPP;
    out = {};
    if (node->cgroup != nullptr) {
        out.type = kKernfsHandleType;
        out.size = kKernfsHandleSize;
        std::memcpy(out.bytes, &node->inode, sizeof node->inode);
        return 0;
    }
    constexpr std::uint32_t kGeneration = 1;
    out.type = 1;
    out.size = sizeof kGeneration + sizeof node->inode;
    std::memcpy(out.bytes, &kGeneration, sizeof kGeneration);
    std::memcpy(out.bytes + sizeof kGeneration, &node->inode, sizeof node->inode);
    return 0;
}

int MemorySystem::openHandle(int mountFd, const FileHandle& handle, int flags) {
    begin("openHandle");
    const auto* description = descriptors_.find(mountFd);
    if (mountFd != AT_FDCWD && (description == nullptr || description->node() == nullptr)) return -EBADF;
    if (self_.user != 0) return -EPERM;
    const Place from = mountFd == AT_FDCWD ? working_ : description->place;
    const auto& filesystem = *from.mount->filesystem;
    const bool kernfs = filesystem.hierarchy != nullptr;
    if (handle.type != (kernfs ? kKernfsHandleType : 1)) return -ESTALE;
    std::uint64_t inode = 0;
    std::memcpy(&inode, handle.bytes + (kernfs ? 0 : sizeof(std::uint32_t)), sizeof inode);
    if (inode == 0 || inode > filesystem.nodes.size()) return -ESTALE;
    Node& node = *filesystem.nodes[inode - 1];
    if (node.removed) return -ESTALE;
    return openPlace({from.mount, &node}, flags);
}

}  // namespace prune

// SPDX-License-Identifier: MIT
/// MemorySystem: changing names, extended attributes, modes, sizes.
#include <fcntl.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cstring>

#include "support/memory_system.h"

namespace prune {

using memory::Description;
using memory::Found;
using memory::Node;
using memory::NodeType;

namespace {

enum class XattrSpace { trusted, security, user, unknown };

XattrSpace spaceOf(std::string_view name) {
    if (name.starts_with("trusted.")) return XattrSpace::trusted;
    if (name.starts_with("security.")) return XattrSpace::security;
    if (name.starts_with("user.")) return XattrSpace::user;
    return XattrSpace::unknown;
}

}  // namespace

/// The description, where it is one for more than O_PATH.
Description* MemorySystem::usable(int fd) {
    auto* description = descriptors_.find(fd);
    const bool usable = description != nullptr && description->node() != nullptr && !description->pathOnly();
    return usable ? description : nullptr;
}

int MemorySystem::mayName(const Found& found) const {
    if (found.problem < 0) return found.problem;
    if (found.exists()) return -EEXIST;
    return tree_.mayChange(found.directory);
}

int MemorySystem::unlinkAt(int directory, const char* name, int flags) {
    begin("unlinkAt");
    const bool wantDirectory = (flags & AT_REMOVEDIR) != 0;
    const auto found = walk(directory, name, {false, false});
    if (found.problem < 0) return found.problem;
    if (found.endsInDots()) return wantDirectory ? (found.name == "." ? -EINVAL : -ENOTEMPTY) : -EISDIR;
    // Before the last name is looked at, as the kernel does.
    if (found.directory.mount->readOnly) return -EROFS;
    if (!found.exists()) return -ENOENT;
    if (const int problem = tree_.mayChange(found.directory); problem < 0) return problem;
    Node& node = *found.place.node;
    const auto& filesystem = *found.directory.node->filesystem;
    if (filesystem.isOrdinary()) return tree_.removeOrdinary(found, wantDirectory);
    if (filesystem.hierarchy == nullptr) return -EPERM;
    if (!wantDirectory) return node.isDirectory() ? -EISDIR : -EPERM;
    if (found.place.mount != found.directory.mount) return -EBUSY;
    return cgroups_.remove(node);
}

int MemorySystem::addName(const Found& found, NodeType type, unsigned mode) {
    Node& directory = *found.directory.node;
    if (!directory.filesystem->isOrdinary()) return -EPERM;
    tree_.attach(directory, found.name, tree_.addNode(*directory.filesystem, type, mode));
    return 0;
}

int MemorySystem::makeDirectoryAt(int directory, const char* name, unsigned mode) {
    begin("makeDirectoryAt");
    const auto found = walk(directory, name, {false, false});
    if (const int problem = mayName(found); problem < 0) return problem;
    mode &= ~self_.mask & 01777;
    if (found.directory.node->cgroup != nullptr) return cgroups_.make(found.directory, found.name, mode);
    return addName(found, NodeType::directory, mode);
}

int MemorySystem::symlinkAt(const char* target, int directory, const char* name) {
    begin("symlinkAt");
    const auto found = walk(directory, name, {false, false});
    if (const int problem = mayName(found); problem < 0) return problem;
    const int result = addName(found, NodeType::symlink, 0777);
    if (result == 0) found.directory.node->children.at(found.name)->content = target;
    return result;
}

int MemorySystem::renameAt(int fromDirectory, const char* from, int toDirectory, const char* to) {
    begin("renameAt");
    const auto source = walk(fromDirectory, from, {false, false});
    if (source.problem < 0) return source.problem;
    const auto target = walk(toDirectory, to, {false, false});
    if (target.problem < 0) return target.problem;
    if (source.directory.mount != target.directory.mount) return -EXDEV;
    if (source.endsInDots() || target.endsInDots()) return -EBUSY;
    if (source.directory.mount->readOnly) return -EROFS;
    if (!source.exists()) return -ENOENT;
    for (const auto& directory : {source.directory, target.directory})
        if (const int problem = tree_.mayChange(directory); problem < 0) return problem;
    const auto& filesystem = *source.directory.node->filesystem;
    if (filesystem.isOrdinary()) return tree_.renameOrdinary(source, target);
    return filesystem.hierarchy == nullptr ? -EPERM : cgroups_.rename(source, target);
}

int MemorySystem::linkFd(int fd, int directory, const char* name) {
    begin("linkFd");
    const auto* description = descriptors_.find(fd);
    if (description == nullptr || description->node() == nullptr) return -EBADF;
    const auto found = walk(directory, name, {false, false});
    if (const int problem = mayName(found); problem < 0) return problem;
    if (found.directory.mount != description->place.mount) return -EXDEV;
    if (!description->node()->nameless) return -ENOENT;
    tree_.attach(*found.directory.node, found.name, *description->node());
    return 0;
}

// --- Extended attributes ---

ssize_t MemorySystem::getXattr(int fd, const char* name, char* buffer, std::size_t size) {
    begin("getXattr");
    const auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    const Node& node = *description->node();
    const auto space = spaceOf(name);
    if (space == XattrSpace::unknown || node.filesystem->type == "proc") return -EOPNOTSUPP;
    if (space == XattrSpace::trusted && self_.user != 0) return -ENODATA;
    if (space == XattrSpace::user && !tree_.mayAccess(node, 4)) return -EACCES;
    const auto value = node.xattrs.find(name);
    if (value == node.xattrs.end()) return -ENODATA;
    const std::size_t length = value->second.size();
    if (size == 0) return static_cast<ssize_t>(length);
    if (length > size) return -ERANGE;
    std::memcpy(buffer, value->second.data(), length);
    return static_cast<ssize_t>(length);
}

int MemorySystem::mayChangeXattr(const Description& description, std::string_view name) const {
    const Node& node = *description.node();
    const auto space = spaceOf(name);
    if (description.place.mount->readOnly) return -EROFS;
    if (space == XattrSpace::unknown || node.filesystem->type == "proc") return -EOPNOTSUPP;
    if (space != XattrSpace::user) return self_.user == 0 ? 0 : -EPERM;
    if (node.type != NodeType::file && !node.isDirectory()) return -EPERM;
    return tree_.mayAccess(node, 2) ? 0 : -EACCES;
}

int MemorySystem::setXattr(int fd, const char* name, std::string_view value) {
    begin("setXattr");
    auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    if (const int problem = mayChangeXattr(*description, name); problem < 0) return problem;
    description->node()->xattrs.insert_or_assign(name, value);
    return 0;
}

int MemorySystem::removeXattr(int fd, const char* name) {
    begin("removeXattr");
    auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    if (const int problem = mayChangeXattr(*description, name); problem < 0) return problem;
    return description->node()->xattrs.erase(name) == 0 ? -ENODATA : 0;
}

// --- Modes, sizes, times ---

int MemorySystem::mayChangeNode(const Description& description) const {
    if (description.place.mount->readOnly) return -EROFS;
    return self_.user == 0 || self_.user == description.node()->owner ? 0 : -EPERM;
}

int MemorySystem::changeModeFd(int fd, unsigned mode) {
    begin("changeModeFd");
    auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    const int problem = mayChangeNode(*description);
    if (problem == 0) description->node()->mode = mode & 07777;
    return problem;
}

int MemorySystem::changeOwnerAt(int directory, const char* path, std::uint32_t owner, std::uint32_t group) {
    begin("changeOwnerAt");
    const auto found = walk(directory, path, {false, false});
    if (found.problem < 0) return found.problem;
    if (!found.exists()) return -ENOENT;
    if (found.place.mount->readOnly) return -EROFS;
    if (self_.user != 0) return -EPERM;
    found.place.node->owner = owner;
    found.place.node->group = group;
    return 0;
}

int MemorySystem::setTimeFd(int fd, std::int64_t modifiedNs) {
    begin("setTimeFd");
    auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    const int problem = mayChangeNode(*description);
    if (problem == 0) description->node()->modifiedNs = modifiedNs;
    if (problem == 0) tree_.watchers.changed(*description->node(), IN_ATTRIB);
    return problem;
}

int MemorySystem::truncateFd(int fd, std::int64_t size) {
    begin("truncateFd");
    auto* description = usable(fd);
    if (description == nullptr) return -EBADF;
    Node& node = *description->node();
    if (size < 0 || !description->writable() || node.type != NodeType::file || node.generate) return -EINVAL;
    tree_.resize(node, static_cast<std::size_t>(size));
    tree_.watchers.changed(node, IN_MODIFY);
    return 0;
}

void* MemorySystem::mapFd(int fd, std::size_t size) {
    begin("mapFd");
    auto* description = usable(fd);
    if (description == nullptr || !description->readable() || !description->writable() || size == 0)
        return nullptr;
    Node& node = *description->node();
    if (node.type != NodeType::file || node.generate) return nullptr;
    // One memory for all mappings of a file; it lives as long as the file, as tests map only once or twice.
    if (!node.mapped) {
        node.mapped = std::make_unique<char[]>(size);
        node.mappedSize = size;
        std::memcpy(node.mapped.get(), node.content.data(), std::min(size, node.content.size()));
    }
    return size <= node.mappedSize ? node.mapped.get() : nullptr;
}

void MemorySystem::unmap(void*, std::size_t) { begin("unmap"); }

}  // namespace prune

// SPDX-License-Identifier: MIT
/// MemorySystem: what tests do to ordinary files and locks, as root and without asking for room.
#include <fcntl.h>
#include <sys/inotify.h>

#include <algorithm>
#include <cstring>

#include "support/complain.h"
#include "support/memory_system.h"
#include "support/memory_system_as_root.h"

namespace prune {

using memory::AsRoot;
using memory::complain;
using memory::Found;
using memory::Node;
using memory::NodeType;

namespace {

std::string parentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string textOf(Node& node) {
    if (node.generate) return node.generate();
    if (node.mapped)
        std::memcpy(node.content.data(), node.mapped.get(), std::min(node.mappedSize, node.content.size()));
    return node.content;
}

}  // namespace

Found MemorySystem::find(const std::string& path) { return tree_.walk(tree_.root(), path, {false, false}); }

Found MemorySystem::findExisting(const std::string& path) {
    const AsRoot asRoot(self_);
    auto found = find(path);
    if (!found.exists()) complain("not there", path);
    return found;
}

Node& MemorySystem::makeNode(const std::string& path, NodeType type, unsigned mode) {
    const AsRoot asRoot(self_);
    const std::string parent = parentOf(path);
    if (!parent.empty()) makeFolder(parent);
    const auto found = find(path);
    if (found.problem < 0) complain(std::strerror(-found.problem), path);
    if (found.exists() && found.place.node->type == type) return *found.place.node;
    if (found.exists()) complain("something else is there", path);
    Node& directory = *found.directory.node;
    if (directory.cgroup != nullptr) complain("in a cgroup filesystem", path);
    Node& node = tree_.addNode(*directory.filesystem, type, mode);
    tree_.attach(directory, found.name, node);
    return node;
}

void MemorySystem::makeFolder(const std::string& path, unsigned mode) {
    if (path.empty() || exists(path)) return;
    makeNode(path, NodeType::directory, mode);
}

void MemorySystem::writeFile(const std::string& path, std::string_view text, unsigned mode) {
    const AsRoot asRoot(self_);
    Node& node = exists(path) ? *findExisting(path).place.node : makeNode(path, NodeType::file, mode);
    if (node.accept) {
        if (node.accept(text) < 0) complain("refuses that text", path);
        return;
    }
    tree_.resize(node, 0);
    tree_.resize(node, text.size());
    std::copy(text.begin(), text.end(), node.content.begin());
    if (node.mapped) std::memcpy(node.mapped.get(), text.data(), std::min(node.mappedSize, text.size()));
    tree_.watchers.changed(node, IN_MODIFY);
    tree_.watchers.changed(node, IN_CLOSE_WRITE);
}

void MemorySystem::makeSymlink(const std::string& target, const std::string& path) {
    makeNode(path, NodeType::symlink, 0777).content = target;
}

void MemorySystem::makeSocket(const std::string& path) { makeNode(path, NodeType::socket, 0666); }

std::optional<std::string> MemorySystem::fileText(const std::string& path) {
    const AsRoot asRoot(self_);
    const auto found = tree_.walk(tree_.root(), path, {});
    if (!found.exists() || found.place.node->type != NodeType::file) return std::nullopt;
    return textOf(*found.place.node);
}

bool MemorySystem::exists(const std::string& path) {
    const AsRoot asRoot(self_);
    return find(path).exists();
}

std::vector<std::string> MemorySystem::names(const std::string& folder) {
    const AsRoot asRoot(self_);
    std::vector<std::string> names;
    const auto found = tree_.walk(tree_.root(), folder, {});
    if (!found.exists()) return names;
    for (const auto& [name, child] : found.place.node->children) names.push_back(name);
    return names;
}

void MemorySystem::removeTree(const std::string& path) {
    const auto found = findExisting(path);
    Node& node = *found.place.node;
    if (node.cgroup != nullptr) complain("is a cgroup", path);
    if (node.parent == nullptr) complain("is a mount", path);
    if (node.isDirectory())  // and not a link to one
        for (const auto& name : names(path)) removeTree(path + "/" + name);
    tree_.detach(node);
}

void MemorySystem::setOwner(const std::string& path, std::uint32_t owner) {
    Node& node = *findExisting(path).place.node;
    node.owner = owner;
    node.group = owner;
    tree_.watchers.changed(node, IN_ATTRIB);
}

void MemorySystem::setMode(const std::string& path, unsigned mode) {
    findExisting(path).place.node->mode = mode;
}

std::optional<std::string> MemorySystem::xattr(const std::string& path, const std::string& name) {
    const auto& xattrs = findExisting(path).place.node->xattrs;
    const auto value = xattrs.find(name);
    return value == xattrs.end() ? std::nullopt : std::optional(value->second);
}

void MemorySystem::setXattrOf(const std::string& path, const std::string& name, const std::string& value) {
    findExisting(path).place.node->xattrs[name] = value;
}

void MemorySystem::setBootId(const std::string& text) {
    writeFile("/proc/sys/kernel/random/boot_id", text + "\n", 0444);
}

void MemorySystem::lock(const std::string& path, bool exclusive) {
    auto& locks = findExisting(path).place.node->locks;
    const bool held = std::any_of(locks.begin(), locks.end(),
                                  [&](const auto& holder) { return exclusive || holder.exclusive; });
    if (held) complain("locked already", path);
    locks.push_back({&self_, exclusive});
}

void MemorySystem::unlock(const std::string& path) {
    std::erase_if(findExisting(path).place.node->locks,
                  [this](const auto& holder) { return holder.who == &self_; });
}

}  // namespace prune

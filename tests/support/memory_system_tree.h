// SPDX-License-Identifier: MIT
/// The file tree of MemorySystem: mounts, path resolution by the kernel's rules, ordinary (tmpfs-like) names.
#pragma once

#include <list>

#include "support/memory_system_inotify.h"
#include "support/memory_system_node.h"

namespace prune::memory {

struct WalkOptions {
    bool followLast = true;
    bool beneath = false;  ///< RESOLVE_BENEATH|NO_SYMLINKS|NO_MAGICLINKS|NO_XDEV
};

/// Where a path leads. `place.node` is null where only the last name is missing.
struct Found {
    int problem = 0;  ///< 0 or -errno
    Place directory;
    std::string name;  ///< in `directory`; "." or ".." where the path ends so
    Place place;

    bool exists() const { return problem == 0 && place.node != nullptr; }
    bool endsInDots() const { return name == "." || name == ".."; }
};

class Tree {
public:
    explicit Tree(const Self& self);
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    Place root() const { return {mounts_.front().get(), mounts_.front()->root}; }
    Found walk(Place from, std::string_view path, WalkOptions options) const;
    bool mayAccess(const Node& node, unsigned bits) const;
    /// The path as a process sees it, without " (deleted)".
    std::string pathOf(Place place) const;

    Filesystem& addFilesystem(std::string type, std::uint64_t magic);
    Node& addNode(Filesystem& filesystem, NodeType type, unsigned mode);
    Mount& mount(Filesystem& filesystem, Node& root, Place point);
    void unmount(const Mount& mount);
    const std::list<std::unique_ptr<Mount>>& mounts() const { return mounts_; }
    bool isMountPoint(const Node& node) const;
    /// The topmost mount that covers `place`, or `place` itself.
    Place across(Place place) const;

    // Ordinary names. 0 or -errno; permissions are asked for first, as the kernel does.
    int mayChange(Place directory) const;
    void attach(Node& directory, std::string_view name, Node& node);
    void detach(Node& node);
    int removeOrdinary(const Found& found, bool wantDirectory);
    int renameOrdinary(const Found& from, const Found& to);

    /// Writes at an offset as far as there is room: bytes written or -ENOSPC.
    long write(Node& file, std::size_t offset, std::string_view bytes);
    void resize(Node& file, std::size_t size);
    /// Frees what a removed file holds, once nobody has it open.
    void settle(Node& node);
    void touch(Node& node);

    Watchers watchers;

private:
    int mayRemove(const Found& found, bool wantDirectory) const;
    void drop(Node& node);

    const Self& self_;
    std::list<std::unique_ptr<Filesystem>> filesystems_;
    std::list<std::unique_ptr<Mount>> mounts_;
    int nextMountId_ = 20;
};

}  // namespace prune::memory

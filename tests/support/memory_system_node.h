// SPDX-License-Identifier: MIT
/// What MemorySystem is made of: nodes (inodes), filesystems, mounts. Plain data; nodes live as long as
/// their filesystem, so that pointers to removed ones stay good, as open descriptors need.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prune::memory {

struct Node;
struct Mount;
struct Cgroup;
struct Hierarchy;
struct Filesystem;

/// A node as seen through a mount, like the kernel's struct path.
struct Place {
    Mount* mount = nullptr;
    Node* node = nullptr;

    bool operator==(const Place&) const = default;
};

enum class NodeType { directory, file, symlink, socket };

/// Who holds a flock: a description, or a test's stand-in for another process.
struct LockHolder {
    const void* who = nullptr;
    bool exclusive = false;
};

struct Node {
    NodeType type = NodeType::file;
    Filesystem* filesystem = nullptr;
    std::uint64_t inode = 0;
    unsigned mode = 0;  ///< permission bits only
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::int64_t modifiedNs = 0;

    Node* parent = nullptr;  ///< kept after removal, for the path that /proc/self/fd shows
    std::string name;
    bool removed = false;
    bool nameless = false;  ///< made by O_TMPFILE and not linked yet
    int openCount = 0;

    std::string content;  ///< a file's bytes, a symlink's target
    std::map<std::string, Node*, std::less<>> children;
    std::map<std::string, std::string, std::less<>> xattrs;
    std::vector<LockHolder> locks;
    std::unique_ptr<char[]> mapped;  ///< while mapped, this memory is the content
    std::size_t mappedSize = 0;

    // Files and folders whose content is made when asked for.
    std::function<std::string()> generate;
    std::function<int(std::string_view)> accept;  ///< takes one write: 0 or -errno
    std::function<Node*(std::string_view)> lookUp;
    Place magicTarget;         ///< of a magic link (/proc/self/fd/N): following it leads here
    Cgroup* cgroup = nullptr;  ///< of a cgroup's directory and of its control files

    bool isDirectory() const { return type == NodeType::directory; }
    bool isCgroupDirectory() const { return isDirectory() && cgroup != nullptr; }
};

struct Filesystem {
    std::string type;  ///< as in mountinfo
    std::uint64_t magic = 0;
    std::uint64_t device = 0;
    std::uint64_t nextInode = 1;
    Node* root = nullptr;
    Hierarchy* hierarchy = nullptr;  ///< of a cgroup filesystem
    std::size_t pagesUsed = 0;
    std::size_t pageLimit = SIZE_MAX;
    std::deque<std::unique_ptr<Node>> nodes;

    bool isOrdinary() const { return type == "tmpfs"; }
};

struct Mount {
    int id = 0;
    Filesystem* filesystem = nullptr;
    Node* root = nullptr;
    Place point;  ///< what it covers; nothing for "/"
    bool readOnly = false;
};

/// The process under test, as the in-memory kernel knows it.
struct Self {
    int pid = 4242;
    std::uint32_t user = 0;
    unsigned mask = 022;
    std::int64_t bootTimeMs = 1'000'000;

    std::int64_t realTimeNs() const { return 1'700'000'000'000'000'000 + bootTimeMs * 1'000'000; }
};

}  // namespace prune::memory

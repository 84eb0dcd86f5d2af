// SPDX-License-Identifier: MIT
/// Descriptors of MemorySystem: the table, and what an open file remembers.
#pragma once

#include <map>

#include "support/memory_system_tree.h"

namespace prune::memory {

/// An open file description; several descriptors can share one.
class Description {
public:
    Description(Tree& tree, Place place, int flags);
    Description(const Description&) = delete;
    Description& operator=(const Description&) = delete;
    ~Description();

    bool pathOnly() const;
    bool readable() const;
    bool writable() const;
    Node* node() const { return place.node; }

    // 0 or bytes, or -errno, as the system calls.
    long read(char* buffer, std::size_t size);
    long write(std::string_view bytes);
    long list(char* buffer, std::size_t size);
    int lock(int operation);

    Place place;  ///< no node: a socket, inotify, fanotify, a pidfd
    int flags = 0;
    std::shared_ptr<Inotify> inotify;
    std::shared_ptr<Fanotify> fanotify;
    bool isSocket = false;

private:
    struct Entry {
        std::string name;
        std::uint64_t inode;
        unsigned char type;
    };

    std::string_view contentToRead();
    void takeListing();

    Tree& tree_;
    std::size_t offset_ = 0;
    std::string generated_;
    std::vector<Entry> listing_;
    bool listed_ = false;
    bool written_ = false;
};

class Descriptors {
public:
    /// The lowest free number, as the kernel takes.
    int add(std::shared_ptr<Description> description);
    Description* find(int fd) const;
    void close(int fd) { open_.erase(fd); }
    void closeFrom(int first) { open_.erase(open_.lower_bound(first), open_.end()); }
    int duplicate(int fd, int target);
    const std::map<int, std::shared_ptr<Description>>& all() const { return open_; }

private:
    std::map<int, std::shared_ptr<Description>> open_;
};

}  // namespace prune::memory

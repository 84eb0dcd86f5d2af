// SPDX-License-Identifier: MIT
/// inotify of MemorySystem: watches on nodes, events queued as the kernel's records.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/memory_system_node.h"

namespace prune::memory {

/// One inotify descriptor.
class Inotify {
public:
    /// The watch's number; the same one for the same node.
    int watch(const Node& node, std::uint32_t mask);
    /// False: there is no such watch.
    bool unwatch(int number);
    void tell(const Node& node, std::uint32_t event, std::string_view name);
    bool readable() const { return !records_.empty(); }
    /// As many whole records as fit: bytes, -EAGAIN without any, -EINVAL where the first does not fit.
    long read(char* buffer, std::size_t size);

private:
    struct Watch {
        const Node* node;
        std::uint32_t mask;
    };

    std::vector<Watch> watches_;
    std::deque<std::string> records_;
};

/// All open inotify descriptors.
class Watchers {
public:
    std::shared_ptr<Inotify> open();
    /// Something happened to the node itself, which its folder's watches hear of by its name.
    void changed(const Node& node, std::uint32_t event);
    /// Something happened to a name in a directory.
    void named(const Node& directory, std::uint32_t event, const Node& child);

private:
    void tell(const Node& node, std::uint32_t event, std::string_view name);

    std::vector<std::weak_ptr<Inotify>> open_;
};

}  // namespace prune::memory

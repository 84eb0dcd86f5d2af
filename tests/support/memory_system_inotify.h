// SPDX-License-Identifier: MIT
/// inotify of MemorySystem: watches on nodes, events queued as the kernel's records. And who hears what: of
/// all that happens to nodes, fanotify too.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/memory_system_fanotify.h"
#include "support/memory_system_node.h"

namespace prune::memory {

/// What the kernel keeps of events, at most.
struct NotifyLimits {
    std::size_t watches = SIZE_MAX;  ///< fs.inotify.max_user_watches
    std::size_t queued = SIZE_MAX;   ///< fs.inotify.max_queued_events, and fanotify's
    std::size_t watched = 0;         ///< watches that there are
};

/// One inotify descriptor.
class Inotify {
public:
    explicit Inotify(NotifyLimits& limits) : limits_(limits) {}
    Inotify(const Inotify&) = delete;
    Inotify& operator=(const Inotify&) = delete;
    ~Inotify();

    /// The watch's number; the same one for the same node. -ENOSPC: no more are to be had.
    int watch(const Node& node, std::uint32_t mask);
    /// False: there is no such watch.
    bool unwatch(int number);
    /// The node is no more.
    void drop(const Node& node);
    void tell(const Node& node, std::uint32_t event, std::string_view name, std::uint32_t cookie);
    bool readable() const { return !records_.empty(); }
    /// As many whole records as fit: bytes, -EAGAIN without any, -EINVAL where the first does not fit.
    long read(char* buffer, std::size_t size);

private:
    struct Watch {
        const Node* node;
        std::uint32_t mask;
    };

    void queue(std::string record);

    NotifyLimits& limits_;
    std::vector<Watch> watches_;
    std::deque<std::string> records_;
};

/// All open inotify and fanotify descriptors.
class Watchers {
public:
    std::shared_ptr<Inotify> open();
    std::shared_ptr<Fanotify> openFanotify(std::function<int(int)> openMaker);
    /// Something happened to the node itself, which its folder's watches hear of by its name.
    void changed(const Node& node, std::uint32_t event);
    /// Something happened to a name in a directory.
    void named(const Node& directory, std::uint32_t event, const Node& child);

    NotifyLimits limits;
    int maker = 0;  ///< who does all this; 0: one that has ended

private:
    void tell(const Node& node, std::uint32_t event, std::string_view name, std::uint32_t cookie = 0);

    std::vector<std::weak_ptr<Inotify>> open_;
    std::vector<std::weak_ptr<Fanotify>> openFanotify_;
    std::uint32_t cookie_ = 0;
};

}  // namespace prune::memory

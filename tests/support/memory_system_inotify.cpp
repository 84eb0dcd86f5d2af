// SPDX-License-Identifier: MIT
#include "support/memory_system_inotify.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace prune::memory {

int Inotify::watch(const Node& node, std::uint32_t mask) {
    const auto known = std::find_if(watches_.begin(), watches_.end(),
                                    [&](const Watch& watch) { return watch.node == &node; });
    if (known == watches_.end()) {
        watches_.push_back({&node, mask});
        return static_cast<int>(watches_.size());
    }
    known->mask = mask;
    return static_cast<int>(known - watches_.begin()) + 1;
}

bool Inotify::unwatch(int number) {
    const auto at = static_cast<std::size_t>(number) - 1;
    if (number < 1 || at >= watches_.size() || watches_[at].node == nullptr) return false;
    watches_[at].node = nullptr;
    return true;
}

void Inotify::tell(const Node& node, std::uint32_t event, std::string_view name) {
    for (std::size_t i = 0; i < watches_.size(); ++i) {
        if (watches_[i].node != &node || (watches_[i].mask & event) == 0) continue;
        constexpr std::size_t kAlignment = sizeof(inotify_event);
        const std::size_t padded = name.empty() ? 0 : (name.size() / kAlignment + 1) * kAlignment;
        inotify_event head{};
        head.wd = static_cast<int>(i) + 1;
        head.mask = event;
        head.len = static_cast<std::uint32_t>(padded);
        std::string record(sizeof head + padded, '\0');
        std::memcpy(record.data(), &head, sizeof head);
        std::copy(name.begin(), name.end(), record.begin() + sizeof head);
        if (records_.empty() || records_.back() != record) records_.push_back(record);
    }
}

long Inotify::read(char* buffer, std::size_t size) {
    if (records_.empty()) return -EAGAIN;
    std::size_t filled = 0;
    while (!records_.empty() && filled + records_.front().size() <= size) {
        std::memcpy(buffer + filled, records_.front().data(), records_.front().size());
        filled += records_.front().size();
        records_.pop_front();
    }
    return filled == 0 ? -EINVAL : static_cast<long>(filled);
}

std::shared_ptr<Inotify> Watchers::open() {
    auto inotify = std::make_shared<Inotify>();
    open_.push_back(inotify);
    return inotify;
}

void Watchers::changed(const Node& node, std::uint32_t event) {
    tell(node, event, {});
    if (node.parent != nullptr && !node.removed) tell(*node.parent, event, node.name);
}

void Watchers::named(const Node& directory, std::uint32_t event, const Node& child) {
    tell(directory, child.isDirectory() ? event | IN_ISDIR : event, child.name);
}

void Watchers::tell(const Node& node, std::uint32_t event, std::string_view name) {
    for (const auto& watcher : open_)
        if (const auto inotify = watcher.lock()) inotify->tell(node, event, name);
}

}  // namespace prune::memory
